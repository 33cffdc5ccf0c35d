// The passes through the layers of a network, and what they leave for its weights.
import type { Matrix } from '../core/memory.js'
import type { Layer, Layered, LayerParameters } from '../layers/layer.js'
import type { Loss } from '../losses/loss.js'

/** h_l = f(W_l h_{l-1} + b_l) for each of the first layers of a network. @internal */
export function forward(layers: readonly Layer[], h: readonly Matrix[], parameters: readonly LayerParameters[]): void {
  for (const { index, map, code } of layers) {
    const { weight, bias, lateral } = parameters[index]
    map.forward(h[index], weight, h[index + 1])
    map.activate(code, bias, h[index + 1], lateral)
  }
}

/**
 * delta_L = dC/dz_L = (dC/dh_L) f'_L(z_L), from the outputs h_L.
 * @returns the mean loss
 */
export function outputDelta({ ops, layers }: Layered, loss: Loss, output: Matrix, y: Matrix, delta: Matrix): number {
  const total = loss.evaluate(ops, output, y, delta)
  ops.multiplySlope(layers.at(-1)!.code, output, delta)
  return total / output.rows
}

/** delta_{l-1} = (delta_l R_l) f'_{l-1}(z_{l-1}), from the last layer down; R_l = W_l is backpropagation. */
export function backward({ ops, layers }: Layered, h: readonly Matrix[], delta: readonly Matrix[], feedback: readonly Matrix[]): void {
  for (let l = layers.length; l > 1; l--) {
    layers[l - 1].map.backward(delta[l], feedback[l - 1], delta[l - 1])
    ops.multiplySlope(layers[l - 2].code, h[l - 1], delta[l - 1])
  }
}

/** The statistic of every layer: G_l = delta_l^T h_{l-1} times `scale` (+ G_l). */
export function statistics(
  { layers }: Pick<Layered, 'layers'>,
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
