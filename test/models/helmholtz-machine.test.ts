// Helmholtz machines: the sampled phases of wake-sleep against their enumerated expectations, and the likelihood.
import { expect, it } from 'vitest'
import { helmholtzMachine, sgd, wakeSleep } from '../../src/index.js'
import { binary, directionOf, largestDeviation, withTrainer } from './support.js'

const deep = () => helmholtzMachine({ layers: [4, 3, 2], spread: 1.5, visibleBias: -0.5 }).build({ dtype: 'f64', seed: 2 })
const batch = { x: binary(20, 1), size: 5, weights: [0.1, 0.3, 0.2, 0.25, 0.15] }

it('both phases are unbiased, in three layers', () => {
  const expected = withTrainer(deep(), wakeSleep({ expected: true }), (trainer) => directionOf(trainer, batch))
  const z = withTrainer(
    deep(),
    wakeSleep(),
    (trainer) =>
      largestDeviation(4000, expected, () => {
        const direction = directionOf(trainer, batch)
        trainer.step(batch)
        return direction
      }),
    sgd({ learningRate: 0 }),
  )
  expect(z).toBeLessThan(4.5)
})

it('gives all visible states a likelihood, together 1', () => {
  const machine = deep()
  const states = Array.from({ length: 16 }, (_, k) => [3, 2, 1, 0].map((i) => (k >> i) & 1))
  const total = Array.from(machine.logLikelihood(states.flat())).reduce((sum, log) => sum + Math.exp(log), 0)
  machine.dispose()
  expect(total).toBeCloseTo(1, 12)
})

it('learns two patterns', () => {
  const x = [1, 1, 0, 0, 0, 0, 1, 1]
  withTrainer(
    helmholtzMachine({ layers: [4, 2] }).build({ dtype: 'f64', seed: 1 }),
    wakeSleep(),
    (trainer) => {
      for (let step = 0; step < 4000; step++) trainer.step({ x, size: 2 })
      for (const log of trainer.model.logLikelihood(x)) expect(log).toBeGreaterThan(-1)
    },
    sgd({ learningRate: 0.1 }),
  )
})

it('refuses what makes no machine', () => {
  expect(() => helmholtzMachine({ layers: [4] })).toThrow('layers')
  expect(() => helmholtzMachine({ layers: [4, 0] })).toThrow('layers[1]')
})
