// Feedback weights R_l of the shape of W_l, drawn at random: delta_{l-1} = (delta_l R_l) f'. Layer 1 needs none.
import type { Matrix } from '../../core/memory.js'
import type { TargetSite } from '../learner.js'

/** R_2 ... R_L ~ N(0, (scale / sqrt(fan-in))^2), at the index of their layer in `network.layers`. */
export function randomFeedback(site: TargetSite, scale: number): Matrix[] {
  const { network } = site
  const { parameters } = site.untaught(
    'feedback',
    network.layers.slice(1).map(({ index }) => ({
      name: `layers.${index}.feedback`,
      shape: network.group.named(`layers.${index}.weight`).shape,
    })),
  )
  const random = site.random('feedback')
  for (const { matrix } of parameters) random.normal(matrix, scale / Math.sqrt(matrix.columns))
  return network.layers.map(({ index, parameters: layer }) => (index === 0 ? layer.weight : parameters[index - 1].matrix))
}
