import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backprop, binaryCrossEntropy, measureClaim, recirculation, squaredError } from '../../../src/index.js'
import { directions, numbers, relative, withCase } from '../claims.js'

const autoencoders = fc.record({
  sizes: fc.tuple(fc.integer({ min: 2, max: 7 }), fc.integer({ min: 2, max: 7 })).map(([n, h]) => [n, h, n]),
  seed: fc.integer({ min: 0, max: 1e6 }),
  gain: fc.double({ min: 0.3, max: 1, noNaN: true }),
})
const everywhere = (property: (network: Parameters<Parameters<typeof withCase>[1]>[0], x: number[]) => void): void =>
  fc.assert(
    fc.property(autoencoders, (each) =>
      withCase(
        each,
        (network) =>
          property(
            network,
            numbers(5 * network.inputs, each.seed).map((v) => (v + 1) / 2),
          ),
        'sigmoid',
      ),
    ),
    { numRuns: 15, seed: 1 },
  )

describe('recirculation', () => {
  it.each([squaredError(), binaryCrossEntropy()].map((loss) => [loss.name, loss] as const))('keeps its claim: %s', (_name, loss) => {
    everywhere((network, x) => {
      const { passed, measured } = measureClaim(network, recirculation(), loss, { x, y: x, size: 5 })
      expect(passed, measured).toBe(true)
    })
  })

  it('has the exact gradient of the decoder at any regression', () => {
    everywhere((network, x) => {
      const batch = { x, y: x, size: 5 }
      const [rule, gradient] = [recirculation({ regression: 0.4 }), backprop()].map((each) =>
        directions(network, each, batch).slice(2).flat(),
      )
      expect(relative(rule, gradient)).toBeLessThan(1e-13)
    })
  })

  it('becomes backprop where the decoder is the transpose of the encoder', () => {
    everywhere((network, x) => {
      const [w, , v] = network.parameters
      const [h, n] = w.shape as [number, number]
      const weights = w.read()
      v.write(Array.from({ length: n * h }, (_, i) => weights[(i % h) * n + Math.floor(i / h)]))
      const batch = { x, y: x, size: 5 }
      const gradient = directions(network, backprop(), batch).flat()
      const errors = [0.99, 0.999].map((regression) => relative(directions(network, recirculation({ regression }), batch).flat(), gradient))
      expect(errors[0] / errors[1]).toBeCloseTo(10, 0)
      expect(errors[1]).toBeLessThan(0.01)
    })
  })

  it('refuses other networks', () => {
    withCase({ sizes: [3, 4, 2], seed: 1, gain: 1 }, (network, batch) => {
      expect(() => directions(network, recirculation(), batch)).toThrow(/as many outputs as there are inputs/)
    })
  })
})
