// How an error goes with a knob: what limits, and the claims that there is none, are measured by.
import type { Setting } from '../learners/learner.js'
import { Estimator } from '../learners/estimator.js'
import type { Learner } from '../learners/learner.js'

/** One measured point; what it means depends on the kind of claim. */
export interface ClaimPoint {
  /** The knob's value, the step, or the seed. */
  readonly at: number
  /** The relative error, the deviation in standard errors, or the angle in degrees. */
  readonly error: number
}

/** The direction of a rule, flat. */
export const directionOf = (learner: Learner, setting: Setting): number[] => directionsOf(learner, setting).flat()

/** The direction of a rule, parameter by parameter; `prepare` may write the rule's own parameters first. */
export function directionsOf(
  learner: Learner,
  { network, loss, batch, seed }: Setting,
  prepare: (estimator: Estimator) => void = () => {},
): number[][] {
  const estimator = new Estimator(network, learner, loss, seed, 'measurement')
  try {
    prepare(estimator)
    estimator.estimate('measureClaim(network, learner, loss, batch)', batch)
    return estimator.direction.parameters.map(({ matrix }) => Array.from(matrix.read()))
  } finally {
    estimator.dispose()
  }
}

/** The slopes of log error against log knob, from each point to the next. */
export const logSlopes = (points: readonly ClaimPoint[]): number[] =>
  points.slice(1).map(({ at, error }, i) => Math.log(error / points[i].error) / Math.log(at / points[i].at))
