// The two passes that feedforward rules share.
import type { Matrix } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import type { LayerParameters } from '../layers/layer.js'
import type { Network } from '../layers/network.js'
import type { Loss } from '../losses/loss.js'

/**
 * delta_L = dC/dz_L = (dC/dh_L) f'_L(z_L), from the outputs h_L.
 * @returns the mean loss
 */
export function outputDelta(
  { ops, layers }: Network, loss: Loss, output: Matrix, y: Matrix, delta: Matrix,
): number {
  const total = loss.evaluate(ops, output, y, delta)
  ops.multiplySlope(layers.at(-1)!.code, output, delta)
  return total / output.rows
}

/** delta_{l-1} = (delta_l R_l) f'_{l-1}(z_{l-1}), from the last layer down; R_l = W_l is backpropagation. */
export function backward(
  { ops, layers }: Network, h: readonly Matrix[], delta: readonly Matrix[], feedback: readonly Matrix[],
): void {
  for (let l = layers.length; l > 1; l--) {
    layers[l - 1]!.map.backward(delta[l]!, feedback[l - 1]!, delta[l - 1]!)
    ops.multiplySlope(layers[l - 2]!.code, h[l - 1]!, delta[l - 1]!)
  }
}

/** The statistic of every layer: G_l = delta_l^T h_{l-1} times `scale` (+ G_l). */
export function statistics(
  { layers }: Network, delta: readonly Matrix[], h: readonly Matrix[], direction: readonly LayerParameters[],
  scale: number, accumulate = false,
): void {
  for (const { index, map } of layers) map.statistic(delta[index + 1]!, h[index]!, direction[index]!, scale, accumulate)
}
