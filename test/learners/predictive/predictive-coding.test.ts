// Predictive coding (Whittington & Bogacz 2017) and the two variants that are backprop (Millidge et al. 2022; Song et
// al. 2020), with what is not true of the first.
import { describe, expect, it } from 'vitest'
import {
  backprop,
  type Batch,
  binaryCrossEntropy,
  crossEntropy,
  type Loss,
  predictiveCoding,
  type PredictiveCodingOptions,
  squaredError,
} from '../../../src/index.js'
import { halvings, relativeError, slopes, uniform } from '../../support/numbers.js'
import {
  batchFor,
  directionOf,
  directionsOf,
  type NetworkSpec,
  predictionsOf,
  targetsOf,
  withNetwork,
  withTrainer,
} from '../../support/teaching.js'

const losses = [squaredError(), crossEntropy(), binaryCrossEntropy()]
const spec: NetworkSpec = { sizes: [5, 8, 7, 6, 3] }
const settled = { steps: 20_000, rate: 0.1, tolerance: 1e-15 }

const errorOf = (
  options: PredictiveCodingOptions,
  network: Parameters<typeof directionOf>[0],
  batch: Batch,
  loss: Loss = squaredError(),
): number =>
  relativeError(
    directionOf(network, { learner: predictiveCoding(options), loss }, batch),
    directionOf(network, { learner: backprop(), loss }, batch),
  )

describe('strict predictive coding', () => {
  it.each(losses)('errs by the precision of the outputs, under $name', (loss) => {
    const precisions = halvings(0.01)
    withNetwork(spec, (network) => {
      const batch = batchFor(network, 5, targetsOf(loss))
      const errors = precisions.map((precision) => errorOf({ ...settled, precision }, network, batch, loss))
      for (const slope of slopes(precisions, errors).slice(-2)) expect(Math.abs(slope - 1)).toBeLessThan(0.1)
    })
  })

  it('does not become backprop as the error of the outputs shrinks', () => {
    withNetwork(spec, (network) => {
      const { x, size } = batchFor(network, 5)
      const prediction = network.predict(x)
      const u = uniform(prediction.length, 9)
      const errors = halvings(0.01, 4).map((distance) => {
        const y = Array.from(prediction, (value, i) => value + distance * u[i])
        return errorOf({ ...settled, precision: 1 }, network, { x, y, size })
      })
      expect(Math.min(...errors)).toBeGreaterThan(0.1)
      expect(Math.abs(errors[3] - errors[2])).toBeLessThan(0.01 * errors[3])
    })
  })

  // In a linear net, eps_L = S^-1 (y - yhat) with S = I / precision + sum over l of J_l J_l^T, J_l = dx_L / dx_l: the
  // direction is that of backprop from the output error S^-1 (yhat - y), over the precision.
  it('in a linear network is backprop from the preconditioned error S^-1 e, exactly', () => {
    const sizes = [4, 5, 6, 2]
    withNetwork({ sizes, hidden: 'identity' }, (network) => {
      const { x, y } = batchFor(network, 1)
      for (const precision of [1, 0.25]) {
        const [, , w2, , w3] = network.parameters.map((parameter) => Array.from(parameter.read()))
        const j2 = matrix(w3, 2, 6)
        const j1 = times(j2, matrix(w2, 6, 5))
        const s = [
          [1 / precision, 0],
          [0, 1 / precision],
        ]
        for (const j of [j1, j2])
          for (const a of [0, 1]) for (const b of [0, 1]) s[a][b] += j[a].reduce((sum, value, k) => sum + value * j[b][k], 0)
        const prediction = network.predict(x)
        const [e1, e2] = [prediction[0] - y[0], prediction[1] - y[1]]
        const determinant = s[0][0] * s[1][1] - s[0][1] * s[1][0]
        const seeded = [(s[1][1] * e1 - s[0][1] * e2) / determinant, (s[0][0] * e2 - s[1][0] * e1) / determinant]
        const target = seeded.map((value, i) => prediction[i] - value / precision)
        const expected = directionsOf(network, { learner: backprop() }, { x, y: target, size: 1 })
        const direction = directionsOf(network, { learner: predictiveCoding({ ...settled, precision }) }, { x, y, size: 1 })
        // Biases show the errors alone; the weights' statistic also sees the activities that inference moved.
        for (const bias of [1, 3, 5]) expect(relativeError(direction[bias], expected[bias])).toBeLessThan(1e-10)
      }
    })
  })

  it('takes a precision for each hidden layer, or one for all', () => {
    withNetwork(spec, (network) => {
      const batch = batchFor(network, 4)
      const direction = (hiddenPrecisions?: number | readonly number[]): number[] =>
        directionOf(network, { learner: predictiveCoding(hiddenPrecisions === undefined ? {} : { hiddenPrecisions }) }, batch)
      expect(direction(2)).toEqual(direction([2, 2, 2]))
      expect(direction(1)).toEqual(direction())
      expect(relativeError(direction([2, 1, 0.5]), direction(1))).toBeGreaterThan(1e-2)
    })
  })

  it.each([
    [0, 'RANGE'],
    [-1, 'RANGE'],
    [NaN, 'NOT_FINITE'],
    [[1, 0, 1], 'RANGE'],
    [[1, '2', 1], 'TYPE'],
    ['1', 'TYPE'],
    [null, 'TYPE'],
  ])('refuses %s for them', (hiddenPrecisions, code) => {
    expect(() => predictiveCoding({ hiddenPrecisions: hiddenPrecisions as never })).toThrow(expect.objectContaining({ code }))
  })

  it('refuses another number of them than there are hidden layers', () => {
    withNetwork(spec, (network) =>
      expect(() => directionOf(network, { learner: predictiveCoding({ hiddenPrecisions: [1, 1] }) }, batchFor(network, 1))).toThrow(
        expect.objectContaining({ code: 'SHAPE', expected: '3, one for each hidden layer', got: '2' }),
      ),
    )
  })

  it('predicts as the forward pass does, the minimum of its energy without a target', () => {
    withNetwork(spec, (network) => {
      const batch = batchFor(network, 4)
      withTrainer(network, { learner: predictiveCoding() }, (trainer) =>
        expect(predictionsOf(trainer, batch)).toEqual(Array.from(network.predict(batch.x))),
      )
    })
  })
})

// Inference descends the free energy F = sum_l |eps_l|^2 / 2, eps_L measured in units of the output variance 1. The
// nodes cannot be seen from outside, so that a reimplementation is first held to the library's direction.
describe('the free energy', () => {
  const sizes = [3, 4, 4, 2]

  it('falls with every step of inference', () => {
    withNetwork({ sizes }, (network) => {
      const batch = batchFor(network, 1)
      const p = network.parameters.map((parameter) => Array.from(parameter.read()))
      const rate = 0.1
      const energies: number[] = []
      let x = forward(p, sizes, Array.from(batch.x))
      for (let step = 0; step <= 30; step++) {
        x[3] = affine(p, sizes, 3, x[2].map(Math.tanh)) // the outputs' prediction; the target is what pulls
        const eps = errors(p, sizes, x, Array.from(batch.y))
        energies.push(eps.slice(1).reduce((sum, e) => sum + e.reduce((s, value) => s + value * value, 0) / 2, 0))
        if (step === 20) {
          const learner = predictiveCoding({ precision: 1, steps: 20, rate })
          const direction = directionsOf(network, { learner }, batch)
          for (const l of [1, 2, 3])
            expect(
              relativeError(
                direction[2 * l - 1],
                eps[l].map((e) => -e),
              ),
            ).toBeLessThan(1e-12)
        }
        x = x.map((node, l) =>
          l === 0 || l === 3
            ? node
            : node.map((value, i) => value + rate * (-eps[l][i] + (1 - Math.tanh(value) ** 2) * down(p, sizes, l + 1, eps[l + 1], i))),
        )
      }
      for (let step = 1; step < energies.length; step++) expect(energies[step]).toBeLessThan(energies[step - 1])
    })
  })
})

it('takes steps of inference that would raise F at half their size: a rate too large settles where a small one does', () => {
  withNetwork({ ...spec, gain: 2 }, (network) => {
    const batch = batchFor(network, 5)
    const settled = (rate: number): number[] =>
      directionOf(network, { learner: predictiveCoding({ precision: 0.1, rate, steps: 40_000, tolerance: 1e-13 }) }, batch)
    expect(relativeError(settled(5), settled(0.02))).toBeLessThan(1e-6)
  })
})

describe('with fixed predictions', () => {
  it.each(losses)('is backprop after L - 1 steps of rate 1, and not before, under $name', (loss) => {
    withNetwork(spec, (network) => {
      const batch = batchFor(network, 5, targetsOf(loss))
      const variant = 'fixedPrediction'
      expect(errorOf({ variant, steps: 3, rate: 1 }, network, batch, loss)).toBeLessThan(1e-14)
      expect(errorOf({ variant, steps: 2, rate: 1 }, network, batch, loss)).toBeGreaterThan(1e-2)
    })
  })

  it('converges to it geometrically at lower rates, by 1 - rate a step and a polynomial', () => {
    withNetwork(spec, (network) => {
      const batch = batchFor(network, 5)
      const [before, after] = [160, 180].map((steps) => errorOf({ variant: 'fixedPrediction', steps, rate: 0.2 }, network, batch))
      expect((after / before) ** (1 / 20)).toBeGreaterThan(0.79)
      expect((after / before) ** (1 / 20)).toBeLessThan(0.83)
    })
  })
})

describe('Z-IL', () => {
  it.each(losses)('is backprop under $name', (loss) => {
    withNetwork(spec, (network) => {
      const batch = batchFor(network, 5, targetsOf(loss))
      expect(errorOf({ variant: 'zeroDivergence' }, network, batch, loss)).toBeLessThan(1e-14)
    })
  })
})

const matrix = (values: readonly number[], rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, (_, i) => values.slice(i * columns, (i + 1) * columns))

const times = (a: readonly number[][], b: readonly number[][]): number[][] =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)))

/** W_l h + b_l, from parameters in the network's order. */
const affine = (p: readonly number[][], sizes: readonly number[], l: number, h: readonly number[]): number[] =>
  matrix(p[2 * (l - 1)], sizes[l], sizes[l - 1]).map((row, i) => row.reduce((sum, value, j) => sum + value * h[j], p[2 * l - 1][i]))

const activity = (l: number, node: readonly number[]): number[] => (l === 0 ? [...node] : node.map(Math.tanh))

function forward(p: readonly number[][], sizes: readonly number[], input: number[]): number[][] {
  const x = [input]
  for (let l = 1; l < sizes.length; l++) x.push(affine(p, sizes, l, activity(l - 1, x[l - 1])))
  return x
}

/** eps_l = x_l - mu_l for hidden layers, and y - mu_L for the outputs. */
const errors = (p: readonly number[][], sizes: readonly number[], x: readonly number[][], y: readonly number[]): number[][] =>
  x.map((node, l) => {
    if (l === 0) return []
    const mu = affine(p, sizes, l, activity(l - 1, x[l - 1]))
    return (l === sizes.length - 1 ? y : node).map((value, i) => value - mu[i])
  })

/** Component i of eps_l W_l. */
const down = (p: readonly number[][], sizes: readonly number[], l: number, eps: readonly number[], i: number): number =>
  matrix(p[2 * (l - 1)], sizes[l], sizes[l - 1]).reduce((sum, row, k) => sum + eps[k] * row[i], 0)
