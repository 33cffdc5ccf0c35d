// The rules that others are measured against, by name.
import { feedforward } from '../../dynamics/forward.js'
import { NgradError } from '../../errors.js'
import { contrastiveHebbian } from '../../learners/contrastive/contrastive-hebbian.js'
import { backprop } from '../../learners/gradient/backprop.js'
import { differencesOf } from '../../learners/gradient/central-differences.js'
import { recurrentBackprop } from '../../learners/gradient/recurrent-backprop.js'
import type { Learner, Reference } from '../../learners/learner.js'
import { encoderFeedback } from './encoder-feedback.js'
import { linearizedTargets } from './linearized-targets.js'
import { settledBackprop } from './settled-backprop.js'

type Make = (options: object, measured: Learner) => Learner

const references: Readonly<Record<string, Make>> = {
  backprop,
  recurrentBackprop,
  settledBackprop,
  encoderFeedback,
  linearizedTargets,
  /** Of the loss of what the measured rule's own network makes of its inputs. */
  centralDifferences: (options, { forward = feedforward }) => differencesOf(forward, options),
  /** At any targets: what it is to the gradient does not matter. */
  contrastiveHebbian: (options) => {
    const { compares: _, ...learner } = contrastiveHebbian(options)
    return learner
  },
}

/** The rule that a measured one is compared with. Throws `UNSUPPORTED` for a name that there is not. */
export function referenceOf(where: string, reference: Reference, measured: Learner): Learner {
  if (typeof reference === 'object' && 'attach' in reference) return reference
  const { rule, options } = typeof reference === 'string' ? { rule: reference, options: {} } : reference
  if (!Object.hasOwn(references, rule))
    throw new NgradError('UNSUPPORTED', `${where}: reference`, `a rule, or one of ${Object.keys(references).join(', ')}`, rule)
  return references[rule](options, measured)
}
