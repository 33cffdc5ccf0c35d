// Learning from the rate of change of the postsynaptic activity, which is what spike-timing-dependent plasticity
// amounts to: while the outputs are nudged, every synapse watches its target change.
//
//   dW = pre dpost/dt,   in steps of the nudged phase      dW_l = sum over t of (s_l(t+1) - s_l(t)) s'_{l-1}^T
//
//   with s' = (s(t) + s(t+1)) / 2, and both directions of a symmetric connection summed:
//
//   G_{W_l} = -sum over t of ( ds_l s'_{l-1}^T + s'_l ds_{l-1}^T ) / (N beta)
//
// The sum telescopes, to the contrast of the last state and the first, whatever the path in between.
//
// Bengio, Mesnard, Fischer, Zhang & Wu 2017, Neural Comput. 29:555; Xie & Seung 2000 for the link with STDP. Departs
// in the network, that of equilibriumPropagation, whose states are rates (ds/dt = -s + f(a) in steps of `step`, by default as
// long as its settling suggests).
// Claim: limit(beta, 1) against recurrent backprop. With one of the directions alone a hidden synapse would miss a
// part of its gradient that does not vanish with beta.
import { halvings } from '../claim.js'
import { defineRule } from '../define-rule.js'
import { differences, middle, mutualDifference } from './_contrast.js'
import { equilibrium } from '../../dynamics/equilibrium.js'
import { Relaxation, type RelaxationOptions, relaxationTable, toRounding } from '../../dynamics/relaxation.js'

/** Options of {@link postRateHebbian}. */
export interface PostRateHebbianOptions extends RelaxationOptions {
  /** The strength of the nudge, above 0; default 0.3. */
  readonly beta?: number
}

/**
 * The rate of change of the postsynaptic activity times the presynaptic activity, in a layered network with
 * symmetric feedback. Its predictions are those of the settled network.
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range
 */
export const postRateHebbian = defineRule<PostRateHebbianOptions>(
  'postRateHebbian',
  { ...relaxationTable, beta: { kind: 'number', above: 0, default: 0.3 } },
  ({ beta, ...settings }) => ({
    feedback: 'vector',
    settles: true,
    forward: equilibrium(1, settings, { strength: beta }),
    claims: [
      {
        kind: 'limit',
        of: 'the gradient of the settled loss',
        knob: 'beta',
        order: 1,
        values: halvings,
        reference: { rule: 'recurrentBackprop', options: toRounding },
        measured: { ...toRounding, step: settings.step },
      },
    ],
    attach: (site) => {
      const { network, ops, objective, direction, y } = site
      const s = site.activities()
      const before = site.activities()
      const change = site.activities()
      const between = site.activities()
      const relaxation = new Relaxation(
        site,
        network.layers.map(({ parameters }) => parameters),
        1,
        settings,
        { strength: beta },
      )

      const keep = (): void => {
        for (let l = 1; l < s.length; l++) before[l].copy(s[l])
      }
      const learn = (): void => {
        differences(ops, s, before, change)
        middle(ops, s, before, between)
        mutualDifference(network, change, between, beta, direction, true)
        keep()
      }
      return {
        get settling() {
          return relaxation.settling
        },
        estimate: () => {
          relaxation.free(s)
          const meanLoss = objective.mean(s.at(-1)!)
          for (const { weight, bias } of direction) {
            weight.fill(0)
            bias.fill(0)
          }
          keep()
          relaxation.nudged(s, beta, y, learn)
          return meanLoss
        },
        predict: () => {
          relaxation.free(s)
          return s
        },
      }
    },
  }),
)
