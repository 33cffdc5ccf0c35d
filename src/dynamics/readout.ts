// A readout outside of the energy: the last layer does not settle with the others. It reads the states of the layer below,
//
//   h_L = f_L(W_L s_{L-1} + b_L),     C(s_{L-1}) = the loss of h_L,     dC/ds_{L-1} = delta_L W_L,   delta_L = dC/dz_L
//
// so that what settles is the network below with a cost of its own, and softmax and cross-entropy serve networks whose states
// are bounded. The readout's gradient needs no second phase: G_{W_L} = delta_L^T s_{L-1} / N at the free states.
//
// Laborieux, Ernoult, Scellier, Bengio, Grollier & Querlioz 2021, Front. Neurosci. 15:633674.
import type { Matrix } from '../core/memory.js'
import { NgradError } from '../errors.js'
import type { Layer, LayerParameters } from '../layers/layer.js'
import type { Loss } from '../losses/loss.js'
import type { Workspace } from './workspace.js'
import { outputDelta } from './passes.js'

export const readouts = ['within', 'outside'] as const

export interface ReadoutOption {
  /**
   * Whether the last layer settles with the others (default `within`), or reads the layer below it: `outside`, where the
   * loss's own link, the softmax of the cross-entropy, does not enter the energy. Needs two layers.
   */
  readonly readout?: (typeof readouts)[number]
}

/** The last layer of a network, and what is below it. */
export class Readout {
  /** The network below, whose loss is that of what the readout makes of its outputs. */
  readonly below: Workspace
  readonly #site: Workspace
  readonly #layer: Layer
  readonly #parameters: LayerParameters
  readonly #h: Matrix
  readonly #delta: Matrix

  /** @throws NgradError `UNSUPPORTED` for a network of one layer, or one whose last layer has lateral weights */
  constructor(site: Workspace, parameters: readonly LayerParameters[] = site.network.layers.map((layer) => layer.parameters)) {
    const { network, loss, ops, region, direction, batch, batchDoubles, activities } = site
    const layers = network.layers.slice(0, -1)
    if (layers.length === 0) throw new NgradError('UNSUPPORTED', "readout: 'outside'", 'a network of two layers or more', 'one layer')
    if (parameters.at(-1)!.lateral)
      throw new NgradError('UNSUPPORTED', "readout: 'outside'", 'a last layer without lateral weights', network.layers.at(-1)!.kind)
    this.#site = site
    this.#layer = network.layers.at(-1)!
    this.#parameters = parameters.at(-1)!
    this.#h = batch(network.outputs)
    this.#delta = batch(network.outputs)
    this.below = {
      network: { ops, dtype: network.dtype, inputs: network.inputs, outputs: layers.at(-1)!.outputs, layers },
      loss: this.#lossBelow(loss),
      ops,
      region,
      batch,
      batchDoubles,
      direction: direction.slice(0, -1),
      activities: () => activities(layers),
    }
  }

  /** h_L of the states s_{L-1}. */
  read(s: Matrix): Matrix {
    this.#layer.map.forward(s, this.#parameters.weight, this.#h)
    this.#layer.map.activate(this.#layer.code, this.#parameters.bias, this.#h)
    return this.#h
  }

  /** The activities h_0 ... h_L of states s_0 ... s_{L-1} that were read, always the same matrices. */
  activities(s: readonly Matrix[]): readonly Matrix[] {
    return [...s, this.#h]
  }

  /** The readout's direction, at the states of the free phase. */
  learn(s: Matrix, y: Matrix): void {
    const { network, loss, direction } = this.#site
    const { map, index } = this.#layer
    outputDelta(network, loss, this.read(s), y, this.#delta)
    map.weightStatistic(this.#delta, s, direction[index].weight, 1 / s.rows)
    map.biasStatistic(this.#delta, direction[index].bias, 1 / s.rows)
  }

  #lossBelow(loss: Loss): Loss {
    return {
      ...loss,
      code: null,
      evaluate: (ops, s, y, errors) => {
        const h = this.read(s)
        if (errors === null) return loss.evaluate(ops, h, y, null)
        const meanLoss = outputDelta(this.#site.network, loss, h, y, this.#delta)
        this.#layer.map.backward(this.#delta, this.#parameters.weight, errors)
        return meanLoss * s.rows
      },
    }
  }
}
