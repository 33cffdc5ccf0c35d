// Measures whether what a rule claims is true, kind by kind.
import { NgradError, requireArray, requireInteger, requireOptions, requireSeed } from '../errors.js'
import { describeClaim, halvings } from '../learners/claim.js'
import type {
  AlignedClaim,
  Claim,
  ContractsClaim,
  EqualsClaim,
  ExactClaim,
  LimitClaim,
  PropertyClaim,
  Setting,
  UnbiasedClaim,
} from '../learners/learner.js'
import { Estimator } from '../learners/estimator.js'
import { requireParts } from '../learners/parts.js'
import { type Batch, takeBatch } from '../learners/batch.js'
import type { Learner } from '../learners/learner.js'
import type { Network } from '../models/network.js'
import type { Loss } from '../losses/loss.js'
import { sgd } from '../optimizers/sgd.js'
import { createTrainer, type Trainer } from '../training/trainer.js'
import { angles } from './angles.js'
import { distances, violations } from './claims/on-networks.js'
import { displaced } from './displacement.js'
import { flatten, norm, relativeError } from './distance.js'
import { referenceOf } from './references/references.js'
import { type ClaimPoint, directionOf, logSlopes } from './convergence.js'

/** A claim, and what was measured. */
export interface ClaimMeasurement {
  readonly claim: string
  readonly expected: string
  readonly measured: string
  readonly passed: boolean
  readonly points: readonly ClaimPoint[]
  /** The last slope of log error against log knob, for limits; else NaN. */
  readonly slope: number
  /** The figure that decides: the largest error, deviation or angle. */
  readonly worst: number
}

/** Options of {@link measureClaim}. */
export interface MeasureClaimOptions {
  /** Seed of the rule's noise and random weights; default 0. */
  readonly seed?: number
  /** Which of its claims, counted from 0; default the first. */
  readonly claim?: number
}

const where = 'measureClaim(network, learner, loss, batch)'
/** Equality up to rounding, in double precision. */
const exactness = 1e-9
/** How far the last two slopes may be from the order. */
const slopeTolerance = 0.15
/** Draws of an unbiased rule that says none. */
const manyDraws = 4000
/** One chance in ten thousand, over all parameters of one measurement, of failing a true claim. */
const falseAlarm = 1e-4

/**
 * Measures a claim of a rule on a network, a loss and a batch. The network is not changed.
 *
 * @param network built in f64: in f32 rounding hides what is to be measured
 * @throws NgradError `UNSUPPORTED` for a network in f32, and for a claim that has no measure on any network, as those about a kind of
 *   data: `ngrad verify` measures them; `RANGE` for a claim that there is not; others for a batch that does not fit
 */
export function measureClaim(
  network: Network,
  learner: Learner,
  loss: Loss,
  batch: Batch,
  options: MeasureClaimOptions = {},
): ClaimMeasurement {
  requireParts(where, network, learner, loss)
  const { seed = 0, claim: index = 0 } = requireOptions(where, options, { seed: true, claim: true })
  requireSeed(`${where}: seed`, seed)
  const claims = requireArray(`${where}: learner.claims`, learner.claims)
  requireInteger(`${where}: claim`, index, 0, claims.length - 1)
  if (network.dtype !== 'f64') throw new NgradError('UNSUPPORTED', where, "a network built with dtype 'f64'", network.dtype)
  const setting: Setting = { network, loss, batch: takeBatch(where, 'batch', batch, network, loss), seed }
  const claim = claims[index]
  if (!isMeasurable(claim, learner))
    throw new NgradError('UNSUPPORTED', `${where}: learner`, 'a claim that says how it is measured', describeClaim(claim))
  switch (claim.kind) {
    case 'exact':
    case 'equals':
      return measureExact(claim, learner, setting)
    case 'limit':
      return measureLimit(claim, learner, setting)
    case 'unbiased':
      return measureUnbiased(claim, learner, setting)
    case 'contracts':
      return measureContraction(claim, distanceOf(claim, learner)!, learner, setting)
    case 'aligned':
      return measureAlignment(claim, learner, setting)
    case 'fixedPoint':
    case 'monotone':
    case 'closedForm':
    case 'statistic':
    case 'not':
      return measureProperty(claim, violationOf(claim, learner)!, setting)
  }
}

/** Whether a claim is measured on whatever network; `ngrad verify` knows how the others are. @internal */
export function isMeasurable(claim: Claim, learner: Pick<Learner<never>, 'name'>): boolean {
  if (claim.kind === 'contracts') return distanceOf(claim, learner) !== undefined
  if ('reference' in claim) return claim.reference !== undefined
  return violationOf(claim as PropertyClaim, learner) !== undefined
}

const distanceOf = (claim: ContractsClaim, { name }: Pick<Learner<never>, 'name'>): ContractsClaim['distance'] =>
  claim.distance ?? distances[name]

/** What is known by a rule's name is of its closed form. */
const violationOf = (claim: PropertyClaim, { name }: Pick<Learner<never>, 'name'>): PropertyClaim['violation'] =>
  claim.violation ?? (claim.kind === 'closedForm' ? violations[name] : undefined)

/** The rule with the options that its claim is measured with, and others. @internal */
export const asMeasured = (learner: Learner, claim: Claim, changes: Readonly<Record<string, unknown>> = {}): Learner => {
  const all = { ...('measured' in claim && claim.measured), ...changes }
  return Object.keys(all).length === 0 ? learner : learner.with(all)
}

const result = (
  claim: Claim,
  expected: string,
  measured: string,
  passed: boolean,
  points: readonly ClaimPoint[],
  worst: number,
  slope = NaN,
): ClaimMeasurement => ({ claim: describeClaim(claim), expected, measured, passed, points, slope, worst })

function measureExact(claim: ExactClaim | EqualsClaim, learner: Learner, setting: Setting): ClaimMeasurement {
  const rule = asMeasured(learner, claim)
  const error = relativeError(directionOf(rule, setting), directionOf(referenceOf(where, claim.reference!, rule), setting))
  return result(claim, `relative error <= ${exactness}`, error.toExponential(1), error <= exactness, [{ at: 0, error }], error)
}

/** The rule with the knob of its limit at a value. @internal */
export function atKnob(learner: Learner, claim: LimitClaim, value: number): Learner {
  const { knob, to } = claim
  return asMeasured(learner, claim, knob === 'displacement' ? {} : { [knob]: to === undefined ? value : to - value })
}

function measureLimit(claim: LimitClaim, learner: Learner, setting: Setting): ClaimMeasurement {
  const { knob, values = halvings, order = 1 } = claim
  const inTargets = knob === 'displacement'
  const reference = referenceOf(where, claim.reference!, asMeasured(learner, claim))
  const fixed = inTargets ? null : directionOf(reference, setting)
  const points = values.map((at) => {
    const here = inTargets ? { ...setting, batch: displaced(at, setting) } : setting
    return { at, error: relativeError(directionOf(atKnob(learner, claim, at), here), fixed ?? directionOf(reference, here)) }
  })
  // Where the rule is at its limit for every value of the knob, as one without anything to approximate may be in a
  // small network, what is left is rounding, and has no slope.
  const largest = Math.max(...points.map(({ error }) => error))
  if (largest <= exactness) return result(claim, `slope ${order}`, `no error, ${largest.toExponential(1)}`, true, points, 0)
  const slopes = logSlopes(points).slice(-2)
  const off = Math.max(...slopes.map((slope) => Math.abs(slope - order)))
  return result(
    claim,
    `slope ${order}`,
    `slopes ${slopes.map((slope) => slope.toFixed(3)).join(', ')}`,
    off <= slopeTolerance,
    points,
    off,
    slopes.at(-1),
  )
}

/** z-tests of the mean over independent draws: each parameter, and the part along the reference. */
function measureUnbiased(claim: UnbiasedClaim, learner: Learner, setting: Setting): ClaimMeasurement {
  const { draws = manyDraws } = claim
  const rule = asMeasured(learner, claim)
  const reference = directionOf(referenceOf(where, claim.reference!, rule), setting)
  const square = norm(reference) ** 2
  const { network, loss, batch, seed } = setting
  const estimator = new Estimator(network, rule, loss, seed, 'measurement')
  try {
    const { deviations, mean, worst, bound } = largestDeviation([...reference, 1], draws, () => {
      estimator.estimate(where, batch)
      const direction = flatten(estimator.direction)
      return [...direction, direction.reduce((along, value, i) => along + (value * reference[i]) / square, 0)]
    })
    return result(
      claim,
      `every |z| <= ${bound.toFixed(2)} over ${draws} draws`,
      `largest |z| ${worst.toFixed(2)}, along the gradient ${mean.at(-1)!.toFixed(3)}`,
      worst <= bound,
      deviations.map((error, at) => ({ at, error })),
      worst,
    )
  } finally {
    estimator.dispose()
  }
}

/**
 * How many standard errors the means of independent draws are from what they are expected to be, and by how many the
 * worst of so many may be. @internal
 */
export function largestDeviation(
  expected: readonly number[],
  draws: number,
  draw: () => readonly number[],
): { deviations: number[]; mean: Float64Array; worst: number; bound: number } {
  const mean = new Float64Array(expected.length)
  const spread = new Float64Array(expected.length)
  for (let n = 1; n <= draws; n++)
    draw().forEach((value, i) => {
      const before = value - mean[i] // Welford's update
      mean[i] += before / n
      spread[i] += before * (value - mean[i])
    })
  const deviations = expected.map((value, i) => {
    const standardError = Math.sqrt(spread[i] / (draws - 1) / draws)
    const difference = Math.abs(mean[i] - value)
    return difference === 0 ? 0 : difference / standardError
  })
  return {
    deviations,
    mean,
    worst: deviations.reduce((worst, one) => Math.max(worst, one), -Infinity),
    bound: normalQuantile(falseAlarm / deviations.length),
  }
}

/** The z beyond which, on either side, a standard normal lies with probability p (p < 1e-2), by bisection. */
function normalQuantile(p: number): number {
  // Mills' ratio bounds the tail from above, so that the bound on z errs on the wide side by well under 1 %.
  const tail = (z: number): number => (Math.exp((-z * z) / 2) * Math.sqrt(2 / Math.PI)) / z
  let low = 1
  let high = 40
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (tail(middle) > p) low = middle
    else high = middle
  }
  return high
}

function measureContraction(
  claim: ContractsClaim,
  distanceIn: NonNullable<ContractsClaim['distance']>,
  learner: Learner,
  setting: Setting,
): ClaimMeasurement {
  const steps = 20
  const points = withTrainer(learner, setting, setting.network.seed, 0.05, (trainer) => {
    let distance = distanceIn(trainer.estimator)
    return Array.from({ length: steps }, (_, at) => {
      trainer.step(setting.batch)
      const next = distanceIn(trainer.estimator)
      const error = Math.abs(next / distance - claim.factor) / claim.factor
      distance = next
      return { at, error }
    })
  })
  const worst = Math.max(...points.map(({ error }) => error))
  return result(claim, `factor ${claim.factor} each step`, `off by at most ${worst.toExponential(1)}`, worst <= exactness, points, worst)
}

function measureAlignment(claim: AlignedClaim, learner: Learner, setting: Setting): ClaimMeasurement {
  const seeds = Array.from({ length: claim.seeds }, (_, i) => (setting.seed + i) >>> 0)
  const points = seeds.map((seed) =>
    withTrainer(learner, { ...setting, seed }, seed, claim.learningRate, (trainer) => {
      // Once the batch is learned the directions vanish, and only rounding has an angle.
      const learned = 0.01 * trainer.direction(setting.batch).loss
      for (let step = 0, at = Infinity; step < claim.steps && at > learned; step++) at = trainer.step(setting.batch)
      const weights = angles(trainer, referenceOf(where, claim.reference, learner), setting.batch).filter(({ parameter }) =>
        parameter.endsWith('weight'),
      )
      return { at: seed, error: Math.max(...weights.map(({ degrees }) => degrees)) }
    }),
  )
  const worst = Math.max(...points.map(({ error }) => error))
  return result(
    claim,
    `every layer below ${claim.degrees} degrees, ${claim.seeds} seeds`,
    `largest ${worst.toFixed(1)} degrees`,
    worst < claim.degrees,
    points,
    worst,
  )
}

function measureProperty(claim: PropertyClaim, violation: NonNullable<PropertyClaim['violation']>, setting: Setting): ClaimMeasurement {
  const error = violation(setting)
  return result(
    claim,
    `violated by <= ${exactness}`,
    `violated by ${error.toExponential(1)}`,
    error <= exactness,
    [{ at: 0, error }],
    error,
  )
}

/** A trainer on a fresh network of the same description; with the same parameters when the seed is the same. */
function withTrainer<T>(
  learner: Learner,
  { network, loss, seed }: Setting,
  networkSeed: number,
  learningRate: number,
  use: (trainer: Trainer) => T,
): T {
  const fresh = network.description.build({ dtype: network.dtype, seed: networkSeed })
  try {
    const trainer = createTrainer(fresh, { learner, loss, optimizer: sgd({ learningRate }), seed })
    try {
      return use(trainer)
    } finally {
      trainer.dispose()
    }
  } finally {
    fresh.dispose()
  }
}
