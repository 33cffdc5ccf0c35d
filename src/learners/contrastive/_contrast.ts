// Activity differences, ngrad.ts, for all layers of a network: the statistics of a pair of its states, scaled by how
// strong the pull between them was, that are a gradient when the rule's theorem says so.
import type { Matrix } from '../../core/memory.js'
import type { Operations } from '../../core/operations.js'
import type { LayerParameters } from '../../layers/layer.js'
import type { Network } from '../../models/network.js'
import { statistics } from '../../dynamics/passes.js'

/**
 * G_l = -(plus_l^T plus_{l-1} - minus_l^T minus_{l-1}) / (N scale_l), with the biases' -(plus_l - minus_l): the
 * contrast of the Hebbian statistics of two states h_0 ... h_L.
 */
export function contrast(
  { layers }: Pick<Network, 'layers'>,
  plus: readonly Matrix[],
  minus: readonly Matrix[],
  scale: (layer: number) => number,
  direction: readonly LayerParameters[],
): void {
  const samples = plus[0].rows
  for (const { index, map } of layers) {
    const factor = 1 / (samples * scale(index + 1))
    const { weight, bias } = direction[index]
    map.weightStatistic(plus[index + 1], plus[index], weight, -factor)
    map.weightStatistic(minus[index + 1], minus[index], weight, factor, true)
    map.biasStatistic(plus[index + 1], bias, -factor)
    map.biasStatistic(minus[index + 1], bias, factor, true)
  }
}

/** difference_l <- plus_l - minus_l, for the layers above the inputs. */
export function differences(ops: Operations, plus: readonly Matrix[], minus: readonly Matrix[], difference: readonly Matrix[]): void {
  for (let l = 1; l < difference.length; l++) {
    difference[l].copy(plus[l])
    ops.combine(-1, minus[l], 1, difference[l])
  }
}

/** middle_l <- (plus_l + minus_l) / 2, for the layers above the inputs. */
export function middle(ops: Operations, plus: readonly Matrix[], minus: readonly Matrix[], middle: readonly Matrix[]): void {
  for (let l = 1; l < middle.length; l++) {
    middle[l].copy(plus[l])
    ops.combine(0.5, minus[l], 0.5, middle[l])
  }
}

/** G_l = -difference_l^T pre_{l-1} / (N scale) (+ G_l), with the biases' presynaptic activity 1. */
export function activityDifference(
  network: Network,
  difference: readonly Matrix[],
  pre: readonly Matrix[],
  scale: number,
  direction: readonly LayerParameters[],
  accumulate = false,
): void {
  statistics(network, difference, pre, direction, -1 / (pre[0].rows * scale), accumulate)
}

/**
 * The same for connections that serve both ways, so that each end is the other's target:
 *
 *   G_l = -( (plus_l - minus_l)^T pre_{l-1} + pre_l^T (plus_{l-1} - minus_{l-1}) ) / (N scale)
 *
 * which for pre = (plus + minus) / 2 is their {@link contrast}.
 */
export function mutualDifference(
  network: Network,
  difference: readonly Matrix[],
  pre: readonly Matrix[],
  scale: number,
  direction: readonly LayerParameters[],
  accumulate = false,
): void {
  activityDifference(network, difference, pre, scale, direction, accumulate)
  const factor = -1 / (pre[0].rows * scale)
  for (const { index, map } of network.layers)
    if (index > 0) map.weightStatistic(pre[index + 1], difference[index], direction[index].weight, factor, true) // the inputs do not change
}
