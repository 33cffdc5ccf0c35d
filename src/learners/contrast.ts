// Activity differences: the statistic that the rules of the NGRAD hypothesis share (Lillicrap et al. 2020, Nat.
// Rev. Neurosci. 21:335). A pair of states of one network, scaled by how strong the pull between them was, is a
// gradient when the rule's theorem says so.
import type { Matrix } from '../core/memory.js'
import type { LayerParameters } from '../layers/layer.js'
import type { Network } from '../layers/network.js'

/**
 * G_l = -(plus_l^T plus_{l-1} - minus_l^T minus_{l-1}) / (N scale_l), with the biases' -(plus_l - minus_l): the
 * contrast of the Hebbian statistics of two states h_0 ... h_L.
 */
export function contrast(
  { layers }: Network, plus: readonly Matrix[], minus: readonly Matrix[], scale: (layer: number) => number,
  direction: readonly LayerParameters[],
): void {
  const samples = plus[0]!.rows
  for (const { index, map } of layers) {
    const factor = 1 / (samples * scale(index + 1))
    const { weight, bias } = direction[index]!
    map.weightStatistic(plus[index + 1]!, plus[index]!, weight, -factor)
    map.weightStatistic(minus[index + 1]!, minus[index]!, weight, factor, true)
    map.biasStatistic(plus[index + 1]!, bias, -factor)
    map.biasStatistic(minus[index + 1]!, bias, factor, true)
  }
}
