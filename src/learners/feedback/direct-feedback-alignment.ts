// Direct feedback alignment: every hidden layer hears the output error itself, through its own random weights.
//
//   delta_l = (delta_L B_l) f'_l(z_l),   B_l [outputs x units of layer l] random and fixed
//   G_{W_l} = delta_l^T h_{l-1} / N
//
// Nokland 2016, NeurIPS.
// Claim: aligned. The last layer is exact.
import { defineRule } from '../define-rule.js'
import { aligned, scaleTable } from './_feedback-weights.js'
import type { FeedbackAlignmentOptions } from './feedback-alignment.js'
import { outputDelta, statistics } from '../../dynamics/passes.js'

/**
 * Direct feedback alignment; B_l ~ N(0, scale^2 / outputs).
 *
 * @throws NgradError `RANGE` or `TYPE` for a scale that is not above 0
 */
export const directFeedbackAlignment = defineRule<FeedbackAlignmentOptions>('directFeedbackAlignment', scaleTable, ({ scale }) => ({
  feedback: 'vector',
  noise: 'attach',
  claims: [aligned],
  attach: (site) => {
    const { network, ops, loss, direction, x, y } = site
    const { layers, outputs } = network
    const h = site.activities()
    const delta = site.activities()
    const { parameters } = site.untaught(
      'feedback',
      layers.slice(0, -1).map((layer) => ({
        name: `layers.${layer.index}.directFeedback`,
        shape: [outputs, layer.outputs],
      })),
    )
    const random = site.random('feedback')
    for (const { matrix } of parameters) random.normal(matrix, scale / Math.sqrt(outputs))
    return {
      estimate: () => {
        network.forward(h)
        const error = delta.at(-1)!
        const meanLoss = outputDelta(network, loss, h.at(-1)!, y, error)
        for (let l = 1; l < layers.length; l++) {
          ops.multiplyNN(error, parameters[l - 1].matrix, delta[l])
          ops.multiplySlope(layers[l - 1].code, h[l], delta[l])
        }
        statistics(network, delta, h, direction, 1 / x.rows)
        return meanLoss
      },
      predict: () => {
        network.forward(h)
        return h
      },
    }
  },
}))
