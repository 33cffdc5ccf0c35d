// The rules under test: every variant of those that classify, and of all, in both precisions.
import type { Learner } from '../../src/index.js'
import { classifiers, everyVariant as everyForm } from '../../src/learners/registry.js'
import { asMeasured, atKnob } from '../../src/verify/measure-claim.js'
import { dtypes, withNetwork, withTrainer } from './teaching.js'

/** Those that learn whatever the loss is. */
export const variants = classifiers.flatMap((row) => row.variants).filter(({ task }) => task === undefined)

/** Those of every rule, in both precisions, with the task that each is taught on. */
export const everyTask = everyForm.flatMap((form) => dtypes.map((dtype) => ({ ...form, name: `${form.label} in ${dtype}`, dtype })))

/** [name, learner, dtype] rows for describe.each. */
export const everyVariant = variants.flatMap(({ label, learner }) =>
  dtypes.map((dtype) => ({ name: `${label} in ${dtype}`, learner, dtype })),
)

/** Rules that draw noise at every step. Random feedback weights are drawn once, and are no noise. */
export const isNoisy = ({ noise }: Learner): boolean => noise === 'step'

/** Rules with anything random, whose numbers depend on the trainer's seed. */
export const isSeeded = (learner: Learner): boolean =>
  withNetwork({ sizes: [2, 2, 2] }, (network) => withTrainer(network, { learner }, ({ estimator }) => estimator.randoms.length > 0))

/** The rule with its knobs where its claim is measured: settled to rounding, weakly nudged, little noise. */
export function precise(learner: Learner): Learner {
  const [claim] = learner.claims
  return claim.kind === 'limit' && claim.values ? atKnob(learner, claim, claim.values[0]) : asMeasured(learner, claim)
}

/** Rules without a gradient in their claim: they promise no lower loss. */
export const promisesNothing = ({ claims }: Learner): boolean => !gradients.includes(claims[0].kind)
const gradients = ['exact', 'equals', 'limit', 'unbiased', 'contracts', 'aligned']
