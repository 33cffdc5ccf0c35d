// What settling rules promise beside their limits: claims about networks at their fixed points, against networks in plain
// arithmetic.
import type { Setting } from '../../learners/learner.js'
import { backprop } from '../../learners/gradient/backprop.js'
import { contrastiveHebbian } from '../../learners/contrastive/contrastive-hebbian.js'
import { equilibriumPropagation } from '../../learners/contrastive/equilibrium-propagation.js'
import { recurrentBackprop } from '../../learners/gradient/recurrent-backprop.js'
import { toRounding } from '../../dynamics/relaxation.js'
import { postRateHebbian } from '../../learners/contrastive/post-rate-hebbian.js'
import { squaredError } from '../../losses/squared-error.js'
import { relativeError } from '../distance.js'
import { directionOf, directionsOf } from '../convergence.js'
import { differences, type Parameters } from '../oracles/models.js'
import {
  dot,
  largestSingular,
  type PlainLayer,
  plainLayers,
  potential,
  type Rows,
  rowsOf,
  settled,
  times,
  transposed,
} from '../oracles/plain-network.js'
import { exact, ofOrder, onNetworks, type Property } from './property.js'
import { type Draws, firstExample } from '../random-setting.js'

const anyNetwork = 'random networks, identity outputs, all losses'
const squares = { losses: [squaredError()] }

export const relaxationClaims: readonly Property[] = [
  {
    ...exact,
    rule: 'recurrentBackprop',
    claim: 'backprop in a sweep at gamma 0',
    conditions: anyNetwork,
    measure: onNetworks({}, (setting) =>
      relativeError(directionOf(recurrentBackprop({ gamma: 0, freeSweeps: 1 }), setting), directionOf(backprop(), setting)),
    ),
  },
  {
    rule: 'recurrentBackprop',
    kind: 'contracts',
    claim: 'contracts(error of K plain sweeps)',
    expected: "factor rho(f' W)^2 within 10 %",
    conditions: 'random tanh networks, one example, squared error',
    holds: (off) => off <= 0.1,
    measure: onNetworks({ activations: ['tanh'], ...squares }, truncationError),
  },
  {
    ...exact,
    rule: 'contrastiveHebbian',
    claim: 'gradient of F+ - F- at gamma 1',
    conditions: 'random tanh and sigmoid networks, squared error',
    measure: onNetworks({ activations: ['tanh', 'sigmoid'], ...squares }, energyContrastError),
  },
  {
    ...exact,
    rule: 'postRateHebbian',
    kind: 'equals',
    claim: 'equals(equilibriumPropagation)',
    conditions: `${anyNetwork}, any number of steps of any size`,
    measure: onNetworks({}, telescopingError),
  },
  {
    ...ofOrder(1),
    rule: 'postRateHebbian',
    claim: 'limit(time, 1): backprop',
    conditions: 'random networks, one example, squared error',
    measure: onNetworks(squares, earlySlope),
  },
]

/**
 * How far the factor by which a sweep shrinks the error is from rho^2, relatively, where rho is the spectral radius of
 * diag(f') W at the fixed point. W is symmetric and joins neighbouring layers only, so that the eigenvalues are real
 * and come in pairs +-lambda; sweeps that use the newest states have lambda^2 (Young 1954, Trans. AMS 76:92).
 */
function truncationError(setting: Setting): number {
  const one = firstExample(setting)
  const layers = plainLayers(one.network)
  const s = settled(layers, Array.from(one.batch.x))
  const { rho, outputs } = slowestMode(layers, s)
  // The slowest mode need not be in the errors of given targets: these are such that it is.
  const slow = { ...one, batch: { ...one.batch, y: s.at(-1)!.map((output, i) => output - outputs[i]) } }
  const reference = directionOf(recurrentBackprop(toRounding), slow)
  const error = (freeSweeps: number): number =>
    relativeError(directionOf(recurrentBackprop({ tolerance: 0, step: 1, freeSweeps }), slow), reference)
  let [before, now] = [1, 1]
  for (let sweeps = 2; now > 1e-11; sweeps++) [before, now] = [now, error(sweeps)] // the last factor above rounding
  return Math.abs(now / before / rho ** 2 - 1)
}

/** rho, the largest singular value of sqrt(f') W sqrt(f') between the odd layers and the even ones, and its outputs. */
function slowestMode(layers: readonly PlainLayer[], s: Rows): { rho: number; outputs: number[] } {
  const roots = layers.map(({ slope }, l) => potential(layers, s, l + 1).map((z) => Math.sqrt(slope(z))))
  const scaled = layers.map(({ weight }, l) => weight.map((row, i) => row.map((w, j) => w * roots[l][i] * (roots[l - 1]?.[j] ?? 0))))
  const like = layers.map((_, l) => l).filter((l) => (layers.length - 1 - l) % 2 === 0) // the outputs' parity
  const unlike = layers.map((_, l) => l).filter((l) => !like.includes(l))
  const coupling = unlike.flatMap((to) =>
    roots[to].map((_, i) =>
      like.flatMap((from) => roots[from].map((_, j) => (to === from + 1 ? scaled[to][i][j] : from === to + 1 ? scaled[from][j][i] : 0))),
    ),
  )
  const { value, vector } = largestSingular(coupling)
  return { rho: value, outputs: vector.slice(-roots.at(-1)!.length) }
}

/** Movellan 1991: against differences of the mean of F(s^+) - F(s^-), F(s) = sum_l (integral of f^-1 - s_l . a_l). */
function energyContrastError(setting: Setting): number {
  const { network, batch } = setting
  const small = {
    ...setting,
    batch: { x: Array.from(batch.x).slice(0, 2 * network.inputs), y: Array.from(batch.y).slice(0, 2 * network.outputs), size: 2 },
  }
  const x = rowsOf(small.batch.x, network.inputs)
  const y = rowsOf(small.batch.y, network.outputs)
  const energy = (layers: readonly PlainLayer[], s: Rows): number =>
    layers.reduce((sum, { weight, bias, inverseIntegral }, l) => {
      const drive = times(weight, s[l]).map((z, i) => z + bias[i])
      return sum + s[l + 1].reduce((own, value) => own + inverseIntegral(value), 0) - dot(s[l + 1], drive)
    }, 0)
  const parameters: Parameters = Object.fromEntries(network.parameters.map((p) => [p.name, Array.from(p.read())]))
  const at = plainLayers(network)
  const from = x.map((row, n) => {
    const free = settled(at, row)
    return { free, clamped: settled(at, row, { clamped: y[n], from: free }) }
  })
  const contrast = (p: Parameters): number => {
    const layers = plainLayers(network, Object.values(p))
    return (
      x.reduce((sum, row, n) => {
        const free = settled(layers, row, { from: from[n].free })
        const clamped = settled(layers, row, { from: from[n].clamped, clamped: y[n] })
        return sum + energy(layers, clamped) - energy(layers, free)
      }, 0) / x.length
    )
  }
  const numerical = network.parameters.flatMap(({ name }) => differences(contrast, parameters, name))
  return relativeError(directionOf(contrastiveHebbian({ ...toRounding, gamma: 1 }), small), numerical)
}

function telescopingError(setting: Setting, draws: Draws): number {
  const options = { tolerance: 0, beta: 0.5, nudgedSweeps: draws.integer(1, 30), step: draws.uniform(0.1, 1) }
  return relativeError(
    directionOf(postRateHebbian(options), setting),
    directionOf(equilibriumPropagation({ ...options, nudging: 'positive' }), setting),
  )
}

/**
 * As the nudge sets in, s_l(t) - s_l = -beta t^m / m! delta_l (1 + O(t)), m = L - l + 1, with delta_l that of backprop
 * through the settled states; in n sweeps of step h from the outputs down, t^m / m! is h^m (n + m - 1 over m). The rule's
 * bias direction is -(s_l(t) - s_l) / beta. The figure is how far from 1 the slope of the error in t is.
 */
function earlySlope(setting: Setting): number {
  const one = firstExample(setting)
  const { network, batch } = one
  const layers = plainLayers(network)
  const last = layers.length
  const s = settled(layers, Array.from(batch.x))
  const deltas = [s[last].map((output, i) => output - batch.y[i])] // from the outputs down
  for (let l = last - 1; l > 0; l--) {
    const slopes = potential(layers, s, l).map(layers[l - 1].slope)
    deltas.push(times(transposed(layers[l].weight), deltas.at(-1)!).map((value, i) => value * slopes[i]))
  }
  const sweeps = 4
  const errors = [0.16, 0.08].map((time) => {
    const step = time / sweeps
    const directions = directionsOf(postRateHebbian({ ...toRounding, nudgedSweeps: sweeps, step, beta: 1e-3 }), one)
    let factor = 1
    return deltas.map((delta, i) => {
      factor *= (step * (sweeps + i)) / (i + 1)
      return relativeError(
        directions[2 * (last - i) - 1].map((value) => value / factor),
        delta,
      )
    })
  })
  return Math.max(...errors[0].map((error, i) => Math.abs(Math.log2(error / errors[1][i]) - 1)))
}
