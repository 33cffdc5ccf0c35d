// Backprop of the reconstruction |x - V h1 - c|^2 / 2 in an autoencoder of two layers, but that its error reaches h1 through the encoder's
// own weights:
//
//   delta_2 = V h1 + c - x,     delta_1 = (delta_2 W^T) f'
//
// What recirculation estimates: backprop where V = W^T. For binary cross-entropy the error is that of its link.
import { outputDelta, statistics } from '../../dynamics/passes.js'
import { requireAutoencoder } from '../../learners/contrastive/recirculation.js'
import { defineRule } from '../../learners/define-rule.js'
import type { NoOptions } from '../../options.js'

export const encoderFeedback = defineRule<NoOptions>('encoderFeedback', {}, () => ({
  feedback: 'vector',
  claims: [],
  attach: (site) => {
    requireAutoencoder(site)
    const { network, ops, loss, direction, x } = site
    const { map, code, parameters } = network.layers[0]
    const h = site.activities()
    const delta = site.activities()
    return {
      estimate: () => {
        network.forward(h)
        const meanLoss = outputDelta(network, loss, h[2], x, delta[2])
        map.forward(delta[2], parameters.weight, delta[1])
        ops.multiplySlope(code, h[1], delta[1])
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
