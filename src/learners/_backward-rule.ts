// What backpropagation and the alignment rules share.
import type { Matrix } from '../core/memory.js'
import { backward, outputDelta, statistics } from '../dynamics/passes.js'
import type { Rule, TargetSite } from './learner.js'

/**
 * The rule whose errors come down through the weights R_l given:
 *
 *   delta_L = dC/dz_L,   delta_{l-1} = (delta_l R_l) f'_{l-1}(z_{l-1}),   G_l = delta_l^T h_{l-1} / N
 *
 * Backpropagation and the alignment rules differ in nothing but the choice of R.
 */
export function backwardRule(site: TargetSite, feedback: readonly Matrix[]): Rule {
  const { network, loss, direction, x, y } = site
  const h = site.activities()
  const delta = site.activities()
  return {
    estimate: () => {
      network.forward(h)
      const meanLoss = outputDelta(network, loss, h.at(-1)!, y, delta.at(-1)!)
      backward(network, h, delta, feedback)
      statistics(network, delta, h, direction, 1 / x.rows)
      return meanLoss
    },
    predict: () => {
      network.forward(h)
      return h
    },
  }
}
