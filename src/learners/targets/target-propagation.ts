// Target propagation: layers are given targets instead of gradients, by decoders that invert the layer above.
//
//   t_top = h_top - eta dC/dh_top                    top: the last hidden layer, or the outputs
//   t_l = g_l(t_{l+1})                               g_l(y) = f_l(V_l y + c_l)
//   G_{W_l} = ((h_l - t_l) f'_l)^T h_{l-1} / (N eta)
//
// Le Cun 1986; Bengio 2014, arXiv:1407.7906. Decoders learn as in differenceTargetPropagation.
// Claim: exact, against backprop, as measured with decoders that reconstruct h_l without error and have the transposed
// Jacobian of their layer. Of learned ones nothing is promised: their error of reconstruction, h_l - g_l(h_{l+1}), is
// in every target, and over eta it grows as eta goes to 0.
import { defineRule } from '../define-rule.js'
import { type TargetOptions, targetRule, targetTable } from './_targets.js'

/**
 * Target propagation without the difference correction: to see what that is for. Dense layers only.
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range
 */
export const targetPropagation = defineRule<TargetOptions>('targetPropagation', targetTable, (settings) => ({
  feedback: 'vector',
  ...(settings.decoder === 'learned' && { noise: 'step' as const }),
  claims: [
    {
      kind: 'exact',
      of: 'the gradient of the loss, with decoders that reconstruct',
      reference: 'backprop',
      measured: { decoder: 'transposed' },
    },
  ],
  attach: (site) => targetRule(site, settings, false),
}))
