// What every rule of the registry must do, whatever it is: a new row is tested here without a new line.
import { describe, expect, it } from 'vitest'
import { bytesInUse, memoryViews } from '../src/core/memory.js'
import { digits } from '../src/data/index.js'
import {
  type Batch,
  createTrainer,
  crossEntropy,
  type DType,
  type Learner,
  measureClaim,
  type Network,
  sgd,
  squaredError,
} from '../src/index.js'
import { norm, relativeError } from './support/numbers.js'
import { everyVariant, isNoisy, isSeeded, precise, promisesNothing, variants } from './support/rules.js'
import {
  batchFor,
  bits,
  build,
  directionOf,
  everythingOf,
  parametersOf,
  predictionsOf,
  rowsOf,
  type TeachingOptions,
  withNetwork,
  withTrainer,
} from './support/teaching.js'

const sizes = [6, 7, 5, 3]
const loss = crossEntropy()
const small = (dtype: DType, seed = 1) => ({ sizes, dtype, seed, gain: 0.7 })
/** So weakly coupled that a settling network stays far from where its fixed points split, while it learns. */
const gentle = (dtype: DType) => ({ sizes, dtype, seed: 1, gain: 0.3 })

describe.each(everyVariant)('$name', ({ learner, dtype }) => {
  const teaching = { learner, loss, seed: 11 } satisfies TeachingOptions
  const rows = 8
  const taskFor = (network: { inputs: number; outputs: number }, size = rows): Batch => batchFor(network as never, size, 'classes')

  /** The bits of a direction, and of all parameters after some steps. */
  const run = (seed: number, steps: number, before: (batch: Batch, step: number) => void = () => {}): string[] =>
    withNetwork(small(dtype), (network) =>
      withTrainer(network, { ...teaching, seed }, (trainer) => {
        const batch = taskFor(network)
        const direction = trainer.direction(batch)
        const estimate = network.parameters.flatMap(({ name }) => Array.from(direction.of(name)))
        for (let step = 0; step < steps; step++) {
          before(batch, step)
          trainer.step(batch)
        }
        return [bits(estimate), bits(everythingOf(trainer))]
      }),
    )

  it('gives the same bits for the same seed', () => {
    expect(run(11, 50)).toEqual(run(11, 50))
  })

  it('says whether it draws random numbers', () => {
    expect(isSeeded(learner)).toBe(learner.noise !== undefined)
  })

  it.runIf(isSeeded(learner))('gives other bits for another seed', () => {
    const [direction, parameters] = run(11, 50)
    const [otherDirection, otherParameters] = run(12, 50)
    expect(otherDirection).not.toBe(direction)
    expect(otherParameters).not.toBe(parameters)
  })

  it.runIf(!isSeeded(learner))('does not depend on the seed, since nothing in it is random', () => {
    expect(run(12, 50)).toEqual(run(11, 50))
  })

  it('changes no parameter when it estimates, nor any later step', () => {
    withNetwork(small(dtype), (network) =>
      withTrainer(network, teaching, (trainer) => {
        const batch = taskFor(network)
        const before = bits(everythingOf(trainer))
        trainer.direction(batch)
        trainer.direction(taskFor(network, 3))
        trainer.evaluate(batch)
        expect(bits(everythingOf(trainer))).toBe(before)
        for (let step = 0; step < 5; step++) {
          trainer.direction(taskFor(network, 1 + step))
          trainer.step(batch)
        }
        withNetwork(small(dtype), (undisturbed) =>
          withTrainer(undisturbed, teaching, (other) => {
            for (let step = 0; step < 5; step++) other.step(batch)
            expect(bits(everythingOf(trainer))).toBe(bits(everythingOf(other)))
          }),
        )
      }),
    )
  })

  // Hebbian learning follows activity, not error: at its own predictions it is -p^T h, and not 0.
  it.runIf(learner.feedback !== 'none')('has nothing to say when the targets are its own predictions', () => {
    withNetwork(small(dtype), (network) =>
      withTrainer(network, { learner: precise(learner), loss: squaredError() }, (trainer) => {
        const { x } = taskFor(network)
        const y = predictionsOf(trainer, { x, y: new Array(rows * network.outputs).fill(0), size: rows })
        const direction = trainer.direction({ x, y, size: rows })
        const size = norm(network.parameters.flatMap(({ name }) => Array.from(direction.of(name))))
        expect(direction.loss).toBeLessThan(1e-12)
        expect(size).toBeLessThanOrEqual(residualAtZeroError(learner, dtype))
      }),
    )
  })

  // Node perturbation pairs each row with noise of its own: its suite permutes both. One perturbation of the weights
  // serves a whole batch.
  it.runIf(learner.name !== 'nodePerturbation')('does not depend on the order of the rows', () => {
    withNetwork(small(dtype), (network) => {
      const batch = taskFor(network)
      const inOrder = directionOf(network, teaching, batch)
      const permuted = directionOf(network, teaching, rowsOf(batch, [5, 2, 7, 0, 3, 6, 1, 4]))
      expect(relativeError(permuted, inOrder)).toBeLessThan(dtype === 'f64' ? 1e-11 : 1e-3)
    })
  })

  it('takes batches of any size in turn, each as if it were the first', () => {
    withNetwork(small(dtype), (network) => {
      const all = taskFor(network, 40)
      withTrainer(network, teaching, (trainer) => {
        for (const size of [1, 8, 3, 40, 2]) {
          const batch = rowsOf(
            all,
            Array.from({ length: size }, (_, i) => (7 * i) % 40),
          )
          const direction = trainer.direction(batch)
          const here = network.parameters.flatMap(({ name }) => Array.from(direction.of(name)))
          expect(bits(here), `${size} rows`).toBe(bits(directionOf(network, teaching, batch)))
        }
      })
    })
  })

  it('returns every byte when disposed of, before its network or after', () => {
    const before = bytesInUse()
    for (const networkFirst of [true, false]) {
      const network = build(small(dtype))
      const trainer = createTrainer(network, { ...teaching, optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }) })
      for (const size of [3, 17]) trainer.step(taskFor(network, size))
      trainer.evaluate(taskFor(network, 300))
      for (const each of networkFirst ? [network, trainer] : [trainer, network]) each.dispose()
      expect(bytesInUse()).toBe(before)
    }
  })

  it('does not grow the memory over 10,000 steps', () => {
    withNetwork({ ...small(dtype), sizes: [3, 4, 2] }, (network) =>
      withTrainer(network, teaching, (trainer) => {
        const batch = taskFor(network, 2)
        trainer.step(batch)
        const before = [bytesInUse(), memoryViews().u8.length]
        for (let step = 1; step < 10_000; step++) trainer.step(batch)
        expect([bytesInUse(), memoryViews().u8.length]).toEqual(before)
      }),
    )
  })

  // Within 600 steps, and no longer: networks that settle move on to where their fixed points split, and gradients explode.
  it.runIf(!promisesNothing(learner))('lowers the loss', () => {
    withNetwork(gentle(dtype), (network) =>
      withTrainer(network, { ...teaching, optimizer: sgd({ learningRate: 0.05 }) }, (trainer) => {
        const batch = taskFor(network)
        const before = trainer.evaluate(batch).loss
        let loss = before
        for (let step = 0; step < 600 && !(loss < 0.8 * before); step++) loss = trainer.step(batch)
        expect(loss).toBeLessThan(0.8 * before)
        expect(parametersOf(network).every(Number.isFinite)).toBe(true)
      }),
    )
  })
})

/**
 * How large a direction may be where the error is zero. Feedforward rules: exactly 0. Rules that settle: what is left
 * of the residual, divided by their scale. Perturbation rules, at sigma = 1e-4: the central difference of a squared
 * error at its minimum is O(sigma^2), the forward one O(sigma).
 */
function residualAtZeroError(learner: Learner, dtype: DType): number {
  const rounding = dtype === 'f64' ? 1e-15 : 1e-6
  if (isNoisy(learner) && learner.feedback === 'scalar') return 0.1
  if (learner.settles) return 1e5 * rounding
  return 0
}

const aligned = variants.filter(({ learner }) => learner.claims[0].kind === 'aligned')
const others = variants.filter((variant) => !aligned.includes(variant))

describe.each(others)('the claim of $label', ({ learner }) => {
  it.each([1, 2, 3])('holds on network %i', (seed) => {
    withNetwork(small('f64', seed), (network) => expectClaim(network, learner, batchFor(network, 8, 'classes', seed)))
  })
})

// Alignment is learned from data with structure, in layers wide enough for a direction in them to mean something.
it.each(aligned)('the claim of $label holds on digits, over 20 networks', ({ learner }) => {
  withNetwork({ sizes: [64, 32, 10] }, (network) => expectClaim(network, learner, digits().train.first(64)))
})

function expectClaim(network: Network, learner: Learner, batch: Batch): void {
  const { passed, claim, expected, measured } = measureClaim(network, learner, loss, batch, { seed: network.seed })
  expect(passed, `${claim}: expected ${expected}, got ${measured}`).toBe(true)
}
