// Backpropagation: the gradient of the loss, by the chain rule, through the transposed forward weights.
//
//   delta_L = dC/dz_L
//   delta_{l-1} = (delta_l W_l) f'_{l-1}(z_{l-1})
//   G_{W_l} = delta_l^T h_{l-1} / N        G_{b_l} = mean of delta_l
//
// Rumelhart, Hinton & Williams 1986, Nature 323:533; Werbos 1974; Le Cun 1985.
// Claim: exact, against high-order central differences of the loss.
import type { NoOptions } from '../../options.js'
import { defineRule } from '../define-rule.js'
import { backwardRule } from '../_backward-rule.js'

/** Backpropagation: every other rule is measured against it. Any activations, any loss. */
export const backprop = defineRule<NoOptions>('backprop', {}, () => ({
  feedback: 'vector',
  claims: [{ kind: 'exact', of: 'the gradient of the loss', reference: 'centralDifferences' }],
  attach: (site) =>
    backwardRule(
      site,
      site.network.layers.map(({ parameters }) => parameters.weight),
    ),
}))
