// Restricted Boltzmann machines: sampled contrastive divergence against its enumerated expectation, and learning.
import { expect, it } from 'vitest'
import { contrastiveDivergence, rbm, rbmLikelihood, sgd } from '../../src/index.js'
import { binary, directionOf, largestDeviation, withTrainer } from './support.js'

const small = () => rbm({ visible: 4, hidden: 3, deviation: 1 }).build({ dtype: 'f64', seed: 2 })
const batch = { x: binary(20, 1), size: 5, weights: [0.1, 0.3, 0.2, 0.25, 0.15] }

it.each([1, 3])('CD-%i is unbiased for its expectation', (steps) => {
  const expected = withTrainer(small(), contrastiveDivergence({ steps, expected: true }), (trainer) => directionOf(trainer, batch))
  const z = withTrainer(
    small(),
    contrastiveDivergence({ steps }),
    (trainer) =>
      largestDeviation(3000, expected, () => {
        const direction = directionOf(trainer, batch)
        trainer.step(batch)
        return direction
      }),
    sgd({ learningRate: 0 }),
  )
  expect(z).toBeLessThan(4.5)
})

it('persistent chains reach the likelihood gradient while the parameters rest', () => {
  const exact = withTrainer(small(), rbmLikelihood(), (trainer) => directionOf(trainer, batch))
  withTrainer(
    small(),
    contrastiveDivergence({ persistent: 2000, steps: 20 }),
    (trainer) => {
      for (let step = 0; step < 5; step++) trainer.step(batch)
      const z = largestDeviation(60, exact, () => {
        const direction = directionOf(trainer, batch)
        trainer.step(batch)
        return direction
      })
      expect(z).toBeLessThan(4.5)
    },
    sgd({ learningRate: 0 }),
  )
})

it('persistent chains go on from step to step', () => {
  const exact = withTrainer(small(), rbmLikelihood(), (trainer) => directionOf(trainer, batch))
  withTrainer(
    small(),
    contrastiveDivergence({ persistent: 2000 }),
    (trainer) => {
      const z = largestDeviation(60, exact, () => {
        for (let step = 0; step < 15; step++) trainer.step(batch) // one sweep of sampling each
        return directionOf(trainer, batch)
      })
      expect(z).toBeLessThan(4.5)
    },
    sgd({ learningRate: 0 }),
  )
})

it.each([
  ['likelihood', rbmLikelihood(), 0.8],
  ['CD-1', contrastiveDivergence(), 0.6],
  ['PCD', contrastiveDivergence({ persistent: 40 }), 0.6],
] as const)('learns two patterns: %s', (_, learner, share) => {
  const x = [1, 1, 0, 0, 0, 0, 1, 1]
  withTrainer(
    rbm({ visible: 4, hidden: 3, deviation: 0.1 }).build({ dtype: 'f64', seed: 1 }),
    learner,
    (trainer) => {
      for (let step = 0; step < 2000; step++) trainer.step({ x: Array.from({ length: 10 }, () => x).flat(), size: 20 })
      const probabilities = trainer.model.probabilities()
      expect(probabilities[0b1100] + probabilities[0b0011]).toBeGreaterThan(share)
      const [a, b, c] = trainer.model.freeEnergy([...x, 1, 0, 1, 0])
      expect(c).toBeGreaterThan(Math.max(a, b))
    },
    sgd({ learningRate: 0.1 }),
  )
})

it('refuses what makes no sense', () => {
  expect(() => rbm({ visible: 2, hidden: 0 })).toThrow('hidden')
  expect(() => contrastiveDivergence({ steps: 0 })).toThrow('steps')
  expect(() => contrastiveDivergence({ expected: true, persistent: 3 })).toThrow('persistent')
})
