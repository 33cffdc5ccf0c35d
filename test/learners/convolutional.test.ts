// Every rule of the registry over a convolutional network with stride, padding and pooling: its claim holds there as it
// does over dense layers, or the rule says that it cannot.
import { describe, expect, it } from 'vitest'
import { bytesInUse } from '../../src/core/memory.js'
import {
  backprop,
  createTrainer,
  crossEntropy,
  equilibriumPropagation,
  kolenPollack,
  measureClaim,
  NgradError,
  sgd,
  squaredError,
  targetPropagation,
} from '../../src/index.js'
import { relativeError } from '../support/numbers.js'
import { promisesNothing, variants } from '../support/rules.js'
import { wholeSpec, withConv } from '../support/images.js'
import { batchFor, directionOf, dtypes, withTrainer } from '../support/teaching.js'

/** Rules with learned decoders, of the shapes of dense layers. */
const refusing = ['differenceTargetPropagation', 'differenceTargetPropagation (from the outputs)']
const loss = crossEntropy()
const weak = { gain: 0.4 }

describe.each(variants.filter(({ label }) => !refusing.includes(label)))('$label', ({ learner }) => {
  it.runIf(learner.claims[0].kind !== 'aligned').each([1, 2])('keeps its claim, on network %i', (seed) => {
    withConv(
      { ...wholeSpec, seed },
      (network) => {
        const { passed, claim, measured } = measureClaim(network, learner, loss, batchFor(network, 4, 'classes', seed), { seed })
        expect(passed, `${claim}: ${measured}`).toBe(true)
      },
      weak,
    )
  })

  it.each(dtypes)('learns in %s, and a step holds no more memory than the one before', (dtype) => {
    withConv(
      wholeSpec,
      (network) =>
        withTrainer(network, { learner, loss, optimizer: sgd({ learningRate: 0.05 }) }, (trainer) => {
          const batch = batchFor(network, 6, 'classes')
          const { loss: before } = trainer.evaluate(batch)
          trainer.step(batch)
          const held = bytesInUse()
          for (let step = 0; step < 300; step++) trainer.step(batch)
          expect(bytesInUse()).toBe(held)
          if (!promisesNothing(learner)) expect(trainer.evaluate(batch).loss).toBeLessThan(0.95 * before)
        }),
      { ...weak, dtype },
    )
  })
})

const refused = [...variants.filter(({ label }) => refusing.includes(label)), { label: 'targetPropagation', learner: targetPropagation() }]

it.each(refused)('$label refuses, and keeps nothing', ({ learner }) => {
  withConv(wholeSpec, (network) => {
    const held = bytesInUse()
    const attach = (): unknown => createTrainer(network, { learner, loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }) })
    expect(attach).toThrow(NgradError)
    expect(attach).toThrow('expected a dense layer, got conv2d')
    expect(bytesInUse()).toBe(held)
  })
})

it.each([3, 4])('holomorphic equilibrium propagation with %i phases keeps its claim', (phases) => {
  withConv(
    wholeSpec,
    (network) => {
      const learner = equilibriumPropagation({ nudging: 'holomorphic', phases })
      const { passed, claim, measured } = measureClaim(network, learner, squaredError(), batchFor(network, 3))
      expect(passed, `${claim}: ${measured}`).toBe(true)
    },
    weak,
  )
})

it('errors come down through feedback kernels as through the kernels: with R = W that is backprop', () => {
  withConv(wholeSpec, (network) => {
    const batch = batchFor(network, 5, 'classes')
    withTrainer(network, { learner: kolenPollack(), loss }, (trainer) => {
      const gradient = directionOf(network, { learner: backprop(), loss }, batch)
      const estimate = (): number[] => {
        const direction = trainer.direction(batch)
        return network.parameters.flatMap(({ name }) => Array.from(direction.of(name)))
      }
      expect(relativeError(estimate(), gradient)).toBeGreaterThan(0.1)
      trainer.auxiliaryParameters.forEach((feedback, i) => feedback.write(network.parameters[2 * (i + 1)].read()))
      expect(relativeError(estimate(), gradient)).toBeLessThan(1e-14)
    })
  })
})
