// Every claim of the registry, measured where it is said to hold: on random small networks, and for what training
// must bring about (alignment) on the digits. For tools and tests: it brings all rules and the digits along.
import { contractOf } from './check-rule.js'
import type { VerifiedClaim } from './verified-claim.js'
import { digits } from '../data/digits.js'
import type { Setting } from '../learners/learner.js'
import { type ModelRow, models, recipeNetwork, registry } from '../learners/registry.js'
import { type Classifier, isClassifier, type Row, type Variant } from '../learners/row.js'
import { crossEntropy } from '../losses/cross-entropy.js'
import { type ClaimMeasurement, isMeasurable, measureClaim } from './measure-claim.js'
import { measureNegativeClaim, type NegativeClaim, negativeClaims } from './claims/negative.js'
import { hebbianClaims } from './claims/hebbian.js'
import { machineClaims } from './claims/machines.js'
import { memoryClaims } from './claims/memories.js'
import { modelClaims } from './claims/models.js'
import { type Form, otherForms } from './claims/other-forms.js'
import { predictiveClaims } from './claims/predictive.js'
import { type Property, verifyProperty } from './claims/property.js'
import { convolutionalSetting, randomSetting } from './random-setting.js'
import { recirculationClaims } from './claims/recirculation.js'
import { rewardClaims } from './claims/reward.js'
import { samplingClaims } from './claims/sampling.js'
import { spikingClaims } from './claims/spiking.js'
import { relaxationClaims } from './claims/relaxation.js'
import { targetClaims } from './claims/targets.js'
import { timeClaims } from './claims/time.js'

/** Of rules beside the relation of their direction to a gradient. */
export const properties: readonly Property[] = [
  ...relaxationClaims,
  ...timeClaims,
  ...targetClaims,
  ...predictiveClaims,
  ...recirculationClaims,
  ...modelClaims,
  ...machineClaims,
  ...samplingClaims,
  ...hebbianClaims,
  ...rewardClaims,
  ...memoryClaims,
  ...spikingClaims,
]

export interface VerifyOptions {
  /** default the whole registry */
  readonly rules?: readonly (Row | ModelRow)[]
  /** Random settings for each claim; default 20. Alignment counts each of its trainings. */
  readonly cases?: number
  /** Case i of every claim is the random setting of seed + i; default 0. */
  readonly seed?: number
}

/** A claim with the way to measure it in one case. */
interface Candidate {
  readonly rule: string
  readonly variant: string
  readonly kind: VerifiedClaim['kind']
  readonly conditions: string
  /** How to have the setting of a seed; its network is disposed of after the measurement. */
  readonly setting: (seed: number) => Setting
  readonly measure: (setting: Setting) => ClaimMeasurement
  /** How many networks one case is about. */
  readonly networks: number
}

/** Measures every claim of the rules, and yields each as it is done. */
export function* verifyRules({ rules = [...registry, ...models], cases = 20, seed = 0 }: VerifyOptions = {}): Generator<
  VerifiedClaim,
  void
> {
  for (const row of rules) for (const verify of claimsOf(row)) yield verify(cases, seed)
}

/** The claims of a rule, each to be measured on so many cases from that seed on. */
export function claimsOf(row: Row | ModelRow): ((cases: number, seed: number) => VerifiedClaim)[] {
  const outside = row.kind === 'learner' && row.family === 'outside'
  const named = <T extends { readonly rule: string }>(list: readonly T[]): T[] =>
    outside ? [] : list.filter(({ rule }) => rule === row.name)
  const candidates = [
    ...(row.kind === 'learner' && isClassifier(row) ? ofAnyTask(row) : []),
    ...named(otherForms).flatMap(formsOf),
    ...named(negativeClaims).map(negative),
  ]
  return [
    ...candidates.map((candidate) => (cases: number, seed: number) => verifyCandidate(candidate, cases, seed)),
    ...named(properties).map((property) => (cases: number, seed: number) => verifyProperty(property, cases, seed)),
    ...(outside && isClassifier(row) ? row.variants.flatMap(contracts(row.name)) : []),
  ]
}

/** What the tests of the library hold its own rules to. */
const contracts =
  (rule: string) =>
  ({ label, learner }: Variant): ((cases: number, seed: number) => VerifiedClaim)[] =>
    contractOf(learner).map((verify) => (cases, seed) => {
      const { check, passed, found, failedSeeds } = verify(cases, seed)
      const worst = failedSeeds.length
      return {
        rule,
        variant: label,
        kind: 'contract',
        claim: check,
        expected: 'as every rule',
        measured: found,
        slope: NaN,
        worst,
        passed,
        cases,
        conditions: 'random networks, identity outputs, all losses',
        failedSeeds,
      }
    })

function verifyCandidate(candidate: Candidate, cases: number, seed: number): VerifiedClaim {
  const { rule, variant, kind, conditions, networks } = candidate
  const measurements = Array.from({ length: Math.ceil(cases / networks) }, (_, i) => {
    const setting = candidate.setting((seed + i * networks) >>> 0)
    try {
      return { seed: setting.seed, ...candidate.measure(setting) }
    } finally {
      setting.network.dispose()
    }
  })
  const failed = measurements.filter(({ passed }) => !passed)
  const { claim, expected, measured, slope, worst } = (failed.length > 0 ? failed : measurements).reduce((a, b) =>
    b.worst > a.worst ? b : a,
  )
  return {
    rule,
    variant,
    kind,
    claim,
    expected,
    measured,
    slope,
    worst,
    passed: failed.length === 0,
    cases: measurements.length * networks,
    conditions,
    failedSeeds: failed.map((measurement) => measurement.seed),
  }
}

/** Forms that learn whatever the loss is, on random networks. */
const ofAnyTask = ({ name, variants: all, convolutional = false }: Classifier): Candidate[] => {
  const variants = all.filter(({ task }) => task === undefined)
  return [
    ...variants.flatMap(({ label, learner }) =>
      formsOf({
        rule: name,
        variant: label,
        learner,
        conditions: 'random networks, identity outputs, all losses',
        setting: (seed) => randomSetting(seed),
      }),
    ),
    ...(convolutional
      ? variants.flatMap(({ label, learner }) =>
          formsOf({
            rule: name,
            variant: `${label}, images`,
            learner,
            conditions: 'random convolutional networks with average pooling, all losses',
            setting: convolutionalSetting,
          }),
        )
      : []),
  ]
}

/** Every claim of a form that can be measured on whatever network; what training must bring about, on the digits. */
const formsOf = ({ rule, variant, learner, conditions, setting }: Form): Candidate[] =>
  learner.claims.flatMap((claim, index) => {
    if (!isMeasurable(claim, learner)) return []
    const measured = claim.kind === 'aligned' ? { ...onDigits, networks: claim.seeds } : { conditions, setting, networks: 1 }
    return {
      rule,
      variant,
      kind: claim.kind,
      ...measured,
      measure: ({ network, loss, batch, seed }: Setting) => measureClaim(network, learner, loss, batch, { seed, claim: index }),
    }
  })

function negative(claim: NegativeClaim): Candidate {
  const { outputActivation = 'identity', losses = [] } = claim.conditions
  return {
    rule: claim.rule,
    variant: claim.rule,
    kind: 'not',
    networks: 1,
    conditions: `random networks, ${outputActivation} outputs, ${losses.map((loss) => loss.name).join(', ')}`,
    setting: (seed) => randomSetting(seed, claim.conditions),
    measure: (setting) => measureNegativeClaim(claim, setting),
  }
}

function digitsSetting(seed: number): Setting {
  const network = recipeNetwork(64, [32], 10).build({ dtype: 'f64', seed })
  return { network, loss: crossEntropy(), batch: digits().train.first(256), seed }
}

const onDigits = { conditions: 'digits, 64-32(tanh)-10, cross-entropy, 256 images', setting: digitsSetting }
