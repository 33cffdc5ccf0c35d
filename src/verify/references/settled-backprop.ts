// Backpropagation in a settled network, outputs held: how far hidden states move, to first order, when the outputs
// are moved to the targets. What GeneRec estimates by moving them.
//
//   z_L = o - t,   z_l = f'_l ( z_{l+1} W_{l+1} + z_{l-1} W_l^T ),   z_0 = 0          to the fixed point
//   G_{W_l} = z_l^T s_{l-1} / N        G_{b_l} = mean of z_l
//
// With one hidden layer this is backprop's delta at the minus phase of the settled network, and nothing iterates
// (O'Reilly 1996). It is not the gradient of the settled loss, recurrentBackprop, whose z_L settles too.
//
// f' and s at the minus phase, or at the midpoint of the two phases.
import { adjointSweep } from '../../dynamics/adjoint.js'
import { equilibrium } from '../../dynamics/equilibrium.js'
import { statistics } from '../../dynamics/passes.js'
import { Relaxation, toRounding } from '../../dynamics/relaxation.js'
import { middle } from '../../learners/contrastive/_contrast.js'
import { defineRule } from '../../learners/define-rule.js'
import { SampleSettling } from '../../numerics/fixed-point.js'

export interface SettledBackpropOptions {
  /** Where slopes and activities are taken: in the minus phase (default), or at the midpoint of the two. */
  readonly at?: 'minus' | 'midpoint'
}

/** The reference of GeneRec. */
export const settledBackprop = defineRule<SettledBackpropOptions>(
  'settledBackprop',
  { at: { kind: 'choice', choices: ['minus', 'midpoint'], default: 'minus' } },
  ({ at }) => {
    const atMidpoint = at === 'midpoint'
    return {
      feedback: 'vector',
      settles: true,
      forward: equilibrium(1, toRounding, { linked: true }),
      claims: [],
      attach: (site) => {
        const { network, ops, objective, direction, x, y } = site
        const { layers } = network
        const last = layers.length
        const minus = site.activities()
        const plus = site.activities()
        const s = atMidpoint ? site.activities() : minus
        const z = site.activities()
        const scratch = site.activities()
        const relaxation = new Relaxation(
          site,
          layers.map(({ parameters }) => parameters),
          1,
          toRounding,
          { linked: true },
        )
        const predictions = relaxation.activities(minus)

        const samples = new SampleSettling({ tolerance: 1e-16, adaptive: false, step: 1, byResidual: true }, () => site.batchDoubles())
        const sweep = adjointSweep({ network, gamma: 1, s, z, scratch, error: null, samples })

        return {
          estimate: () => {
            relaxation.free(minus)
            relaxation.clip()
            const meanLoss = objective.mean(predictions.at(-1)!)
            for (let l = 1; l <= last; l++) {
              plus[l].copy(minus[l])
              z[l].fill(0)
            }
            z[last].copy(minus[last])
            ops.combine(-1, y, 1, z[last])
            if (atMidpoint) {
              relaxation.clamped(plus, y)
              middle(ops, plus, minus, s)
            }
            samples.run(toRounding.freeSweeps, sweep)
            statistics(network, z, s, direction, 1 / x.rows)
            return meanLoss
          },
          predict: () => {
            relaxation.free(minus)
            return predictions
          },
        }
      },
    }
  },
)
