// GeneRec, generalized recirculation: a settling network learns from the difference between its plus phase, outputs
// held at the targets, and its minus phase, outputs free.
//
//   s_l = f_l( W_l s_{l-1} + W_{l+1}^T s_{l+1} + b_l )          s_0 = x,  minus: s_L = o settles,  plus: s_L = t
//
// For a connection from x to y, phases - and +, and the midpoint x' = (x^- + x^+) / 2:
//
//   asymmetric     dW = x^- (y^+ - y^-)                          the basic rule
//   midpoint       dW = x'  (y^+ - y^-)
//   symmetric      dW = x^- (y^+ - y^-) + y^- (x^+ - x^-)        both directions of a symmetric connection
//   contrastive    dW = x'  (y^+ - y^-) + y'  (x^+ - x^-) = x^+ y^+ - x^- y^-       both: contrastive Hebbian learning
//
// O'Reilly 1996, Neural Comput. 8:895, after whom the sum of the two directions stands here where he averages them
// (his factor 1/2 belongs to the learning rate). Departs in settling by Gauss-Seidel sweeps, and in going to any depth.
//
// Claims, as t - o shrinks (t = o + displacement (y - o)): y^+ - y^- becomes the error of the linearized network,
// settledBackprop: asymmetric with limit(displacement, 1), midpoint, evaluated at the midpoint, with
// limit(displacement, 2); symmetric is contrastiveHebbian to order 1. contrastive equals it at any displacement.
import { defineRule } from '../define-rule.js'
import type { Claim, Reference } from '../learner.js'
import { activityDifference, differences, middle, mutualDifference } from './_contrast.js'
import { equilibrium } from '../../dynamics/equilibrium.js'
import { Relaxation, type RelaxationOptions, relaxationTable, toRounding } from '../../dynamics/relaxation.js'

const variants = ['asymmetric', 'symmetric', 'midpoint', 'contrastive'] as const
type Variant = (typeof variants)[number]

/** Options of {@link generec}. */
export interface GenerecOptions extends RelaxationOptions {
  /** default `symmetric` */
  readonly variant?: Variant
}

/**
 * GeneRec in a layered network with symmetric feedback. Its predictions are those of the minus phase.
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range
 */
export const generec = defineRule<GenerecOptions>(
  'generec',
  { ...relaxationTable, variant: { kind: 'choice', choices: variants, default: 'symmetric' } },
  ({ variant, ...settings }) => {
    const atMidpoint = variant === 'midpoint' || variant === 'contrastive'
    const update = variant === 'symmetric' || variant === 'contrastive' ? mutualDifference : activityDifference
    return {
      feedback: 'vector',
      settles: true,
      holds: true,
      forward: equilibrium(1, settings, { linked: true }),
      claims: [claimOf(variant)],
      attach: (site) => {
        const { network, ops, objective, direction, y } = site
        const minus = site.activities()
        const plus = site.activities()
        const difference = site.activities()
        const midpoint = atMidpoint ? site.activities() : minus
        const relaxation = new Relaxation(
          site,
          network.layers.map(({ parameters }) => parameters),
          1,
          settings,
          { linked: true },
        )
        const predictions = relaxation.activities(minus)
        return {
          get settling() {
            return relaxation.settling
          },
          estimate: () => {
            relaxation.free(minus)
            const meanLoss = objective.mean(predictions.at(-1)!)
            for (let l = 1; l < plus.length; l++) plus[l].copy(minus[l])
            relaxation.clamped(plus, y)
            differences(ops, plus, minus, difference)
            if (atMidpoint) middle(ops, plus, minus, midpoint)
            update(network, difference, midpoint, 1, direction)
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

const hebbian = { rule: 'contrastiveHebbian', options: { ...toRounding, gamma: 1 } }

/** Two rules that agree as the targets approach the outputs. */
const asDisplacementVanishes = (order: number, of: string, reference: Reference): Claim => ({
  kind: 'limit',
  of,
  knob: 'displacement',
  order,
  values: [0.08, 0.04, 0.02, 0.01, 0.005],
  reference,
  measured: toRounding,
})

function claimOf(variant: Variant): Claim {
  switch (variant) {
    case 'asymmetric':
      return asDisplacementVanishes(1, 'backprop in the settled network', 'settledBackprop')
    case 'midpoint':
      return asDisplacementVanishes(2, 'the same at the midpoint', { rule: 'settledBackprop', options: { at: 'midpoint' } })
    case 'symmetric':
      return asDisplacementVanishes(1, 'contrastiveHebbian', hebbian)
    case 'contrastive':
      return { kind: 'equals', of: 'contrastiveHebbian', reference: hebbian, measured: toRounding }
  }
}
