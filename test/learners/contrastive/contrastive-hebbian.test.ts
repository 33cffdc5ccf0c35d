// Contrastive Hebbian learning (Xie & Seung 2003): backprop in the limit of weak feedback.
import { describe, expect, it } from 'vitest'
import {
  type Activation,
  backprop,
  binaryCrossEntropy,
  contrastiveHebbian,
  crossEntropy,
  type Loss,
  squaredError,
} from '../../../src/index.js'
import { toRounding } from '../../../src/dynamics/relaxation.js'
import { halvings, relativeError, slopes } from '../../support/numbers.js'
import { batchFor, directionsOf, targetsOf, withNetwork } from '../../support/teaching.js'

const gammas = halvings(0.02)

/** The relative error against backprop at each gamma, layer by layer. */
function errorsByLayer(sizes: readonly number[], loss: Loss, output: Activation = 'identity', seed = 1): number[][] {
  return withNetwork({ sizes, output, seed, gain: 0.8 }, (network) => {
    const batch = batchFor(network, 5, targetsOf(loss))
    const reference = directionsOf(network, { learner: backprop(), loss }, batch)
    const estimates = gammas.map((gamma) => directionsOf(network, { learner: contrastiveHebbian({ ...toRounding, gamma }), loss }, batch))
    return reference.map((g, i) => estimates.map((estimate) => relativeError(estimate[i], g)))
  })
}

describe.each([[[4, 6, 3]], [[4, 6, 5, 3]], [[4, 6, 5, 4, 3]]])('with layers %j', (sizes) => {
  it.each([squaredError(), crossEntropy(), binaryCrossEntropy()])('errs by gamma in every layer under $name', (loss) => {
    for (const errors of errorsByLayer(sizes, loss)) {
      if (errors.at(-1)! < 1e-10) continue // the biases of the outputs are exact
      for (const slope of slopes(gammas, errors).slice(-2)) expect(Math.abs(slope - 1)).toBeLessThan(0.1)
    }
  })
})

it('is not backprop where the output error is not the difference of the states: logistic outputs, squared error', () => {
  const [errors] = errorsByLayer([4, 6, 3], squaredError(), 'sigmoid')
  expect(Math.min(...errors)).toBeGreaterThan(0.5)
})

it('settles in a few sweeps when feedback is weak', () => {
  withNetwork({ sizes: [4, 6, 5, 3] }, (network) => {
    const batch = batchFor(network, 5)
    const few = directionsOf(network, { learner: contrastiveHebbian({ gamma: 0.05 }) }, batch).flat()
    const many = directionsOf(network, { learner: contrastiveHebbian({ ...toRounding, gamma: 0.05 }) }, batch).flat()
    expect(relativeError(few, many)).toBeLessThan(1e-2)
  })
})
