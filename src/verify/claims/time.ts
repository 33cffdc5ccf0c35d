// What happens on the way to and from a fixed point, step by step: equilibrium propagation of potentials as backpropagation
// through time, and the layer at the fixed point of its lateral weights. Against networks in plain arithmetic.
import { dense } from '../../layers/dense.js'
import { sequential } from '../../models/network.js'
import { recurrent } from '../../layers/recurrent.js'
import type { Setting } from '../../learners/learner.js'
import { equilibriumPropagation } from '../../learners/contrastive/equilibrium-propagation.js'
import { recurrentBackprop } from '../../learners/gradient/recurrent-backprop.js'
import { toRounding } from '../../dynamics/relaxation.js'
import { squaredError } from '../../losses/squared-error.js'
import { relativeError } from '../distance.js'
import { directionOf, directionsOf } from '../convergence.js'
import { differences, type Parameters } from '../oracles/models.js'
import { largestSingular, type PlainLayer, plainLayers, potential, type Rows, times, transposed } from '../oracles/plain-network.js'
import { exact, ofOrder, onNetworks, type Property } from './property.js'
import { Draws, firstExample } from '../random-setting.js'

export const timeClaims: readonly Property[] = [
  {
    ...ofOrder(1),
    rule: 'equilibriumPropagation',
    claim: 'limit(beta, 1): BPTT, each step',
    conditions: 'potentials, positive nudge; random networks, one example, squared error',
    measure: onNetworks({ losses: [squaredError()], layers: [2, 3] }, throughTimeSlope),
  },
  {
    ...exact,
    rule: 'recurrentBackprop',
    claim: 'K sweeps: K terms of a Neumann series',
    conditions: 'random tanh layers with lateral weights, one example, squared error',
    measure: (draws) => {
      const setting = lateralSetting(draws.seed)
      try {
        return seriesError(firstExample(setting), draws.integer(1, 20))
      } finally {
        setting.network.dispose()
      }
    },
  },
]

const steps = 5
const step = 0.3

/**
 * As beta -> 0, what step t of the nudged phase adds to the estimate is the gradient of C(s_T) by the parameters as they
 * were used in the t-th step before the last, the states at their fixed point until then (Ernoult et al. 2019, NeurIPS). The
 * figure is how far from 1 the slope of the error of any step is; the first has none but rounding, as the loss alone moves.
 */
function throughTimeSlope(setting: Setting): number {
  const one = firstExample(setting)
  const {
    network,
    batch: { x, y },
  } = one
  const parameters: Parameters = Object.fromEntries(network.parameters.map((p) => [p.name, Array.from(p.read())]))
  const layers = plainLayers(network)
  let fixed: Rows = [Array.from(x), ...layers.map(({ bias }) => bias.map(() => 0))]
  for (let t = 0; t < 1000; t++) fixed = stepped(layers, fixed)
  const lossAfter = (changed: readonly PlainLayer[], later: number): number => {
    let s = stepped(changed, fixed)
    for (let t = 0; t < later; t++) s = stepped(layers, s)
    return s.at(-1)!.reduce((sum, value, i) => sum + (value - y[i]) ** 2 / 2, 0)
  }
  const gradients = Array.from({ length: steps }, (_, t) => {
    const loss = (changed: Parameters): number => lossAfter(plainLayers(network, Object.values(changed)), t)
    return Object.keys(parameters).flatMap((name) => differences(loss, parameters, name))
  })
  const errorsAt = (beta: number): number[] => {
    const estimates = Array.from({ length: steps }, (_, t) =>
      directionOf(
        equilibriumPropagation({
          states: 'potentials',
          nudging: 'positive',
          step,
          tolerance: 0,
          freeSweeps: 1000,
          nudgedSweeps: t + 1,
          beta,
        }),
        one,
      ),
    )
    return gradients.map((gradient, t) =>
      relativeError(
        estimates[t].map((value, i) => value - (estimates[t - 1]?.[i] ?? 0)),
        gradient,
      ),
    )
  }
  const [before, after] = [errorsAt(2e-3), errorsAt(1e-3)]
  return Math.max(...after.map((error, t) => (error < 1e-9 ? 0 : Math.abs(Math.log2(before[t] / error) - 1))))
}

/** One step of the potentials s_1 ... s_L down the energy, all layers at once. */
function stepped(layers: readonly PlainLayer[], s: Rows): Rows {
  const rates = [s[0], ...layers.map(({ f }, l) => s[l + 1].map(f))]
  return s.map((state, l) => {
    if (l === 0) return state
    const drive = potential(layers, rates, l)
    return state.map((value, i) => value + step * (layers[l - 1].slope(value) * drive[i] - value))
  })
}

/** A recurrent layer of 5 to 8 units, whose lateral weights have a spectral norm of 0.9, so that it settles, and a dense one. Dispose of its network. */
export function lateralSetting(seed: number): Setting {
  const draws = new Draws(seed)
  const [inputs, units, outputs] = [draws.integer(2, 5), draws.integer(5, 8), draws.integer(2, 4)]
  const network = sequential(inputs, [recurrent(units, 'tanh', { tolerance: 1e-15 }), dense(outputs)]).build({ dtype: 'f64', seed })
  const lateral = network.parameters[2]
  const values = Array.from(lateral.read())
  const factor = 0.9 / largestSingular(inRows(values, units)).value
  lateral.write(values.map((value) => factor * value))
  for (const p of network.parameters) if (p.name.endsWith('bias')) p.write(draws.list(p.shape[0], -0.5, 0.5))
  const size = draws.integer(3, 7)
  return {
    network,
    loss: squaredError(),
    seed,
    batch: { x: draws.list(size * inputs, -1, 1), y: draws.list(size * outputs, 0, 1), size },
  }
}

/** A matrix of n rows. */
const inRows = (values: readonly number[], n: number): Rows =>
  Array.from({ length: n }, (_, i) => values.slice((i * values.length) / n, ((i + 1) * values.length) / n))

/**
 * After K sweeps the adjoint of a lateral layer is z = sum over k < K of (f' V^T)^k f' e, e = dC/dh at the fixed point: off by
 * about rho^K, rho the spectral radius of f' V. It is the layer's bias direction.
 */
function seriesError(one: Setting, adjointSweeps: number): number {
  const {
    network,
    batch: { x, y },
  } = one
  const [weight, bias, lateral, above, aboveBias] = network.parameters.map((p) => Array.from(p.read())) as [
    number[],
    number[],
    number[],
    number[],
    number[],
  ]
  const [n, { outputs }] = [bias.length, network]
  const v = inRows(lateral, n)
  const drive = times(inRows(weight, n), Array.from(x)).map((value, i) => value + bias[i])
  let h: readonly number[] = drive.map(Math.tanh)
  for (let t = 0; t < 5000; t++) h = times(v, h).map((value, i) => Math.tanh(value + drive[i]))
  const w = inRows(above, outputs)
  const error = times(w, h).map((value, i) => value + aboveBias[i] - y[i])
  const gated = (u: readonly number[]): number[] => u.map((value, i) => value * (1 - h[i] ** 2))
  let term = gated(times(transposed(w), error))
  const z = term.map(() => 0)
  for (let k = 0; k < adjointSweeps; k++) {
    term.forEach((value, i) => (z[i] += value))
    term = gated(times(transposed(v), term))
  }
  const [, own] = directionsOf(recurrentBackprop({ ...toRounding, gamma: 0, adjointSweeps }), one)
  return relativeError(own, z)
}
