import type { SettlingSite } from './learner.js'

/** Whether loops over the layers can run in the core: all are products of matrices without lateral weights, and it knows the loss. */
export const servedByCore = ({ loss, network: { layers } }: Pick<SettlingSite, 'loss' | 'network'>): boolean =>
  loss.code !== null && layers.every(({ map, parameters }) => map.isProduct && !parameters.lateral)
