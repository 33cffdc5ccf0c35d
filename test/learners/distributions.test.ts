// Cross-entropy and rows of targets that do not sum to 1: a claim that holds, or a refusal; never a false claim.
import { describe, expect, it } from 'vitest'
import { createTrainer, crossEntropy, gaussNewton, hebbian, measureClaim, recirculation, sgd, targetPropagation } from '../../src/index.js'
import { variants } from '../support/rules.js'
import { type NetworkSpec, withNetwork, withTrainer } from '../support/teaching.js'

const learners = [
  ...variants,
  { label: 'hebbian (free)', learner: hebbian({ clamp: false }) },
  { label: 'recirculation', learner: recirculation() },
  { label: 'gaussNewton', learner: gaussNewton() },
  { label: 'targetPropagation', learner: targetPropagation() },
].filter(({ learner }) => learner.claims[0].kind !== 'aligned') // that is about a whole training

/** Claims that need the error p sum(y) - y to be the difference p - y. */
const needing = ['hebbian', 'contrastiveHebbian', 'recirculation']
const refusal = expect.objectContaining({ name: 'NgradError', code: 'RANGE', expected: expect.stringContaining('sum to 1') })

const targets = {
  'of 0.95': [0.9, 0.025, 0.025, 0.025, 0.9, 0.025],
  'of 2': [1, 1, 0, 0, 1, 1],
  'of 1 and 1.001': [1, 0, 0, 0, 1, 1e-3],
}

describe.each(learners)('$label', ({ learner }) => {
  const inputs = learner.name === 'recirculation' ? 3 : 4
  const spec: NetworkSpec = { sizes: [inputs, 5, 3], seed: 1 }
  const batchOf = (y: readonly number[]) => ({ x: inputs === 3 ? y : [0.1, 0.2, -0.3, 0.4, 0.5, -0.6, 0.7, 0.8], y, size: 2 })

  it.each(Object.entries(targets))('sums %s', (_, y) => {
    withNetwork(spec, (network) => {
      const measure = () => measureClaim(network, learner, crossEntropy(), batchOf(y))
      if (!needing.includes(learner.name)) return void expect(measure().passed).toBe(true)
      expect(measure).toThrow(refusal)
      withTrainer(network, { learner, loss: crossEntropy() }, (trainer) => {
        expect(() => trainer.step(batchOf(y))).toThrow(refusal)
        expect(() => trainer.direction(batchOf(y))).toThrow(refusal)
        expect(trainer.evaluate(batchOf(y)).loss).toBeGreaterThan(0) // a loss is a loss
      })
    })
  })

  it('sums of 1, in single precision too', () => {
    withNetwork({ ...spec, dtype: 'f32' }, (network) => {
      const trainer = createTrainer(network, { learner, loss: crossEntropy(), optimizer: sgd({ learningRate: 0.01 }) })
      const batch = batchOf([...Float32Array.of(1 / 3, 1 / 3, 1 / 3, 0.1, 0.2, 0.7)])
      expect(trainer.step(batch)).toBeGreaterThan(0)
      trainer.dispose()
    })
  })
})
