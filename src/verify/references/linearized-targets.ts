// Difference target propagation at eta = 0: errors handed down through the Jacobians of the same decoders,
//
//   e_l = g'_l(h_{l+1}) e_{l+1},     G_{W_l} = (e_l f'_l)^T h_{l-1} / N
import { statistics } from '../../dynamics/passes.js'
import { defineRule } from '../../learners/define-rule.js'
import { Decoders, type TargetOptions, targetTable, topError, topLayer } from '../../learners/targets/_targets.js'

export const linearizedTargets = defineRule<Pick<TargetOptions, 'from'>>('linearizedTargets', { from: targetTable.from }, ({ from }) => ({
  feedback: 'vector',
  claims: [],
  attach: (site) => {
    const { network, ops, direction, x, y } = site
    const { layers } = network
    const top = topLayer(site, from)
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
        return h
      },
    }
  },
}))
