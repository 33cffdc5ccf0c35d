// Hebbian learning: what fires together wires together. No error reaches any synapse.
//
//   G_{W_l} = -h_l^T h_{l-1} / N           hidden layers: their own activity
//   G_{W_L} = -y^T h_{L-1} / N             output layer: clamped to the target (or, with `clamp: false`, its own
//                                          prediction link(h_L))
//
// Hebb 1949, The Organization of Behavior; clamped outputs as in linear associators. Weights only grow: give the
// optimizer some weight decay.
//
// Claims: not a gradient, since it follows correlations and no loss. A closed form: clamped minus free Hebb at the output is
// the delta rule, y^T h - p^T h = -(p - y)^T h, the exact gradient of the last layer.
import { defineRule } from '../define-rule.js'
import { statistics } from '../../dynamics/passes.js'

/** Options of {@link hebbian}. */
export interface HebbianOptions {
  /** Whether the outputs are clamped to the targets while weights change; default true. */
  readonly clamp?: boolean
}

/**
 * Hebbian learning with clamped outputs: the end of the spectrum without feedback. What it is to a gradient holds where the output
 * error is the difference of states: linear outputs, and with `crossEntropy` targets whose rows sum to 1, others being refused.
 */
export const hebbian = defineRule<HebbianOptions>('hebbian', { clamp: { kind: 'flag', default: true } }, ({ clamp }) => ({
  feedback: 'none',
  compares: 'targets',
  claims: [
    { kind: 'closedForm', of: 'clamped - free is the delta rule of the outputs' },
    { kind: 'not', of: 'a gradient: it follows correlations, not a loss' },
  ],
  attach: (site) => {
    const { network, ops, objective, loss, direction, x, y } = site
    const h = site.activities()
    const post = site.activities()
    return {
      estimate: () => {
        network.forward(h)
        const meanLoss = objective.mean(h.at(-1)!)
        for (let l = 1; l < h.length; l++) post[l].copy(h[l])
        if (clamp) post.at(-1)!.copy(y)
        else loss.link(ops, h.at(-1)!, post.at(-1)!)
        statistics(network, post, h, direction, -1 / x.rows)
        return meanLoss
      },
      predict: () => {
        network.forward(h)
        return h
      },
    }
  },
}))
