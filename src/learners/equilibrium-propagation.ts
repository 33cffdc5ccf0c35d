// Equilibrium propagation: the gradient of the loss at a fixed point, from two fixed points of the same dynamics.
//
//   free:    s*   = the fixed point without a target
//   nudged:  s^b  = the fixed point with -b dC/ds_L added to the potential of the outputs
//
//   positive    G_{W_l} = -(Q_l(s^b) - Q_l(s*)) / b               error O(b)
//   negative    the same with -b                                  error O(b)
//   symmetric   G_{W_l} = -(Q_l(s^b) - Q_l(s^-b)) / (2 b)         error O(b^2)
//   holomorphic nudges all round a circle of radius b             error O(b^phases): holomorphic.ts
//
// with Q_l(s) = s_l^T s_{l-1} / N, the derivative of the primitive function Phi = sum_l s_l . (W_l s_{l-1} + b_l).
//
// Scellier & Bengio 2017, Front. Comput. Neurosci. 11:24; the symmetric estimate after Laborieux et al. 2021,
// Front. Neurosci. 15:633674; fixed points s = f(dPhi/ds) after Ernoult et al. 2019, NeurIPS.
// With `readout: 'outside'` the last layer only reads what has settled: readout.ts.
// Claim: limit(beta, 1 or 2) against recurrent backprop of the same relaxing network - not against backprop of
// the feedforward one.
import { NgradError, requireInteger, requireOneOf, requireOptions, requirePositive } from '../errors.js'
import { contrast } from './contrast.js'
import { equilibriumWithReadout } from './equilibrium.js'
import { holomorphicRule } from './holomorphic.js'
import type { Learner } from './learner.js'
import { Readout, type ReadoutOption, readouts } from './readout.js'
import { recurrentBackprop } from './recurrent-backprop.js'
import { Relaxation, type RelaxationOptions, relaxationOptions, toRounding } from './relaxation.js'

const nudgings = ['positive', 'negative', 'symmetric', 'holomorphic'] as const

export interface EquilibriumPropagationOptions extends RelaxationOptions, ReadoutOption {
  /** Which nudged phases are compared; default `symmetric`. */
  readonly nudging?: (typeof nudgings)[number]
  /** The strength of the nudge, above 0; default 0.3. */
  readonly beta?: number
  /** Nudged phases of `holomorphic`, at least 2; default 4. */
  readonly phases?: number
}

/**
 * Equilibrium propagation in a layered network with symmetric feedback. Its predictions are those of the settled
 * network.
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range
 */
export function equilibriumPropagation(options: EquilibriumPropagationOptions = {}): Learner {
  const where = 'equilibriumPropagation(options)'
  requireOptions(where, options)
  const { nudging = 'symmetric', beta = 0.3, phases = 4, readout = 'within' } = options
  requireOneOf(`${where}: nudging`, nudging, nudgings)
  requirePositive(`${where}: beta`, beta)
  requireInteger(`${where}: phases`, phases, 2, 1024)
  requireOneOf(`${where}: readout`, readout, readouts)
  if (nudging === 'holomorphic' && readout === 'outside')
    throw new NgradError('UNSUPPORTED', `${where}: nudging`, "another than 'holomorphic' with readout 'outside'", nudging)
  const settings = relaxationOptions(where, options)
  const symmetric = nudging === 'symmetric'
  const order = nudging === 'holomorphic' ? phases : symmetric ? 2 : 1
  return {
    name: 'equilibriumPropagation',
    feedback: 'vector',
    forward: equilibriumWithReadout(1, settings, readout),
    claim: {
      kind: 'limit',
      knob: 'beta',
      order,
      values: halvingsFor(order),
      at: (value) => equilibriumPropagation({ ...toRounding, nudging, phases, readout, beta: value }),
      reference: () => recurrentBackprop({ ...toRounding, readout }),
    },
    attach: (site) => {
      if (nudging === 'holomorphic') return holomorphicRule(site, beta, phases, settings)
      const outside = readout === 'outside' ? new Readout(site) : null
      const settling = outside?.below ?? site
      const { network, ops, loss, direction } = settling
      const free = settling.activities()
      const plus = settling.activities()
      const minus = symmetric ? settling.activities() : free
      const relaxation = new Relaxation(settling, network.layers.map((layer) => layer.parameters), 1, settings)
      const nudge = nudging === 'negative' ? -beta : beta
      const strength = symmetric ? 2 * beta : nudge
      const scale = (): number => strength

      const nudged = (s: typeof free, strength: number, y: (typeof free)[number]): void => {
        for (let l = 1; l < s.length; l++) s[l]!.copy(free[l]!)
        relaxation.nudged(s, strength, y)
      }
      return {
        get settling() {
          return relaxation.settling
        },
        estimate: (x, y) => {
          relaxation.free(free)
          const meanLoss = loss.evaluate(ops, free.at(-1)!, y, null) / x.rows
          outside?.learn(free.at(-1)!, y)
          nudged(plus, nudge, y)
          if (symmetric) nudged(minus, -nudge, y)
          contrast(network, plus, minus, scale, direction)
          return meanLoss
        },
        predict: () => {
          relaxation.free(free)
          return outside?.read(free.at(-1)!) ?? free.at(-1)!
        },
      }
    },
  }
}

/** Strengths for which beta^order stays above rounding. */
const halvingsFor = (order: number): number[] =>
  [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16].map((part) => part * (order === 1 ? 0.016 : order === 2 ? 0.08 : 0.2))
