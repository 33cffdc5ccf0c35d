// Claims of rules that the registry leaves out, as they do not teach a classifier or serve as references, and of forms of
// those in it that need networks of their own.
import { dense } from '../../layers/dense.js'
import { sequential } from '../../models/network.js'
import type { Setting } from '../../learners/learner.js'
import { equilibriumPropagation } from '../../learners/contrastive/equilibrium-propagation.js'
import { centralDifferences } from '../../learners/gradient/central-differences.js'
import { gaussNewton } from '../../learners/gradient/gauss-newton.js'
import type { Learner } from '../../learners/learner.js'
import { recirculation } from '../../learners/contrastive/recirculation.js'
import { recurrentBackprop } from '../../learners/gradient/recurrent-backprop.js'
import { targetPropagation } from '../../learners/targets/target-propagation.js'
import { binaryCrossEntropy } from '../../losses/binary-cross-entropy.js'
import { squaredError } from '../../losses/squared-error.js'
import { Draws, randomSetting } from '../random-setting.js'
import { lateralSetting } from './time.js'

export interface Form {
  /** The name of the function that makes the rule. */
  readonly rule: string
  readonly variant: string
  readonly learner: Learner
  readonly conditions: string
  readonly setting: (seed: number) => Setting
}

const holomorphic = (phases: number): Form => ({
  rule: 'equilibriumPropagation',
  variant: `equilibriumPropagation (${phases} phases)`,
  learner: equilibriumPropagation({ nudging: 'holomorphic', phases }),
  conditions: 'random tanh and sigmoid networks, identity outputs, squared error',
  setting: (seed) => randomSetting(seed, { activations: ['tanh', 'sigmoid'], losses: [squaredError()] }),
})

export const otherForms: readonly Form[] = [
  holomorphic(3),
  holomorphic(4),
  {
    rule: 'recurrentBackprop',
    variant: 'recurrentBackprop (gamma 0.5)',
    learner: recurrentBackprop({ gamma: 0.5 }),
    conditions: 'random networks, identity outputs, all losses',
    setting: (seed) => randomSetting(seed),
  },
  {
    rule: 'recurrentBackprop',
    variant: 'recurrentBackprop (lateral)',
    learner: recurrentBackprop({ gamma: 0 }),
    conditions: 'random tanh layers with lateral weights, squared error',
    setting: lateralSetting,
  },
  {
    rule: 'targetPropagation',
    variant: 'targetPropagation (transposed)',
    learner: targetPropagation({ from: 'outputs' }),
    conditions: 'random networks, identity outputs, all losses',
    setting: (seed) => randomSetting(seed),
  },
  {
    rule: 'centralDifferences',
    variant: 'centralDifferences',
    learner: centralDifferences(),
    conditions: 'random networks, against steps of half the size',
    setting: (seed) => randomSetting(seed),
  },
  {
    rule: 'gaussNewton',
    variant: 'gaussNewton',
    learner: gaussNewton(),
    conditions: 'random networks, identity outputs, all losses',
    setting: (seed) => randomSetting(seed),
  },
  {
    rule: 'recirculation',
    variant: 'recirculation',
    learner: recirculation(),
    conditions: 'random autoencoders of two layers, squared error and binary cross-entropy',
    setting: randomAutoencoder,
  },
]

/** An autoencoder of 2 to 7 inputs and as many hidden units, with examples in [0, 1]. Dispose of its network. */
export function randomAutoencoder(seed: number): Setting {
  const draws = new Draws(seed)
  const inputs = draws.integer(2, 7)
  const hidden = dense(draws.integer(2, 7), draws.oneOf(['tanh', 'sigmoid', 'softplus'] as const))
  const network = sequential(inputs, [hidden, dense(inputs)]).build({ dtype: 'f64', seed })
  for (const [i, parameter] of network.parameters.entries()) if (i % 2 === 1) parameter.write(draws.list(parameter.shape[0], -0.5, 0.5))
  const size = draws.integer(3, 7)
  const x = draws.list(size * inputs, 0, 1)
  return { network, loss: draws.oneOf([squaredError(), binaryCrossEntropy()]), batch: { x, y: x, size }, seed }
}
