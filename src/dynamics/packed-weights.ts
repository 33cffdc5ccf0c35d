import type { LayerParameters } from '../layers/layer.js'
import type { Workspace } from './workspace.js'

/** The weights of dense layers as the core's products take them, packed once for many: nothing for the first, whose inputs are held. */
export class PackedWeights {
  /** By layer, addresses of W for the way up, and for the way down. */
  readonly up: readonly number[]
  readonly down: readonly number[]
  readonly #site: Workspace

  constructor(
    site: Workspace,
    readonly parameters: readonly LayerParameters[],
  ) {
    this.#site = site
    const {
      region,
      ops,
      network: { layers },
    } = site
    const allocate = (from: 'inputs' | 'outputs', to: 'inputs' | 'outputs'): number[] =>
      layers.map((layer) => (layer.index === 0 ? 0 : region.allocate(ops.packedSize(layer[to], layer[from]))))
    this.up = allocate('inputs', 'outputs')
    this.down = allocate('outputs', 'inputs')
  }

  /** Packs them as they are now. */
  load(): void {
    const { ops } = this.#site
    for (let l = 1; l < this.parameters.length; l++) {
      const { weight } = this.parameters[l]
      ops.pack('NT', weight, this.up[l])
      ops.pack('NN', weight, this.down[l])
    }
  }
}
