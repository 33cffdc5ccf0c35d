// How a rule's network turns inputs into outputs: one feedforward pass, or settling. What is differentiated
// numerically, and what is perturbed, is the loss of these outputs.
import type { Matrix } from '../core/memory.js'
import type { LayerParameters } from '../layers/layer.js'
import { forward } from './passes.js'
import type { Ground, Workspace } from './workspace.js'

/** Sets up the map from the batch's inputs to the outputs h_L, for given parameters of the network's shapes. */
export type Forward = (site: Workspace, parameters: readonly LayerParameters[]) => () => Matrix

/** h_l = f(W_l h_{l-1} + b_l), l = 1 ... L. */
export const feedforward = (site: Pick<Ground, 'network' | 'activities'>, parameters: readonly LayerParameters[]): (() => Matrix) => {
  const h = site.activities()
  return () => {
    forward(site.network.layers, h, parameters)
    return h.at(-1)!
  }
}
