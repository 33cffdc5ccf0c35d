import { describe, expect, it } from 'vitest'
import { Region } from '../../../src/core/memory.js'
import { operations } from '../../../src/core/operations.js'
import { crossEntropy, equilibriumPropagation, recurrentBackprop } from '../../../src/index.js'
import { activationCode } from '../../../src/layers/activation.js'
import { toRounding } from '../../../src/dynamics/relaxation.js'
import { directions, expectClaim, numbers, relative, withCase } from '../claims.js'

const holomorphic = (phases: number, beta = 0.2) => equilibriumPropagation({ ...toRounding, nudging: 'holomorphic', phases, beta })
const small = { sizes: [5, 7, 6, 3], seed: 3, gain: 0.4 }

describe('holomorphic equilibrium propagation', () => {
  it.each([2, 3, 4, 5])('with %i phases is of that order', (phases) => {
    expectClaim(holomorphic(phases), { runs: 4 })
  })

  it('serves logistic units too', () => {
    expectClaim(holomorphic(3), { runs: 3, hidden: 'sigmoid', output: 'shiftedSigmoid' })
  })

  it('with two phases is the symmetric estimate', () => {
    withCase(small, (network, batch) => {
      const symmetric = directions(network, equilibriumPropagation({ ...toRounding, beta: 0.2 }), batch).flat()
      expect(relative(directions(network, holomorphic(2), batch).flat(), symmetric)).toBeLessThan(1e-12)
    })
  })

  it('at a finite strength becomes exact with more phases', () => {
    withCase(small, (network, batch) => {
      const gradient = directions(network, recurrentBackprop(toRounding), batch).flat()
      const errors = [2, 4, 8, 16].map((phases) => relative(directions(network, holomorphic(phases, 0.2), batch).flat(), gradient))
      // C (r / R)^N, R the radius of analyticity: twice the phases square the error, up to C.
      for (let i = 1; i < errors.length; i++) {
        expect(errors[i] / errors[i - 1] ** 2).toBeGreaterThan(0.1)
        expect(errors[i] / errors[i - 1] ** 2).toBeLessThan(10)
      }
    })
  })

  it('refuses what is not holomorphic', () => {
    withCase(small, (network, batch) => expect(() => directions(network, holomorphic(4), batch)).toThrow(/holomorphic.*relu|relu/), 'relu')
    withCase(small, (network, batch) =>
      expect(() => directions(network, holomorphic(4), { ...batch, y: batch.y }, crossEntropy())).toThrow(/squaredError/),
    )
  })
})

describe.each(['f32', 'f64'] as const)('complex activations in %s', (dtype) => {
  it.each(['tanh', 'sigmoid', 'shiftedSigmoid', 'identity'] as const)('%s', (name) => {
    const region = new Region('test')
    try {
      const [bias, re, im] = [1, 3, 3].map((rows) => region.matrix(dtype, rows, 7))
      const [b, x, y] = [numbers(7, 1), numbers(21, 2, 3), numbers(21, 3, 1.2)]
      bias.write(b)
      re.write(x)
      im.write(y)
      operations(dtype).activateComplex(activationCode('test', name), bias, re, im)
      const [u, v] = [re.read(), im.read()]
      x.forEach((value, i) => {
        const [wantRe, wantIm] = reference(name, value + b[i % 7], y[i])
        const size = Math.hypot(wantRe, wantIm)
        expect(Math.hypot(u[i] - wantRe, v[i] - wantIm) / Math.max(1, size)).toBeLessThan(dtype === 'f64' ? 1e-14 : 2e-6)
      })
    } finally {
      region.dispose()
    }
  })
})

/** By (e^2z - 1) / (e^2z + 1). */
function reference(name: 'tanh' | 'sigmoid' | 'shiftedSigmoid' | 'identity', x: number, y: number): [number, number] {
  if (name === 'identity') return [x, y]
  if (name === 'shiftedSigmoid') return reference('sigmoid', 4 * x - 2, 4 * y)
  if (name === 'sigmoid') return reference('tanh', x / 2, y / 2).map((part, i) => (part + (i === 0 ? 1 : 0)) / 2) as [number, number]
  const [a, b] = [Math.exp(2 * x) * Math.cos(2 * y), Math.exp(2 * x) * Math.sin(2 * y)]
  const square = (a + 1) ** 2 + b * b
  return [((a - 1) * (a + 1) + b * b) / square, (2 * b) / square]
}
