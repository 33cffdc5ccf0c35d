// Maximum likelihood in a restricted Boltzmann machine, exactly: the model's states are all visible states, with their
// probabilities exp(-F(v)) / Z. What contrastive divergence approximates; for up to 12 visible units.
// Claim: exact; the gradient of -<ln P(v)>_data.
import type { NoOptions } from '../../options.js'
import { defineRule } from '../define-rule.js'
import { enumerateStates, normalizer, requireEnumerable } from '../../dynamics/enumerate.js'
import type { Rbm } from '../../models/rbm.js'
import { rbmContrast } from './_rbm-contrast.js'

/** The exact gradient of the likelihood, by enumeration. Attached to more than 12 visible units it throws `UNSUPPORTED`. */
export const rbmLikelihood = defineRule<NoOptions, never, Rbm>('rbmLikelihood', {}, () => ({
  feedback: 'none',
  weighs: true,
  claims: [{ kind: 'exact', of: 'the gradient of -ln P(data)' }],
  attach: (site) => {
    const { model, ops, region } = site
    const states = region.matrix(model.dtype, requireEnumerable('rbmLikelihood: visible units', model.visible), model.visible)
    enumerateStates(null, 0, [states])
    const drives = region.matrix(model.dtype, states.rows, model.hidden)
    const ones = region.matrix(model.dtype, 1, model.hidden)
    ones.fill(1)
    const weights = region.matrix('f64', states.rows, 1)
    const normalize = normalizer(ops, weights, states.rows, null)
    const ensemble = { states, weights }
    return rbmContrast(site, () => {
      model.negativeFreeEnergies(states, drives, ones, weights)
      normalize(1)
      return ensemble
    })
  },
}))
