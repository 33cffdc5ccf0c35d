// Networks and batches at random, and claims measured on them.
import fc from 'fast-check'
import { expect } from 'vitest'
import {
  type Activation,
  type Batch,
  createTrainer,
  dense,
  type Learner,
  type Loss,
  measureClaim,
  type Network,
  sequential,
  sgd,
  squaredError,
} from '../../src/index.js'

/** `n` numbers in [-size, size], a different sequence for each seed. */
export function numbers(n: number, seed: number, size = 1): number[] {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0
  return Array.from({ length: n }, () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0
    return size * (state / 2 ** 31 - 1)
  })
}

export interface Case {
  readonly sizes: readonly number[]
  readonly seed: number
  readonly gain: number
}

/** Networks of two to four layers, so weakly coupled that they settle. */
export const cases = fc.record({
  sizes: fc.array(fc.integer({ min: 2, max: 7 }), { minLength: 3, maxLength: 5 }),
  seed: fc.integer({ min: 0, max: 1e6 }),
  gain: fc.double({ min: 0.3, max: 0.6, noNaN: true }),
})

export function withCase<T>(
  { sizes, seed, gain }: Case,
  use: (network: Network, batch: Batch) => T,
  hidden: Activation = 'tanh',
  output: Activation = 'identity',
): T {
  const initialization = { law: 'lecunNormal', gain } as const
  const network = sequential(
    sizes[0],
    sizes.slice(1).map((units, l) => dense(units, l === sizes.length - 2 ? output : hidden, { initialization })),
  ).build({ dtype: 'f64', seed })
  for (const p of network.parameters) if (p.name.endsWith('bias')) p.write(numbers(p.shape[0], seed + 7, 0.3))
  try {
    return use(network, { x: numbers(5 * network.inputs, seed + 1), y: numbers(5 * network.outputs, seed + 2), size: 5 })
  } finally {
    network.dispose()
  }
}

/** The claim holds on networks drawn at random, of at least that many layers. */
export function expectClaim(
  learner: Learner,
  {
    runs = 10,
    layers = 2,
    loss = squaredError(),
    hidden = 'tanh',
    output = 'identity',
  }: {
    runs?: number
    layers?: number
    loss?: Loss
    hidden?: Activation
    output?: Activation
  } = {},
): void {
  fc.assert(
    fc.property(
      cases.filter(({ sizes }) => sizes.length > layers),
      (each) =>
        withCase(
          each,
          (network, batch) => {
            const { passed, claim, measured } = measureClaim(network, learner, loss, batch, { seed: each.seed })
            expect(passed, `${claim}: ${measured}`).toBe(true)
          },
          hidden,
          output,
        ),
    ),
    { numRuns: runs, seed: 20_200_417 },
  )
}

/** The direction, parameter by parameter; `prepare` may write the rule's own parameters first. */
export function directions(
  network: Network,
  learner: Learner,
  batch: Batch,
  loss: Loss = squaredError(),
  prepare: (trainer: ReturnType<typeof createTrainer>) => void = () => {},
): number[][] {
  const trainer = createTrainer(network, { learner, loss, optimizer: sgd({ learningRate: 0.1 }), seed: 3 })
  try {
    prepare(trainer)
    const direction = trainer.direction(batch)
    return network.parameters.map(({ name }) => Array.from(direction.of(name)))
  } finally {
    trainer.dispose()
  }
}

/** |u - v| / |v| */
export const relative = (u: readonly number[], v: readonly number[]): number =>
  Math.hypot(...u.map((value, i) => value - v[i])) / Math.hypot(...v)
