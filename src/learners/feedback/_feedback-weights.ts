// Feedback weights R_l of the shape of W_l, drawn at random: delta_{l-1} = (delta_l R_l) f'. Layer 1 needs none.
import type { Matrix } from '../../core/memory.js'
import type { AlignedClaim, TargetSite } from '../learner.js'

/** How large random feedback weights are. */
export const scaleTable = { scale: { kind: 'number', above: 0, default: 1 } } as const

/** What rules with random feedback claim: that forward weights come to align with it. */
export const aligned: AlignedClaim = {
  kind: 'aligned',
  of: 'the gradient of the loss',
  degrees: 85,
  steps: 300,
  learningRate: 0.1,
  seeds: 20,
  reference: 'backprop',
}

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
