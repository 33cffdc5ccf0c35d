// Whether a model, a rule and what it is to be told fit each other.
import type { Environment } from '../environments/environment.js'
import { describe, NgradError, requireOwn } from '../errors.js'
import type { Loss, Objective } from '../losses/loss.js'
import { Model } from '../models/model.js'
import { Network } from '../models/network.js'
import type { Learner } from './learner.js'
import { isLoss } from './told.js'

/**
 * Throws `UNSUPPORTED` for a loss that makes nothing of this network's outputs: one that puts its own sigmoid or softmax on what went
 * through a sigmoid already, or a distribution over a single output.
 */
export function requireReadable(where: string, model: Model, loss: Objective): void {
  if (!(model instanceof Network) || !loss.probabilities) return
  const { activation, index } = model.layers.at(-1)!
  if (loss.of === 'outputs' && (activation === 'sigmoid' || activation === 'hardSigmoid'))
    throw new NgradError(
      'UNSUPPORTED',
      `${where}: layers[${index}]`,
      `activation identity, since ${loss.name} has its own link`,
      activation,
    )
  if (model.outputs === 1 && ((loss as Loss).distributions || loss.of === 'actions'))
    throw new NgradError('UNSUPPORTED', `${where}: loss`, 'another loss for a single output, such as binaryCrossEntropy', loss.name)
}

/**
 * Throws `TYPE` for what is no model of this copy of the library, no learner or no loss, `UNSUPPORTED` for a loss that this rule is not
 * told, or that does not say what the rule asks for.
 */
export function requireParts(
  where: string,
  model: Model,
  learner: Learner<never>,
  objective: Objective | null,
  environment: Environment | null = null,
): void {
  requireOwn(where, model, Model, 'a network or another model')
  if (typeof learner?.attach !== 'function')
    throw new NgradError('TYPE', `${where}: learner`, 'a learner, such as backprop()', describe(learner))
  if (environment !== null) {
    if (objective !== null) throw new NgradError('UNSUPPORTED', where, 'a loss or an environment', 'both')
    if (!(model instanceof Network && learner.acts))
      throw new NgradError(
        'UNSUPPORTED',
        `${where}: environment`,
        `none, for ${learner.name}, which does not act`,
        describe(environment.name),
      )
    const { inputs, actions } = environment
    if (inputs !== model.inputs || actions !== model.outputs)
      throw new NgradError('SHAPE', `${where}: model`, `${inputs} inputs and ${actions} outputs`, `${model.inputs} and ${model.outputs}`)
    return
  }
  if (!(model instanceof Network) || learner.told === 'nothing') {
    if (objective !== null) throw new NgradError('UNSUPPORTED', `${where}: loss`, `none, for ${learner.name}`, describe(objective))
    return
  }
  if (typeof objective?.evaluate !== 'function')
    throw new NgradError('TYPE', `${where}: loss`, 'a loss, such as crossEntropy()', describe(objective))
  if ((objective.of === 'actions') !== (learner.acts !== undefined))
    throw new NgradError(
      'UNSUPPORTED',
      `${where}: loss`,
      `one of ${learner.acts ? 'actions' : 'outputs'}, for ${learner.name}`,
      objective.name,
    )
  if ((objective as Loss).unlinked && (learner.holds || learner.compares))
    throw new NgradError(
      'UNSUPPORTED',
      `${where}: loss`,
      `one that is neither weighted nor defined outside, for ${learner.name}, which holds outputs at targets`,
      objective.name,
    )
  if (learner.told !== 'cost' && !isLoss(objective))
    throw new NgradError('UNSUPPORTED', `${where}: loss`, `one that says how outputs err, for ${learner.name}`, objective.name)
}
