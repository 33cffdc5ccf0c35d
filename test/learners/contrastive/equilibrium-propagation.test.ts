// Equilibrium propagation (Scellier & Bengio 2017): the gradient at the free fixed point, from a weak nudge.
import { describe, expect, it } from 'vitest'
import {
  backprop,
  binaryCrossEntropy,
  crossEntropy,
  equilibriumPropagation,
  type EquilibriumPropagationOptions,
  type Loss,
  recurrentBackprop,
  squaredError,
} from '../../../src/index.js'
import { toRounding } from '../../../src/dynamics/relaxation.js'
import { halvings, relativeError, slopes, uniform } from '../../support/numbers.js'
import { batchFor, directionOf, targetsOf, withNetwork, withTrainer } from '../../support/teaching.js'

const spec = { sizes: [5, 7, 6, 3], gain: 0.5 }
const betas = halvings(0.04)

/** The relative error against recurrent backprop of the same network, at each beta. */
const errorsAt = (options: EquilibriumPropagationOptions, loss: Loss, seed: number, reference = recurrentBackprop(toRounding)): number[] =>
  withNetwork({ ...spec, seed }, (network) => {
    const batch = batchFor(network, 4, targetsOf(loss), seed)
    const exact = directionOf(network, { learner: reference, loss }, batch)
    return betas.map((beta) =>
      relativeError(directionOf(network, { learner: equilibriumPropagation({ ...toRounding, beta, ...options }), loss }, batch), exact),
    )
  })

describe.each([1, 2, 3])('on network %i', (seed) => {
  describe.each([squaredError(), crossEntropy(), binaryCrossEntropy()])('under $name', (loss) => {
    it.each([
      ['positive', 1],
      ['negative', 1],
      ['symmetric', 2],
    ] as const)('nudged %s, errs by beta^%i', (nudging, order) => {
      for (const slope of slopes(betas, errorsAt({ nudging }, loss, seed)).slice(-2)) expect(Math.abs(slope - order)).toBeLessThan(0.15)
    })
  })

  it('does not become backprop of the feedforward network', () => {
    expect(errorsAt({}, squaredError(), seed, backprop()).at(-1)).toBeGreaterThan(0.02)
  })
})

it('needs fewer sweeps when it is nudged both ways, since drift of the free phase then cancels', () => {
  withNetwork(spec, (network) => {
    const batch = batchFor(network, 4)
    const exact = directionOf(network, { learner: recurrentBackprop(toRounding) }, batch)
    const error = (nudging: 'positive' | 'symmetric'): number => {
      const learner = equilibriumPropagation({ nudging, beta: 0.02, freeSweeps: 4, nudgedSweeps: 8, tolerance: 0 })
      return relativeError(directionOf(network, { learner }, batch), exact)
    }
    expect(error('symmetric')).toBeLessThan(0.2 * error('positive'))
  })
})

it('says in its results when a phase did not settle', () => {
  withNetwork({ ...spec, gain: 1 }, (network) =>
    withTrainer(network, { learner: equilibriumPropagation({ freeSweeps: 3, nudgedSweeps: 2, tolerance: 1e-12 }) }, (trainer) => {
      trainer.direction(batchFor(network, 4))
      expect(trainer.settling).toMatchObject({ sweeps: 3, converged: false })
    }),
  )
})

// Where the nudge enters matters. A network of one tanh output unit per input, in plain TypeScript: s = tanh(W x),
// nudged inside, s = tanh(W x + beta (y - s)), or outside, s = tanh(W x) + beta (y - s).
describe('the nudge', () => {
  const [inputs, outputs, beta] = [4, 3, 1e-4]
  const w = uniform(inputs * outputs, 1, 1.5)
  const x = uniform(inputs, 2)
  const y = uniform(outputs, 3)
  const potential = Array.from({ length: outputs }, (_, i) => x.reduce((sum, value, j) => sum + w[i * inputs + j] * value, 0))

  const settled = (map: (a: number, i: number, s: number) => number): number[] =>
    potential.map((a, i) => {
      let s = 0
      for (let sweep = 0; sweep < 200; sweep++) s = map(a, i, s)
      return s
    })
  const estimate = (map: (strength: number) => (a: number, i: number, s: number) => number): number[] => {
    const [plus, minus] = [settled(map(beta)), settled(map(-beta))]
    return plus.flatMap((s, i) => x.map((value) => (-(s - minus[i]) * value) / (2 * beta)))
  }
  const withoutSlope = potential.flatMap((a, i) => x.map((value) => (Math.tanh(a) - y[i]) * value))
  const gradient = potential.flatMap((a, i) => x.map((value) => (Math.tanh(a) - y[i]) * (1 - Math.tanh(a) ** 2) * value))

  it('is felt through the nonlinearity', () => {
    const inside = estimate((strength) => (a, i, s) => Math.tanh(a + strength * (y[i] - s)))
    expect(relativeError(inside, gradient)).toBeLessThan(1e-6)
  })

  it('outside the nonlinearity loses its slope, and is no gradient', () => {
    const outside = estimate((strength) => (a, i, s) => Math.tanh(a) + strength * (y[i] - s))
    expect(relativeError(outside, withoutSlope)).toBeLessThan(1e-6)
    expect(relativeError(outside, gradient)).toBeGreaterThan(0.3)
  })

  it('enters inside in the library', () => {
    withNetwork({ sizes: [inputs, outputs], output: 'tanh' }, (network) => {
      network.parameters[0].write(w)
      network.parameters[1].write([0, 0, 0])
      const learner = equilibriumPropagation({ ...toRounding, beta: 1e-3 })
      const direction = directionOf(network, { learner }, { x, y, size: 1 }).slice(0, inputs * outputs)
      expect(relativeError(direction, gradient)).toBeLessThan(1e-5)
    })
  })
})
