// Equilibrium propagation: the gradient of the loss at a fixed point, from two fixed points of the same dynamics.
//
//   free:    s*   = the fixed point without a target
//   nudged:  s^b  = the fixed point with -b dC/ds_L added to the potential of the outputs
//
//   positive    G_{W_l} = -(Q_l(s^b) - Q_l(s*)) / b               error O(b)
//   negative    the same with -b                                  error O(b)
//   symmetric   G_{W_l} = -(Q_l(s^b) - Q_l(s^-b)) / (2 b)         error O(b^2)
//   holomorphic nudges all round a circle of radius b             error O(b^phases): _holomorphic-phases.ts
//
// with Q_l(s) = s_l^T s_{l-1} / N, the derivative of the primitive function Phi = sum_l s_l . (W_l s_{l-1} + b_l).
//
// Scellier & Bengio 2017, Front. Comput. Neurosci. 11:24; the symmetric estimate after Laborieux et al. 2021,
// Front. Neurosci. 15:633674; fixed points s = f(dPhi/ds) after Ernoult et al. 2019, NeurIPS.
// With `readout: 'outside'` the last layer only reads what has settled: readout.ts. With `states: 'potentials'` the network is
// that of the first paper: _potentials.ts.
// Claim: limit(beta, 1 or 2) against recurrent backprop of the same relaxing network (of potentials: central differences of
// its loss) - not against backprop of the feedforward one.
import { defineRule } from '../define-rule.js'
import { contrast } from './_contrast.js'
import { equilibrium, potentialEquilibrium } from '../../dynamics/equilibrium.js'
import { holomorphicRule } from './_holomorphic-phases.js'
import { potentialRule } from './_potentials.js'
import { Readout, type ReadoutOption, readouts } from '../../dynamics/readout.js'
import { Relaxation, type RelaxationOptions, relaxationTable, toRounding } from '../../dynamics/relaxation.js'

const kinds = ['rates', 'potentials'] as const
const nudgings = ['positive', 'negative', 'symmetric', 'holomorphic'] as const
/** Those that compare two phases, in which more than one kind of network settles. */
const twoPhases = ['positive', 'negative', 'symmetric'] as const

/** Options of {@link equilibriumPropagation}. */
export interface EquilibriumPropagationOptions extends RelaxationOptions, ReadoutOption {
  /**
   * What the states of the network are: rates, s = f(drive) (default), or the membrane potentials of a continuous Hopfield
   * network, in which the rule was found. For clips (hardSigmoid, relu) both have the same fixed points.
   */
  readonly states?: (typeof kinds)[number]
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
export const equilibriumPropagation = defineRule<EquilibriumPropagationOptions>(
  'equilibriumPropagation',
  {
    ...relaxationTable,
    step: { ...relaxationTable.step, defaults: [{ when: { states: ['potentials'] }, default: 0.5 }] },
    nudging: { kind: 'choice', choices: nudgings, default: 'symmetric' },
    beta: { kind: 'number', above: 0, default: 0.3 },
    phases: { kind: 'integer', min: 2, max: 1024, default: 4, when: { nudging: ['holomorphic'] } },
    states: { kind: 'choice', choices: kinds, default: 'rates', when: { nudging: twoPhases } },
    readout: { kind: 'choice', choices: readouts, default: 'within', when: { nudging: twoPhases, states: ['rates'] } },
  },
  ({ nudging, beta, phases, readout, states, ...settings }) => {
    const potentials = states === 'potentials'
    const symmetric = nudging === 'symmetric'
    const nudge = nudging === 'negative' ? -beta : beta
    const order = nudging === 'holomorphic' ? phases : symmetric ? 2 : 1
    return {
      feedback: 'vector',
      settles: true,
      forward: potentials ? potentialEquilibrium(settings, beta) : equilibrium(1, settings, { readout, strength: beta }),
      claims: [
        {
          kind: 'limit',
          of: 'the gradient of the settled loss',
          knob: 'beta',
          order,
          values: halvingsFor(order),
          reference: potentials ? 'centralDifferences' : { rule: 'recurrentBackprop', options: { ...toRounding, readout } },
          measured: potentials ? { ...toRounding, step: settings.step } : toRounding,
        },
        { kind: 'not', of: 'limit(beta) where the nudge enters outside of f' },
      ],
      attach: (site) => {
        if (nudging === 'holomorphic') return holomorphicRule(site, beta, phases, settings)
        if (potentials) return potentialRule(site, symmetric ? [beta, -beta] : [nudge], settings)
        const outside = readout === 'outside' ? new Readout(site) : null
        const settling = outside?.below ?? site
        const { network, ops, loss, direction } = settling
        const { y } = site
        const free = settling.activities()
        const predictions = outside?.activities(free) ?? free
        const plus = settling.activities()
        const minus = symmetric ? settling.activities() : free
        const relaxation = new Relaxation(
          settling,
          network.layers.map((layer) => layer.parameters),
          1,
          settings,
          { strength: beta },
        )
        const strength = symmetric ? 2 * beta : nudge
        const scale = (): number => strength

        const nudged = (s: typeof free, strength: number): void => {
          for (let l = 1; l < s.length; l++) s[l].copy(free[l])
          relaxation.nudged(s, strength, y)
        }
        return {
          get settling() {
            return relaxation.settling
          },
          estimate: () => {
            relaxation.free(free)
            const meanLoss = loss.evaluate(ops, free.at(-1)!, y, null) / y.rows
            outside?.learn(free.at(-1)!, y)
            nudged(plus, nudge)
            if (symmetric) nudged(minus, -nudge)
            contrast(network, plus, minus, scale, direction)
            return meanLoss
          },
          predict: () => {
            relaxation.free(free)
            outside?.read(free.at(-1)!)
            return predictions
          },
        }
      },
    }
  },
)

/** Strengths for which beta^order stays above rounding. */
const halvingsFor = (order: number): number[] =>
  [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16].map((part) => part * (order === 1 ? 0.016 : order === 2 ? 0.08 : 0.2))
