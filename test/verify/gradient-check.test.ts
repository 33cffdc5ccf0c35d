import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Activation,
  backprop,
  binaryCrossEntropy,
  crossEntropy,
  dense,
  feedbackAlignment,
  gradientCheck,
  recurrentBackprop,
  sequential,
  squaredError,
} from '../../src/index.js'
import { batchFor, build, targetsOf, withNetwork } from '../support/teaching.js'

const smooth = ['identity', 'tanh', 'sigmoid', 'softplus', 'shiftedSigmoid'] as const satisfies readonly Activation[]
const losses = [squaredError(), crossEntropy(), binaryCrossEntropy()]

const layer = fc.record({ units: fc.integer({ min: 1, max: 9 }), activation: fc.constantFrom(...smooth) })
const cases = fc.record({
  inputs: fc.integer({ min: 1, max: 9 }),
  layers: fc.array(layer, { minLength: 1, maxLength: 4 }),
  loss: fc.constantFrom(...losses),
  size: fc.integer({ min: 1, max: 7 }),
  seed: fc.nat(0xffff),
})

describe('gradientCheck', () => {
  it('finds backprop within 1e-7 of central differences: any depth, width, smooth activation and loss', () => {
    fc.assert(
      fc.property(cases, ({ inputs, layers, loss, size, seed }) => {
        const description = sequential(
          inputs,
          layers.map(({ units, activation }) => dense(units, activation)),
        )
        const network = description.build({ dtype: 'f64', seed })
        try {
          const check = gradientCheck(network, backprop(), loss, batchFor(network, size, targetsOf(loss), seed))
          expect(check.relativeError).toBeLessThanOrEqual(1e-7)
          expect(check).toMatchObject({ passed: true, tolerance: 1e-7 })
        } finally {
          network.dispose()
        }
      }),
      { numRuns: 400 },
    )
  })

  it('checks a rule that settles against the loss of its settled network', () => {
    withNetwork({ sizes: [4, 5, 3], gain: 0.7 }, (network) => {
      const settled = recurrentBackprop({ freeSweeps: 5000, tolerance: 1e-15 })
      expect(gradientCheck(network, settled, squaredError(), batchFor(network, 3)).passed).toBe(true)
    })
  })

  it('says parameter by parameter where a rule is not the gradient', () => {
    withNetwork({ sizes: [4, 5, 3] }, (network) => {
      const check = gradientCheck(network, feedbackAlignment(), squaredError(), batchFor(network, 3))
      expect(check.passed).toBe(false)
      const [hidden, hiddenBias, output, outputBias] = check.parameters
      for (const { relativeError } of [hidden, hiddenBias]) expect(relativeError).toBeGreaterThan(0.1)
      for (const { relativeError } of [output, outputBias]) expect(relativeError).toBeLessThan(1e-9)
    })
  })

  it('is content with 1e-2 in f32', () => {
    const network = build({ sizes: [4, 5, 3], dtype: 'f32' })
    const check = gradientCheck(network, backprop(), squaredError(), batchFor(network, 3))
    expect(check).toMatchObject({ passed: true, tolerance: 1e-2 })
    network.dispose()
  })

  it('changes no parameter', () => {
    withNetwork({ sizes: [4, 5, 3] }, (network) => {
      const before = network.parameters.map((parameter) => parameter.read())
      gradientCheck(network, backprop(), squaredError(), batchFor(network, 3))
      expect(network.parameters.map((parameter) => parameter.read())).toEqual(before)
    })
  })
})
