// Optimizers against their equations in plain TypeScript, over several steps, and what composes them.
import { describe, expect, it } from 'vitest'
import {
  adam,
  type AdamOptions,
  backprop,
  chain,
  clipNorm,
  linearSchedule,
  nodePerturbation,
  type Optimizer,
  sgd,
  type SgdOptions,
  squaredError,
  stepSchedule,
  warmup,
} from '../../src/index.js'
import { norm, relativeError } from '../support/numbers.js'
import { batchFor, bits, directionOf, parametersOf, withNetwork, withTrainer } from '../support/teaching.js'

type Update = (p: number[], g: number[], step: number) => number[]

/** The parameters after each of some steps, by the library and by the equations. */
function expectSteps(optimizer: Optimizer, update: Update): void {
  withNetwork({ sizes: [3, 5, 2] }, (network) => {
    const batch = batchFor(network, 4)
    const teaching = { learner: backprop(), loss: squaredError(), optimizer }
    withTrainer(network, teaching, (trainer) => {
      let expected = parametersOf(network)
      for (let step = 0; step < 8; step++) {
        const gradient = directionOf(network, teaching, batch)
        expected = update(expected, gradient, step)
        trainer.step(batch)
        expect(relativeError(parametersOf(network), expected), `step ${step}`).toBeLessThan(1e-12)
      }
    })
  })
}

function sgdByEquations(
  { momentum = 0, nesterov = false, weightDecay = 0 }: Omit<SgdOptions, 'learningRate'>,
  rate: (step: number) => number,
): Update {
  let v: number[] = []
  return (p, g, step) => {
    const decayed = g.map((value, i) => value + weightDecay * p[i])
    v = decayed.map((value, i) => momentum * (v[i] ?? 0) + value)
    return p.map((value, i) => value - rate(step) * (nesterov ? decayed[i] + momentum * v[i] : v[i]))
  }
}

function adamByEquations({ learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 }: AdamOptions): Update {
  let m: number[] = []
  let v: number[] = []
  return (p, g, step) => {
    m = g.map((value, i) => beta1 * (m[i] ?? 0) + (1 - beta1) * value)
    v = g.map((value, i) => beta2 * (v[i] ?? 0) + (1 - beta2) * value * value)
    return p.map((value, i) => {
      const mHat = m[i] / (1 - beta1 ** (step + 1))
      const vHat = v[i] / (1 - beta2 ** (step + 1))
      return value - (learningRate as number) * (mHat / (Math.sqrt(vHat) + epsilon) + weightDecay * value)
    })
  }
}

describe('sgd', () => {
  it.each([{}, { momentum: 0.9 }, { momentum: 0.9, nesterov: true }, { weightDecay: 0.1 }, { momentum: 0.5, weightDecay: 0.1 }])(
    'follows its equations with %o',
    (options) =>
      expectSteps(
        sgd({ learningRate: 0.05, ...options }),
        sgdByEquations(options, () => 0.05),
      ),
  )

  it('follows a schedule, from step 0', () => {
    const rate = (step: number): number => 0.1 / (step + 1)
    expectSteps(sgd({ learningRate: rate }), sgdByEquations({}, rate))
  })
})

describe('adam', () => {
  it.each([{}, { learningRate: 0.05, beta1: 0.8, beta2: 0.9 }, { weightDecay: 0.1, learningRate: 0.01 }, { epsilon: 0.1 }])(
    'follows its equations with %o',
    (options) => expectSteps(adam(options), adamByEquations(options)),
  )
})

describe('clipNorm', () => {
  const clipped =
    (maximum: number): Update =>
    (p, g) => {
      const scale = Math.min(1, maximum / norm(g))
      return p.map((value, i) => value - 0.1 * scale * g[i])
    }

  it('scales a long direction back to its maximum', () => expectSteps(chain(clipNorm(0.01), sgd({ learningRate: 0.1 })), clipped(0.01)))
  it('leaves a short one alone', () => expectSteps(chain(clipNorm(1e6), sgd({ learningRate: 0.1 })), clipped(1e6)))
})

describe('schedules', () => {
  it('linear: from, to, and constant after', () => {
    const rate = linearSchedule(1, 0, 4)
    expect([0, 1, 2, 3, 4, 9].map(rate)).toEqual([1, 0.75, 0.5, 0.25, 0, 0])
  })

  it('steps: in stairs', () => {
    const rate = stepSchedule(8, 0.5, 10)
    expect([0, 9, 10, 19, 20, 35].map(rate)).toEqual([8, 8, 4, 4, 2, 1])
  })

  it('warm-up: rises, then follows', () => {
    const rate = warmup(4, linearSchedule(1, 1, 1))
    expect([0, 1, 2, 3, 4, 5].map(rate)).toEqual([0.25, 0.5, 0.75, 1, 1, 1])
  })

  const failures: [string, () => number][] = [
    ['is no number', () => NaN],
    [
      'throws',
      () => {
        throw new Error('no rate today')
      },
    ],
  ]
  const optimizers: [string, (rate: (step: number) => number) => Optimizer][] = [
    ['sgd with momentum and decay', (learningRate) => sgd({ learningRate, momentum: 0.9, weightDecay: 0.1 })],
    ['adam', (learningRate) => adam({ learningRate })],
  ]

  // The noise of a perturbation rule, velocities and moments are as much state as the parameters are.
  it.each(failures.flatMap(([how, fail]) => optimizers.map(([name, make]) => ({ how, fail, name, make }))))(
    'a rate that $how stops the step of $name, and leaves no trace',
    ({ fail, make }) => {
      const run = (failing: boolean): number[] =>
        withNetwork({ sizes: [3, 4, 2] }, (network) => {
          let broken = false
          const optimizer = make(() => (broken ? fail() : 0.05))
          return withTrainer(network, { learner: nodePerturbation(), optimizer }, (trainer) => {
            const batch = batchFor(network, 4)
            trainer.step(batch)
            if (failing) {
              const before = parametersOf(network)
              broken = true
              expect(() => trainer.step(batch)).toThrow()
              broken = false
              expect(parametersOf(network)).toEqual(before)
              expect(trainer.steps).toBe(1)
            }
            trainer.step(batch)
            return parametersOf(network)
          })
        })
      expect(bits(run(true))).toBe(bits(run(false)))
    },
  )

  it('say at which step a rate was no number', () => {
    withNetwork({ sizes: [2, 1] }, (network) => {
      const optimizer = sgd({ learningRate: (step) => (step < 2 ? 0.1 : NaN) })
      withTrainer(network, { learner: backprop(), optimizer }, (trainer) => {
        const batch = batchFor(network, 2)
        trainer.step(batch)
        trainer.step(batch)
        expect(() => trainer.step(batch)).toThrow(expect.objectContaining({ where: 'sgd({ learningRate }) at step 2' }))
      })
    })
  })
})
