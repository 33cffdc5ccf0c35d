// Backpropagation (Rumelhart, Hinton & Williams 1986) where its gradient has a closed form.
import { describe, expect, it } from 'vitest'
import { backprop, centralDifferences, crossEntropy, type Activation, squaredError } from '../../../src/index.js'
import { plus, product, type Rows, rows, scaled, times, transpose } from '../../support/linear-algebra.js'
import { mean } from '../../support/noise.js'
import { relativeError } from '../../support/numbers.js'
import { batchFor, directionOf, directionsOf, rowsOf, withNetwork } from '../../support/teaching.js'

const learner = backprop()
const columnMeans = (a: Rows): number[] => transpose(a).map((column) => column.reduce((x, y) => x + y) / a.length)

it('of one linear layer and the squared error is the mean of (W x + b - y) x^T', () => {
  withNetwork({ sizes: [4, 3] }, (network) => {
    const batch = batchFor(network, 7)
    const [w, b] = network.parameters.map((parameter) => parameter.read()) as [Float64Array, Float64Array]
    const x = rows(batch.x, 4)
    const outputs = times(x, transpose(rows(w, 4))).map((row) => row.map((value, i) => value + b[i]))
    const error = plus(outputs, rows(batch.y, 3), -1)
    const [dw, db] = directionsOf(network, { learner }, batch)
    expect(relativeError(dw, scaled(times(transpose(error), x), 1 / 7).flat())).toBeLessThan(1e-14)
    expect(relativeError(db, columnMeans(error))).toBeLessThan(1e-14)
  })
})

it('of a deep linear network is (W_L ... W_{l+1})^T (mean e x^T) (W_{l-1} ... W_1)^T', () => {
  const sizes = [4, 6, 5, 3, 2]
  withNetwork({ sizes, hidden: 'identity' }, (network) => {
    network.parameters.forEach((parameter) => {
      if (parameter.shape.length === 1) parameter.write(new Array(parameter.shape[0]).fill(0))
    })
    const batch = batchFor(network, 7)
    const w = [0, 1, 2, 3].map((l) => rows(network.parameters[2 * l].read(), sizes[l]))
    const x = rows(batch.x, 4)
    const error = plus(times(x, transpose(product(...w.slice().reverse()))), rows(batch.y, 2), -1)
    const correlation = scaled(times(transpose(error), x), 1 / 7)
    const direction = directionsOf(network, { learner }, batch)
    w.forEach((_, l) => {
      const above = w.slice(l + 1).map(transpose)
      const below = w.slice(0, l).map(transpose)
      expect(relativeError(direction[2 * l], product(...above, correlation, ...below).flat())).toBeLessThan(1e-13)
      // A bias moves the outputs through the layers above it.
      expect(
        relativeError(
          direction[2 * l + 1],
          product(
            ...above,
            columnMeans(error).map((e) => [e]),
          ).flat(),
        ),
      ).toBeLessThan(1e-13)
    })
  })
})

it('of a batch is the mean of the gradients of its samples', () => {
  withNetwork({ sizes: [5, 7, 4, 3] }, (network) => {
    const batch = batchFor(network, 9, 'classes')
    const singles = Array.from({ length: 9 }, (_, i) => directionOf(network, { learner, loss: crossEntropy() }, rowsOf(batch, [i])))
    expect(relativeError(directionOf(network, { learner, loss: crossEntropy() }, batch), mean(singles))).toBeLessThan(1e-14)
  })
})

it.each(['tanh', 'sigmoid', 'softplus'] as const)('goes through %s outputs: their slope is in the gradient', (output) => {
  withNetwork({ sizes: [4, 5, 3], output }, (network) => {
    const batch = batchFor(network, 5)
    const numerical = directionOf(network, { learner: centralDifferences() }, batch)
    expect(relativeError(directionOf(network, { learner }, batch), numerical)).toBeLessThan(1e-9)
  })
})

describe('at the kinks of', () => {
  /** dC/dz of a hidden unit whose potential is z, where dC/dh is 1. */
  const slopeAt = (hidden: Activation, z: number): number =>
    withNetwork({ sizes: [1, 1, 1], hidden }, (network) => {
      for (const [i, value] of [1, 0, 1, 0].entries()) network.parameters[i].write([value])
      const h = network.predict([z])[0]
      return directionsOf(network, { learner, loss: squaredError() }, { x: [z], y: [h - 1], size: 1 })[1][0]
    })

  it('relu the slope is 0 up to 0 itself, and 1 above', () => {
    expect([-1, -0, 0, 1e-9, 1].map((z) => slopeAt('relu', z))).toEqual([0, 0, 0, 1, 1])
  })

  it('hardSigmoid the slope is 1 between 0 and 1, and 0 at both and beyond', () => {
    expect([-1, 0, 1e-9, 0.5, 1 - 1e-9, 1, 2].map((z) => slopeAt('hardSigmoid', z))).toEqual([0, 0, 1, 1, 1, 0, 0])
  })
})
