// The two passes that feedforward rules share.
import type { Matrix } from '../core/memory.js'
import type { LayerParameters } from '../layers/layer.js'
import type { Network } from '../layers/network.js'
import type { Loss } from '../losses/loss.js'
import type { Rule, Site } from './learner.js'

/**
 * delta_L = dC/dz_L = (dC/dh_L) f'_L(z_L), from the outputs h_L.
 * @returns the mean loss
 */
export function outputDelta({ ops, layers }: Network, loss: Loss, output: Matrix, y: Matrix, delta: Matrix): number {
  const total = loss.evaluate(ops, output, y, delta)
  ops.multiplySlope(layers.at(-1)!.code, output, delta)
  return total / output.rows
}

/** delta_{l-1} = (delta_l R_l) f'_{l-1}(z_{l-1}), from the last layer down; R_l = W_l is backpropagation. */
export function backward({ ops, layers }: Network, h: readonly Matrix[], delta: readonly Matrix[], feedback: readonly Matrix[]): void {
  for (let l = layers.length; l > 1; l--) {
    layers[l - 1].map.backward(delta[l], feedback[l - 1], delta[l - 1])
    ops.multiplySlope(layers[l - 2].code, h[l - 1], delta[l - 1])
  }
}

/** The statistic of every layer: G_l = delta_l^T h_{l-1} times `scale` (+ G_l). */
export function statistics(
  { layers }: Pick<Network, 'layers'>,
  delta: readonly Matrix[],
  h: readonly Matrix[],
  direction: readonly LayerParameters[],
  scale: number,
  accumulate = false,
): void {
  for (const { index, map } of layers) {
    map.weightStatistic(delta[index + 1], h[index], direction[index].weight, scale, accumulate)
    map.biasStatistic(delta[index + 1], direction[index].bias, scale, accumulate)
  }
}

/**
 * The rule whose errors come down through the weights R_l given:
 *
 *   delta_L = dC/dz_L,   delta_{l-1} = (delta_l R_l) f'_{l-1}(z_{l-1}),   G_l = delta_l^T h_{l-1} / N
 *
 * Backpropagation and the alignment rules differ in nothing but the choice of R.
 */
export function backwardRule(site: Site, feedback: readonly Matrix[]): Rule {
  const { network, loss, direction } = site
  const h = site.activities()
  const delta = site.activities()
  return {
    estimate: (x, y) => {
      network.forward(h)
      const meanLoss = outputDelta(network, loss, h.at(-1)!, y, delta.at(-1)!)
      backward(network, h, delta, feedback)
      statistics(network, delta, h, direction, 1 / x.rows)
      return meanLoss
    },
    predict: () => {
      network.forward(h)
      return h.at(-1)!
    },
  }
}
