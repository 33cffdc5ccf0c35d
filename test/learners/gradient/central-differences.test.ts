// The numerical gradient that judges the exact rules.
import { expect, it } from 'vitest'
import { backprop, centralDifferences, crossEntropy } from '../../../src/index.js'
import { halvings, relativeError, slopes } from '../../support/numbers.js'
import { batchFor, bits, directionOf, parametersOf, withNetwork } from '../../support/teaching.js'

it('errs by the sixth power of its step', () => {
  withNetwork({ sizes: [3, 4, 2] }, (network) => {
    const batch = batchFor(network, 3, 'classes')
    const exact = directionOf(network, { learner: backprop(), loss: crossEntropy() }, batch)
    const steps = halvings(0.4, 4)
    const errors = steps.map((step) =>
      relativeError(directionOf(network, { learner: centralDifferences({ step }), loss: crossEntropy() }, batch), exact),
    )
    for (const slope of slopes(steps, errors).slice(-2)) expect(Math.abs(slope - 6)).toBeLessThan(0.3)
  })
})

it('leaves the parameters as they were, to the bit', () => {
  withNetwork({ sizes: [3, 4, 2] }, (network) => {
    const before = bits(parametersOf(network))
    directionOf(network, { learner: centralDifferences() }, batchFor(network, 3))
    expect(bits(parametersOf(network))).toBe(before)
  })
})
