// Difference target propagation: layers are given targets instead of gradients, by decoders whose own error of
// reconstruction is subtracted.
//
//   t_top = h_top - eta dC/dh_top                    top: the last hidden layer, or the outputs
//   t_l = h_l + g_l(t_{l+1}) - g_l(h_{l+1})          g_l(y) = f_l(V_l y + c_l)
//   G_{W_l} = ((h_l - t_l) f'_l)^T h_{l-1} / (N eta)              the gradient of |t_l - h_l|^2 / (2 eta)
//
//   inversion    V_l, c_l learn |g_l(f_{l+1}(h~)) - h~|^2 / 2 at h~ = h_l + noise
//   difference   V_l, c_l learn |t~_l - h~|^2 / (2 noise^2), t~_l handed down from what the network makes of h~
//
// Lee, Zhang, Fischer & Bengio 2015, ECML; the difference reconstruction loss after Meulemans et al. 2020, NeurIPS.
// Departs from both in drawing one noise a step, and in teaching decoders and network at once, by the same optimizer.
//
// Claims. transposed: exact, backprop. learned: limit(eta, 1) against the errors that the decoders' own Jacobians hand
// down, linearizedTargets; whether these are useful is what the decoders learn. Exact inverses of square layers hand
// down Gauss-Newton targets; layer-wise pseudo-inverses of contracting layers do not.
import { halvings } from '../claim.js'
import { defineRule } from '../define-rule.js'
import { type TargetOptions, targetRule, targetTable } from './_targets.js'

/**
 * Difference target propagation. Dense layers only.
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range
 */
export const differenceTargetPropagation = defineRule<TargetOptions>('differenceTargetPropagation', targetTable, (settings) => ({
  feedback: 'vector',
  ...(settings.decoder === 'learned' && { noise: 'step' as const }),
  claims: [
    settings.decoder === 'transposed'
      ? { kind: 'exact', of: 'the gradient of the loss', reference: 'backprop' }
      : {
          kind: 'limit',
          of: "the errors that the decoders' Jacobians hand down",
          knob: 'eta',
          order: 1,
          values: halvings,
          reference: { rule: 'linearizedTargets', options: { from: settings.from } },
        },
  ],
  attach: (site) => targetRule(site, settings, true),
}))
