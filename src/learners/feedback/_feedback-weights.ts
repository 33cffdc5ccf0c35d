// Feedback weights R_l of the shape of W_l, drawn at random: delta_{l-1} = (delta_l R_l) f'. Layer 1 needs none.
import type { Matrix } from '../../core/memory.js'
import type { NetworkSite } from '../learner.js'

/** R_2 ... R_L ~ N(0, (scale / sqrt(fan-in))^2), at the index of their layer in `network.layers`. */
export function randomFeedback(site: NetworkSite, scale: number): Matrix[] {
  const { network } = site
  const { values } = site.auxiliary(
    'feedback',
    network.layers.slice(1).map(({ index }) => ({
      name: `layers.${index}.feedback`,
      shape: network.group.named(`layers.${index}.weight`).shape,
    })),
    false,
  )
  const random = site.random('feedback')
  for (const { matrix } of values.parameters) random.normal(matrix, scale / Math.sqrt(matrix.columns))
  return network.layers.map(({ index, parameters }) => (index === 0 ? parameters.weight : values.parameters[index - 1].matrix))
}
