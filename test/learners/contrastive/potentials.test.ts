// Equilibrium propagation in the continuous Hopfield network of membrane potentials (Scellier & Bengio 2017), and, step by
// step, as backpropagation through time (Ernoult et al. 2019).
import { differencesOf } from '../../../src/learners/gradient/central-differences.js'
import { describe, expect, it } from 'vitest'
import {
  binaryCrossEntropy,
  crossEntropy,
  equilibriumPropagation,
  type EquilibriumPropagationOptions,
  type Loss,
  type Network,
  NgradError,
  squaredError,
} from '../../../src/index.js'
import { potentialEquilibrium } from '../../../src/dynamics/equilibrium.js'
import { toRounding } from '../../../src/dynamics/relaxation.js'
import { dot, halvings, norm, relativeError, slopes, uniform } from '../../support/numbers.js'
import { batchFor, directionOf, predictionsOf, targetsOf, withNetwork, withTrainer } from '../../support/teaching.js'

const exactly = { ...toRounding, step: 0.5 }
const potentials = { ...exactly, states: 'potentials' } as const
const spec = { sizes: [4, 6, 5, 3], gain: 0.5 }
const numerical = differencesOf(potentialEquilibrium(exactly))

const errorsAt = (betas: readonly number[], options: EquilibriumPropagationOptions, loss: Loss, network: Network): number[] => {
  const batch = batchFor(network, 3, targetsOf(loss), network.seed)
  const gradient = directionOf(network, { learner: numerical, loss }, batch)
  return betas.map((beta) =>
    relativeError(directionOf(network, { learner: equilibriumPropagation({ ...potentials, ...options, beta }), loss }, batch), gradient),
  )
}

describe.each([squaredError(), crossEntropy(), binaryCrossEntropy()])('under $name', (loss) => {
  it.each([
    ['positive', 1],
    ['negative', 1],
    ['symmetric', 2],
  ] as const)('nudged %s, errs by beta^%i', (nudging, order) => {
    const betas = halvings(0.04)
    for (const output of ['identity', 'tanh'] as const)
      withNetwork({ ...spec, output }, (network) => {
        for (const slope of slopes(betas, errorsAt(betas, { nudging }, loss, network)).slice(-2))
          expect(Math.abs(slope - order)).toBeLessThan(0.15)
      })
  })
})

// Plain arithmetic for one sample: potentials s_1 ... s_L, rates rho(s) with rho = tanh in all layers but the linear last.
type States = number[][]
type Weights = { w: number[][]; b: number[] }[]
const isLast = (layers: Weights, l: number): boolean => l === layers.length - 1
const rate = (layers: Weights, l: number, s: number): number => (isLast(layers, l) ? s : Math.tanh(s))
const slope = (layers: Weights, l: number, s: number): number => (isLast(layers, l) ? 1 : 1 - Math.tanh(s) ** 2)

const weightsOf = ({ parameters, layers }: Network): Weights =>
  layers.map(({ inputs, outputs, index }) => {
    const [w, b] = [parameters[2 * index].read(), parameters[2 * index + 1].read()]
    return { w: Array.from({ length: outputs }, (_, i) => Array.from(w.slice(i * inputs, (i + 1) * inputs))), b: Array.from(b) }
  })

/** W_l rho(s_{l-1}) + W_{l+1}^T rho(s_{l+1}) + b_l for every layer. */
const drives = (layers: Weights, x: number[], s: States): States => {
  const h = s.map((layer, l) => layer.map((value) => rate(layers, l, value)))
  return layers.map(({ w, b }, l) =>
    b.map((bias, i) => {
      const above = layers[l + 1]?.w.reduce((sum, row, k) => sum + row[i] * h[l + 1][k], 0) ?? 0
      return bias + dot(w[i], l === 0 ? x : h[l - 1]) + above
    }),
  )
}

const step = (layers: Weights, x: number[], s: States, size: number): States => {
  const drive = drives(layers, x, s)
  return s.map((layer, l) => layer.map((value, i) => value + size * (slope(layers, l, value) * drive[l][i] - value)))
}

const settled = (layers: Weights, x: number[]): States => {
  let s: States = layers.map(({ b }) => b.map(() => 0))
  for (let t = 0; t < 600; t++) s = step(layers, x, s, 0.5)
  return s
}

it('settles where the gradient of the energy vanishes', () => {
  withNetwork(spec, (network) =>
    withTrainer(network, { learner: equilibriumPropagation(potentials) }, (trainer) => {
      const batch = batchFor(network, 1)
      const s = settled(weightsOf(network), Array.from(batch.x))
      expect(relativeError(predictionsOf(trainer, batch), s.at(-1)!)).toBeLessThan(1e-13)
      expect(trainer.settling).toMatchObject({ converged: true })
    }),
  )
})

it.each(['hardSigmoid', 'relu'] as const)(
  'has the fixed points of rates s = f(a), and so their direction, where rho is the %s',
  (hidden) => {
    withNetwork({ sizes: [5, 9, 8, 3], gain: 0.6, hidden, seed: 3 }, (network) => {
      const batch = batchFor(network, 6, 'classes')
      const both = [{ ...toRounding, step: 0.5 }, potentials].map((options) =>
        directionOf(network, { learner: equilibriumPropagation({ ...options, beta: 0.3 }), loss: crossEntropy() }, batch),
      )
      expect(norm(both[0])).toBeGreaterThan(0.1)
      expect(relativeError(both[1], both[0])).toBeLessThan(1e-11)
    })
  },
)

it('is another network than that of rates where rho is smooth', () => {
  withNetwork(spec, (network) => {
    const batch = batchFor(network, 4)
    const [rates, own] = [toRounding, potentials].map((options) =>
      directionOf(network, { learner: equilibriumPropagation({ ...options, beta: 0.01 }) }, batch),
    )
    expect(relativeError(own, rates)).toBeGreaterThan(0.05)
  })
})

describe('step by step', () => {
  const size = 0.3
  const steps = 6

  /** What each step of a nudged phase adds to the estimate. */
  const increments = (network: Network, batch: ReturnType<typeof batchFor>, options: EquilibriumPropagationOptions): number[][] => {
    const estimates = Array.from({ length: steps }, (_, t) =>
      directionOf(
        network,
        {
          learner: equilibriumPropagation({
            states: 'potentials',
            step: size,
            tolerance: 0,
            freeSweeps: 600,
            nudgedSweeps: t + 1,
            ...options,
          }),
        },
        batch,
      ),
    )
    return estimates.map((g, t) => (t === 0 ? g : g.map((value, i) => value - estimates[t - 1][i])))
  }

  /**
   * The gradients of C(s_T) by the parameters of the t-th step before the last, t = 0 ... steps - 1, by differences: the states
   * are at their fixed point until that step.
   */
  const throughTime = (network: Network, x: number[], y: number[], next: typeof step): number[][] => {
    const layers = weightsOf(network)
    const fixed = settled(layers, x)
    const lossAfter = (changed: Weights, t: number): number => {
      let s = next(changed, x, fixed, size)
      for (let later = 0; later < t; later++) s = next(layers, x, s, size)
      return s.at(-1)!.reduce((sum, value, i) => sum + (value - y[i]) ** 2 / 2, 0)
    }
    return Array.from({ length: steps }, (_, t) =>
      layers.flatMap(({ w, b }, l) => {
        const difference = (write: (copy: Weights, delta: number) => void): number => {
          const at = (delta: number): number => {
            const copy = structuredClone(layers)
            write(copy, delta)
            return lossAfter(copy, t)
          }
          const h = 1e-3
          return (45 * (at(h) - at(-h)) - 9 * (at(2 * h) - at(-2 * h)) + at(3 * h) - at(-3 * h)) / (60 * h)
        }
        return [
          ...w.flatMap((row, i) => row.map((_, j) => difference((copy, delta) => (copy[l].w[i][j] += delta)))),
          ...b.map((_, i) => difference((copy, delta) => (copy[l].b[i] += delta))),
        ]
      }),
    )
  }

  const within = <T>(use: (network: Network, batch: ReturnType<typeof batchFor>) => T): T =>
    withNetwork({ sizes: [4, 5, 4, 2], gain: 0.8 }, (network) => use(network, batchFor(network, 1)))

  it.each([
    ['positive', 1],
    ['symmetric', 2],
  ] as const)('nudged %s, it is backpropagation through time up to beta^%i, in every step', (nudging, order) => {
    within((network, batch) => {
      const gradients = throughTime(network, Array.from(batch.x), Array.from(batch.y), step)
      const betas = order === 1 ? halvings(0.01) : halvings(0.2)
      const errors = betas.map((beta) =>
        increments(network, batch, { nudging, beta }).map((added, t) => relativeError(added, gradients[t])),
      )
      for (let t = 0; t < steps; t++) {
        expect(errors.at(-1)![t], `step ${t}`).toBeLessThan(5e-3)
        const found = slopes(
          betas,
          errors.map((each) => each[t]),
        ).slice(-2)
        // Where the potentials run linearly from the fixed point nothing is left to vanish: the first step has no error.
        if (errors[0][t] > 1e-9) for (const one of found) expect(Math.abs(one - order), `step ${t}`).toBeLessThan(0.15)
      }
    })
  })

  it('adds up to truncated backpropagation through time', () => {
    within((network, batch) => {
      const gradients = throughTime(network, Array.from(batch.x), Array.from(batch.y), step)
      const sum = gradients[0].map((_, i) => gradients.reduce((total, each) => total + each[i], 0))
      const learner = equilibriumPropagation({
        states: 'potentials',
        step: size,
        tolerance: 0,
        freeSweeps: 600,
        nudgedSweeps: steps,
        beta: 1e-3,
      })
      expect(relativeError(directionOf(network, { learner }, batch), sum)).toBeLessThan(1e-6)
    })
  })

  // s <- f(a), all layers at once: diag(f') W is not symmetric, and the states move otherwise than the loss falls by them. But
  // with the nudge inside f they move as the loss falls by the potentials a, which is all that the weights' gradients need.
  it('holds for the weights, but not for the states, of rates s = tanh(a)', () => {
    const [n, m, beta] = [3, 2, 1e-5]
    const weights = { w1: uniform(n * n, 1), w2: uniform(m * n, 5) }
    const [x, y] = [uniform(n, 8), uniform(m, 9)]
    type Pair = { hidden: number[]; output: number[] }
    const next = ({ w1, w2 }: typeof weights, { hidden, output }: Pair, nudge = 0): Pair => ({
      hidden: hidden.map((_, i) =>
        Math.tanh(dot(w1.slice(n * i, n * i + n), x) + output.reduce((sum, value, k) => sum + w2[n * k + i] * value, 0)),
      ),
      output: output.map((value, k) => Math.tanh(dot(w2.slice(n * k, n * k + n), hidden) - nudge * (value - y[k]))),
    })
    const statistic = ({ hidden, output }: Pair): number[] => [
      ...hidden.flatMap((post) => x.map((pre) => post * pre)),
      ...output.flatMap((post) => hidden.map((pre) => post * pre)),
    ]
    const lossOf = ({ output }: Pair): number => output.reduce((sum, value, k) => sum + (value - y[k]) ** 2 / 2, 0)
    const later = (s: Pair, t: number): Pair => (t === 0 ? s : later(next(weights, s), t - 1))
    const differences = (values: readonly number[], lossAt: (changed: number[]) => number): number[] =>
      values.map((_, i) => {
        const at = (delta: number): number => lossAt(values.map((value, j) => (i === j ? value + delta : value)))
        return (at(1e-4) - at(-1e-4)) / 2e-4
      })

    let free: Pair = { hidden: new Array<number>(n).fill(0), output: new Array<number>(m).fill(0) }
    for (let t = 0; t < 500; t++) free = next(weights, free)
    let s = free
    for (let t = 0; t < steps; t++) {
      const moved = next(weights, s, beta)
      const added = statistic(moved).map((value, i) => -(value - statistic(s)[i]) / beta)
      const gradient = differences([...weights.w1, ...weights.w2], (all) =>
        lossOf(later(next({ w1: all.slice(0, n * n), w2: all.slice(n * n) }, free), t)),
      )
      expect(relativeError(added, gradient), `weights, step ${t}`).toBeLessThan(1e-3)
      const states = [...moved.hidden, ...moved.output].map((value, i) => -(value - [...s.hidden, ...s.output][i]) / beta)
      const byStates = differences([...free.hidden, ...free.output], (all) =>
        lossOf(later({ hidden: all.slice(0, n), output: all.slice(n) }, t)),
      )
      expect(relativeError(states, byStates), `states, step ${t}`).toBeGreaterThan(0.1)
      s = moved
    }
  })
})

it('takes no readout outside, and real nudges', () => {
  expect(() => equilibriumPropagation({ states: 'potentials', readout: 'outside' })).toThrow(NgradError)
  expect(() => equilibriumPropagation({ states: 'potentials', nudging: 'holomorphic' })).toThrow(NgradError)
})
