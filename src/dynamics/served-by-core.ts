import { firstOwnCode } from '../layers/activation.js'
import type { Workspace } from './workspace.js'

/** Whether loops over the layers can run in the core: all are products of matrices without lateral weights, and it knows the loss. */
export const servedByCore = ({ loss, network: { layers } }: Pick<Workspace, 'loss' | 'network'>): boolean =>
  loss.code !== null && layers.every(({ code, map, parameters }) => code < firstOwnCode && map.isProduct && !parameters.lateral)
