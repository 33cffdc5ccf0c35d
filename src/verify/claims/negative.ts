// Limits that do not exist, although they are often said to: each passes when the error stays where it is as the
// knob goes to 0, a slope of 0 where a true limit has at least 1.
import { halvings } from '../../learners/claim.js'
import { backprop } from '../../learners/gradient/backprop.js'
import type { Setting } from '../../learners/learner.js'
import { contrastiveHebbian } from '../../learners/contrastive/contrastive-hebbian.js'
import type { Learner } from '../../learners/learner.js'
import { predictiveCoding } from '../../learners/predictive/predictive-coding.js'
import { recurrentBackprop } from '../../learners/gradient/recurrent-backprop.js'
import { toRounding } from '../../dynamics/relaxation.js'
import { squaredError } from '../../losses/squared-error.js'
import { relativeError } from '../distance.js'
import { directionOf, logSlopes } from '../convergence.js'
import type { ClaimMeasurement } from '../measure-claim.js'
import { nudgedContrast } from '../oracles/plain-network.js'
import type { RandomSettingOptions } from '../random-setting.js'

/** That a rule's direction does not become the gradient as a knob goes to 0. */
export interface NegativeClaim {
  /** The name of the rule in the registry. */
  readonly rule: string
  readonly claim: string
  /** What the networks, losses and batches must be like for it to be said. */
  readonly conditions: RandomSettingOptions
  /** The relative error against the gradient with the knob at a value. */
  readonly errorAt: (value: number, setting: Setting) => number
}

const slopeTolerance = 0.15
/** What is left must be far above rounding. */
const leastError = 1e-6

export const negativeClaims: readonly NegativeClaim[] = [
  {
    // The output node settles too: its error is preconditioned by (1 / precision + sum_l J_l J_l^T)^-1, however small.
    rule: 'predictiveCoding',
    claim: 'no limit(output error), strict',
    conditions: { losses: [squaredError()] },
    errorAt: (scale, setting) =>
      errorOf(predictiveCoding({ precision: 1, steps: 20_000, rate: 0.2, tolerance: 1e-15 }), towardsOutputs(setting, scale)),
  },
  {
    // The clamped output states differ by y - h, where the gradient has (y - h) f'(z).
    rule: 'contrastiveHebbian',
    claim: 'no limit(gamma), sigmoid outputs',
    conditions: { outputActivation: 'sigmoid', losses: [squaredError()] },
    errorAt: (gamma, setting) => errorOf(contrastiveHebbian({ ...toRounding, gamma }), setting),
  },
  {
    // The outputs f(a) + beta (y - s) move by y - s, where the gradient has (y - s) f'(a).
    rule: 'equilibriumPropagation',
    claim: 'no limit(beta), nudge outside of f',
    conditions: { outputActivation: 'sigmoid', losses: [squaredError()] },
    errorAt: (beta, setting) =>
      relativeError(nudgedContrast(setting, beta, 'outside'), directionOf(recurrentBackprop(toRounding), setting)),
  },
]

/** Measures on a setting that there is no limit. */
export function measureNegativeClaim({ claim, errorAt }: NegativeClaim, setting: Setting): ClaimMeasurement {
  const points = halvings.map((at) => ({ at, error: errorAt(at, setting) }))
  const slopes = logSlopes(points).slice(-2)
  const off = Math.max(...slopes.map(Math.abs))
  const left = points.at(-1)!.error
  return {
    claim,
    expected: `slope 0, error >= ${leastError.toExponential()}`,
    measured: `|slope| <= ${off.toFixed(3)}, error ${left.toPrecision(2)}`,
    passed: off <= slopeTolerance && left >= leastError,
    points,
    slope: slopes.at(-1)!,
    worst: off,
  }
}

const errorOf = (learner: Learner, setting: Setting): number =>
  relativeError(directionOf(learner, setting), directionOf(backprop(), setting))

/** The setting with its targets moved to the network's outputs, up to `scale` of the way that they were off. */
function towardsOutputs(setting: Setting, scale: number): Setting {
  const { network, batch } = setting
  const y = Array.from(network.predict(batch.x), (output, i) => output + scale * (batch.y[i] - output))
  return { ...setting, batch: { ...batch, y } }
}
