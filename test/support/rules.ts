// The rules under test: every variant of the registry, in both precisions.
import type { Learner } from '../../src/index.js'
import { registry } from '../../src/learners/registry.js'
import { dtypes, withNetwork, withTrainer } from './teaching.js'

export const variants = registry.flatMap((row) => row.variants)

/** [name, learner, dtype] rows for describe.each. */
export const everyVariant = variants.flatMap(({ label, learner }) =>
  dtypes.map((dtype) => ({ name: `${label} in ${dtype}`, learner, dtype })),
)

/** Rules that draw noise at every step. Random feedback weights are drawn once, and are no noise. */
export const isNoisy = ({ name }: Learner): boolean => /Perturbation$/.test(name)

/** Rules with anything random, whose numbers depend on the trainer's seed. */
export const isSeeded = (learner: Learner): boolean =>
  withNetwork({ sizes: [2, 2, 2] }, (network) => withTrainer(network, { learner }, ({ estimator }) => estimator.randoms.length > 0))

/** The rule with its knobs where its claim is measured: settled to rounding, weakly nudged, little noise. */
export function precise({ claim, ...learner }: Learner): Learner {
  if (claim.kind === 'limit') return claim.at(claim.values[0])
  if (claim.kind === 'exact' || claim.kind === 'equals' || claim.kind === 'unbiased') return claim.measured?.() ?? { claim, ...learner }
  return { claim, ...learner }
}

/** Rules without a gradient in their claim: they promise no lower loss. */
export const promisesNothing = ({ claim }: Learner): boolean => claim.kind === 'none'
