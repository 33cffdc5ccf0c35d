// Equilibrium propagation: the gradient of the loss at a fixed point, from two fixed points of the same dynamics.
//
//   free:    s*   = the fixed point without a target
//   nudged:  s^b  = the fixed point with -b dC/ds_L added to the potential of the outputs
//
//   positive    G_{W_l} = -(Q_l(s^b) - Q_l(s*)) / b               error O(b)
//   negative    the same with -b                                  error O(b)
//   symmetric   G_{W_l} = -(Q_l(s^b) - Q_l(s^-b)) / (2 b)         error O(b^2)
//
// with Q_l(s) = s_l^T s_{l-1} / N, the derivative of the primitive function Phi = sum_l s_l . (W_l s_{l-1} + b_l).
//
// Scellier & Bengio 2017, Front. Comput. Neurosci. 11:24; the symmetric estimate after Laborieux et al. 2021,
// Front. Neurosci. 15:633674; fixed points s = f(dPhi/ds) after Ernoult et al. 2019, NeurIPS.
// Claim: limit(beta, 1 or 2) against recurrent backprop of the same relaxing network - not against backprop of
// the feedforward one.
import { requireOneOf, requirePositive } from '../errors.js'
import { contrast } from './contrast.js'
import { equilibrium } from './equilibrium.js'
import type { Learner } from './learner.js'
import { recurrentBackprop } from './recurrent-backprop.js'
import { Relaxation, type RelaxationOptions, relaxationOptions, toRounding } from './relaxation.js'

const nudgings = ['positive', 'negative', 'symmetric'] as const

export interface EquilibriumPropagationOptions extends RelaxationOptions {
  /** Which nudged phases are compared; default `symmetric`. */
  readonly nudging?: (typeof nudgings)[number]
  /** The strength of the nudge, above 0; default 0.3. */
  readonly beta?: number
}

/**
 * Equilibrium propagation in a layered network with symmetric feedback. Its predictions are those of the settled
 * network.
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range
 */
export function equilibriumPropagation(options: EquilibriumPropagationOptions = {}): Learner {
  const where = 'equilibriumPropagation(options)'
  const { nudging = 'symmetric', beta = 0.3 } = options
  requireOneOf(`${where}: nudging`, nudging, nudgings)
  requirePositive(`${where}: beta`, beta)
  const settings = relaxationOptions(where, options)
  const symmetric = nudging === 'symmetric'
  return {
    name: 'equilibriumPropagation',
    feedback: 'vector',
    forward: equilibrium(1, settings),
    claim: {
      kind: 'limit',
      knob: 'beta',
      order: symmetric ? 2 : 1,
      values: symmetric ? [0.08, 0.04, 0.02, 0.01, 0.005] : [0.016, 0.008, 0.004, 0.002, 0.001],
      at: (value) => equilibriumPropagation({ ...toRounding, nudging, beta: value }),
      reference: () => recurrentBackprop(toRounding),
    },
    attach: (site) => {
      const { network, ops, loss, direction } = site
      const free = site.activities()
      const plus = site.activities()
      const minus = symmetric ? site.activities() : free
      const relaxation = new Relaxation(site, network.layers.map((layer) => layer.parameters), 1, settings)
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
          nudged(plus, nudge, y)
          if (symmetric) nudged(minus, -nudge, y)
          contrast(network, plus, minus, scale, direction)
          return meanLoss
        },
        predict: () => {
          relaxation.free(free)
          return free.at(-1)!
        },
      }
    },
  }
}
