// How an error goes with a knob: what limits, and the claims that there is none, are measured by.
import type { Setting } from '../learners/claim.js'
import { Estimator } from '../learners/estimator.js'
import type { Learner } from '../learners/learner.js'
import { flatten } from './compare.js'
import type { ClaimPoint } from './measure-claim.js'

/** The direction of a rule, flat. */
export function directionOf(learner: Learner, { network, loss, batch, seed }: Setting): number[] {
  const estimator = new Estimator(network, learner, loss, seed, 'measurement')
  try {
    estimator.estimate('measureClaim(network, learner, loss, batch)', batch)
    return flatten(estimator.direction)
  } finally {
    estimator.dispose()
  }
}

/** The slopes of log error against log knob, from each point to the next. */
export const logSlopes = (points: readonly ClaimPoint[]): number[] =>
  points.slice(1).map(({ at, error }, i) => Math.log(error / points[i]!.error) / Math.log(at / points[i]!.at))
