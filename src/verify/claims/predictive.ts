// What predictive coding promises beside its limit, seen through its own directions: for one example, a bias direction is
// the layer's error over the precision, negated.
import type { Setting } from '../../learners/learner.js'
import { backprop } from '../../learners/gradient/backprop.js'
import { predictiveCoding, type PredictiveCodingOptions } from '../../learners/predictive/predictive-coding.js'
import { squaredError } from '../../losses/squared-error.js'
import { relativeError } from '../distance.js'
import { directionsOf } from '../convergence.js'
import { dot, forward, plainLayers, product, solve, times, transposed, type Vector } from '../oracles/plain-network.js'
import { exact, farFrom, onNetworks, type Property } from './property.js'
import { type Draws, firstExample } from '../random-setting.js'

const rule = 'predictiveCoding'
const anyNetwork = 'random networks, identity outputs, all losses'
const squares = { losses: [squaredError()] }

export const predictiveClaims: readonly Property[] = [
  {
    ...exact,
    rule,
    claim: 'S^-1 e and F = e S^-1 e / 2 (strict)',
    conditions: 'random linear networks and precisions, one example, squared error',
    measure: onNetworks({ activations: ['identity'], ...squares }, linearError),
  },
  {
    rule,
    kind: 'contracts',
    claim: 'F falls (strict)',
    expected: 'no step raises it',
    conditions: 'random networks, precisions and rates, one example, squared error',
    holds: (rise) => rise <= 1e-12,
    text: (rise) => rise.toExponential(1),
    measure: onNetworks(squares, largestRise),
  },
  {
    ...exact,
    rule,
    claim: 'rate^(L-l) backprop at step L - l (strict)',
    conditions: `${anyNetwork}, rates in [0.1, 1)`,
    measure: onNetworks({}, waveError),
  },
  {
    ...farFrom(0.5),
    rule,
    claim: 'not exact: first layer after L - 2 steps (fixedPrediction)',
    conditions: `${anyNetwork}, 3 or 4 layers`,
    measure: onNetworks({ layers: [3, 4] }, (setting) => {
      const early = predictiveCoding({ variant: 'fixedPrediction', steps: setting.network.layers.length - 2 })
      return -relativeError(directionsOf(early, setting)[0], directionsOf(backprop(), setting)[0])
    }),
  },
]

const settled = { steps: 20_000, rate: 0.2, tolerance: 1e-16 }

/** eps_1 ... eps_L of one example. */
const errorsOf = (options: PredictiveCodingOptions, one: Setting, precisions: readonly number[]): number[][] =>
  directionsOf(predictiveCoding(options), one)
    .filter((_, i) => i % 2 === 1)
    .map((bias) => bias.map((value) => -precisions.at(-1)! * value))

/** Precisions of a network's layers, the outputs' last. */
function randomPrecisions({ network }: Setting, draws: Draws): { options: PredictiveCodingOptions; precisions: number[] } {
  const precisions = network.layers.map(() => draws.uniform(0.5, 2))
  return { precisions, options: { hiddenPrecisions: precisions.slice(0, -1), precision: precisions.at(-1)! } }
}

/**
 * In a linear network the settled errors are backprop's from S^-1 (y - mu), S = I / p_L + sum over l < L of J_l J_l^T / p_l
 * and J_l = dx_L / dx_l; and the free energy that is left is (y - mu)^T S^-1 (y - mu) / 2.
 */
function linearError(setting: Setting, draws: Draws): number {
  const one = firstExample(setting)
  const { precisions, options } = randomPrecisions(one, draws)
  const layers = plainLayers(one.network)
  const jacobians = layers
    .slice(1)
    .reduceRight<number[][][]>(
      (above, { weight }) => [above.length === 0 ? weight.map((row) => [...row]) : product(above[0], weight), ...above],
      [],
    )
  const e = forward(layers, Array.from(one.batch.x))
    .at(-1)!
    .map((output, i) => one.batch.y[i] - output)
  const s = e.map((_, i) =>
    e.map((_, j) => (i === j ? 1 / precisions.at(-1)! : 0) + jacobians.reduce((sum, J, l) => sum + dot(J[i], J[j]) / precisions[l], 0)),
  )
  const seed = solve(s, e)
  const expected = [...jacobians.map((J) => times(transposed(J), seed)), seed]
  const errors = errorsOf({ ...settled, ...options }, one, precisions)
  const energy = freeEnergy(errors, precisions)
  return Math.max(relativeError(errors.flat(), expected.flat()), Math.abs(energy / (dot(e, seed) / 2) - 1))
}

/** F = sum over l < L of |eps_l|^2 / (2 p_l) + p_L |y - mu_L|^2 / 2, where eps_L = p_L (y - mu_L). */
const freeEnergy = (errors: readonly Vector[], precisions: readonly number[]): number =>
  errors.reduce((sum, error, l) => sum + dot(error, error) / precisions[l], 0) / 2

/** The largest change of F in a step, relative to F at first. */
function largestRise(setting: Setting, draws: Draws): number {
  const one = firstExample(setting)
  const { precisions, options } = randomPrecisions(one, draws)
  const start = directionsOf(predictiveCoding({ variant: 'zeroDivergence' }), one).at(-1)! // mu_L - y of the forward pass
  const energies = [(precisions.at(-1)! * dot(start, start)) / 2]
  const rate = draws.uniform(0.1, 4) // the largest are too large, and halved
  for (let steps = 1; steps <= 20; steps++) energies.push(freeEnergy(errorsOf({ ...options, steps, rate }, one, precisions), precisions))
  return Math.max(...energies.slice(1).map((energy, i) => (energy - energies[i]) / energies[0]))
}

/** The error has come down to layer l after L - l steps, shrunk by the rate in each, and x_{l-1} has not moved yet. */
function waveError(setting: Setting, draws: Draws): number {
  const rate = draws.uniform(0.1, 1)
  const reference = directionsOf(backprop(), setting)
  const last = setting.network.layers.length
  const errors = Array.from({ length: last - 1 }, (_, i) => {
    const steps = i + 1
    const at = 2 * (last - steps - 1)
    const layer = directionsOf(predictiveCoding({ precision: 1, rate, steps }), setting)
      .slice(at, at + 2)
      .flat()
    return relativeError(
      layer.map((value) => value / rate ** steps),
      reference.slice(at, at + 2).flat(),
    )
  })
  return Math.max(...errors)
}
