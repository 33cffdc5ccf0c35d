// How a rule's network turns inputs into outputs: one feedforward pass, or settling. What is differentiated
// numerically, and what is perturbed, is the loss of these outputs.
import type { Matrix } from '../core/memory.js'
import type { LayerParameters } from '../layers/layer.js'
import { forward } from './passes.js'
import type { Ground, Workspace } from './workspace.js'

/** How a network turns inputs into outputs, as data: it can be saved with the network, and attached to another one. */
export interface Forward {
  /** The name by which it is found again; and what it was made with, as JSON. */
  readonly kind: string
  readonly options: Readonly<Record<string, unknown>>
  /**
   * Sets it up for parameters of the network's shapes: what computes the activities h_0 ... h_L for the batch at hand, always in the
   * same matrices; the outputs are the last.
   */
  attach(site: Workspace, parameters: readonly LayerParameters[]): () => readonly Matrix[]
}

/** h_l = f(W_l h_{l-1} + b_l), l = 1 ... L. */
export const feedforward = {
  kind: 'feedforward',
  options: {},
  /** Of a site that has no loss, too. */
  attach: (site: Pick<Ground, 'network' | 'activities'>, parameters: readonly LayerParameters[]): (() => readonly Matrix[]) => {
    const h = site.activities()
    return () => {
      forward(site.network.layers, h, parameters)
      return h
    }
  },
} satisfies Forward
