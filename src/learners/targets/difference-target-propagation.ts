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
import { backprop } from '../gradient/backprop.js'
import type { Claim } from '../learner.js'
import type { Learner } from '../learner.js'
import { statistics } from '../../dynamics/passes.js'
import { Decoders, type TargetOptions, targetOptions, targetRule, topError, topLayer } from './_targets.js'

/**
 * Difference target propagation. Dense layers only.
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range
 */
export function differenceTargetPropagation(options: TargetOptions = {}): Learner {
  const settings = targetOptions('differenceTargetPropagation(options)', options)
  return {
    name: 'differenceTargetPropagation',
    feedback: 'vector',
    claim: settings.decoder === 'transposed' ? { kind: 'exact', reference: () => backprop() } : etaLimit(settings),
    attach: (site) => targetRule(site, settings, true),
  }
}

const etaLimit = (options: TargetOptions): Claim => ({
  kind: 'limit',
  knob: 'eta',
  order: 1,
  values: [0.016, 0.008, 0.004, 0.002, 0.001],
  at: (eta) => differenceTargetPropagation({ ...options, eta }),
  reference: () => linearizedTargets(options),
})

/** The rule at eta = 0: e_l = g'_l(h_{l+1}) e_{l+1}, through the Jacobians of the same decoders. */
function linearizedTargets(options: TargetOptions): Learner {
  return {
    name: 'linearizedTargets',
    feedback: 'vector',
    claim: etaLimit(options),
    attach: (site) => {
      const { network, ops, direction, x, y } = site
      const { layers } = network
      const top = topLayer(site, options.from)
      const h = site.activities()
      const e = site.activities()
      const delta = site.activities()
      const decoded = site.activities()
      const decoders = new Decoders(site, top)
      return {
        estimate: () => {
          network.forward(h)
          const meanLoss = topError(site, top, h, y, delta.at(-1)!, e[top])
          for (let l = top - 1; l > 0; l--) {
            decoders.decode(l, h[l + 1], decoded[l])
            ops.multiplyNT(e[l + 1], decoders.weight(l), e[l])
            ops.multiplySlope(layers[l - 1].code, decoded[l], e[l])
          }
          for (let l = 1; l < layers.length; l++) {
            delta[l].copy(e[l])
            ops.multiplySlope(layers[l - 1].code, h[l], delta[l])
          }
          statistics(network, delta, h, direction, 1 / x.rows)
          return meanLoss
        },
        predict: () => {
          network.forward(h)
          return h.at(-1)!
        },
      }
    },
  }
}
