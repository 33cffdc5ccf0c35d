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
import { requireOneOf, requireOptions } from '../../errors.js'
import type { Claim } from '../learner.js'
import { activityDifference, differences, middle, mutualDifference } from './_contrast.js'
import { contrastiveHebbian } from './contrastive-hebbian.js'
import { asDisplacementVanishes } from './_vanishing-displacement.js'
import { equilibrium } from '../../dynamics/equilibrium.js'
import type { Learner } from '../learner.js'
import { Relaxation, type RelaxationOptions, relaxationNames, relaxationOptions, toRounding } from '../../dynamics/relaxation.js'
import { settledBackprop } from './settled-backprop.js'

const variants = ['asymmetric', 'symmetric', 'midpoint', 'contrastive'] as const
type Variant = (typeof variants)[number]

export interface GenerecOptions extends RelaxationOptions {
  /** default `symmetric` */
  readonly variant?: Variant
}

/**
 * GeneRec in a layered network with symmetric feedback. Its predictions are those of the minus phase.
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range
 */
export function generec(options: GenerecOptions = {}): Learner {
  const where = 'generec(options)'
  options = requireOptions(where, options, { ...relaxationNames, variant: true })
  const { variant = 'symmetric' } = options
  requireOneOf(`${where}: variant`, variant, variants)
  const settings = relaxationOptions(where, options)
  const atMidpoint = variant === 'midpoint' || variant === 'contrastive'
  const update = variant === 'symmetric' || variant === 'contrastive' ? mutualDifference : activityDifference
  return {
    name: 'generec',
    feedback: 'vector',
    forward: equilibrium(1, settings, true),
    claim: claimOf(variant),
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
      return {
        get settling() {
          return relaxation.settling
        },
        estimate: () => {
          relaxation.free(minus)
          const meanLoss = objective.mean(relaxation.outputs(minus))
          for (let l = 1; l < plus.length; l++) plus[l].copy(minus[l])
          relaxation.clamped(plus, y)
          differences(ops, plus, minus, difference)
          if (atMidpoint) middle(ops, plus, minus, midpoint)
          update(network, difference, midpoint, 1, direction)
          return meanLoss
        },
        predict: () => {
          relaxation.free(minus)
          return relaxation.outputs(minus)
        },
      }
    },
  }
}

function claimOf(variant: Variant): Claim {
  const hebbian = (): Learner => {
    const { compares: _, ...learner } = contrastiveHebbian({ ...toRounding, gamma: 1 })
    return learner // at any targets: what it is to the gradient does not matter here
  }
  const measured = (): Learner => generec({ ...toRounding, variant })
  switch (variant) {
    case 'asymmetric':
      return asDisplacementVanishes(1, measured, () => settledBackprop(measured))
    case 'midpoint':
      return asDisplacementVanishes(2, measured, () => settledBackprop(measured, 'midpoint'))
    case 'symmetric':
      return asDisplacementVanishes(1, measured, hebbian)
    case 'contrastive':
      return { kind: 'equals', other: 'contrastiveHebbian', measured, reference: hebbian }
  }
}
