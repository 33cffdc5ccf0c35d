// Every claim of the registry, measured where it is said to hold: on random small networks, and for what training
// must bring about (alignment) on the digits. For tools and tests: it brings all rules and the digits along.
import { digits } from '../data/digits.js'
import { type Claim, type Setting } from '../learners/claim.js'
import type { Learner } from '../learners/learner.js'
import { recipeNetwork, registry, type RegistryRow } from '../learners/registry.js'
import { crossEntropy } from '../losses/cross-entropy.js'
import { type ClaimMeasurement, measureClaim } from './measure-claim.js'
import { measureNegativeClaim, negativeClaims } from './negative-claims.js'
import { convolutionalSetting, randomSetting } from './random-setting.js'

export interface VerifyOptions {
  /** default the whole registry */
  readonly rules?: readonly RegistryRow[]
  /** Random settings for each claim; default 20. Costly claims get fewer: see `casesOf`. */
  readonly cases?: number
  /** Case i of every claim is the random setting of seed + i; default 0. */
  readonly seed?: number
}

/** One claim of one form of a rule, and the worst of what was measured. */
export interface VerifiedClaim {
  /** The name in the registry. */
  readonly rule: string
  /** The form of the rule whose claim this is. */
  readonly variant: string
  readonly kind: Claim['kind'] | 'negative'
  readonly claim: string
  readonly expected: string
  /** Of the worst case; `slope` and `worst` as in `ClaimMeasurement`. */
  readonly measured: string
  readonly slope: number
  readonly worst: number
  /** Whether it held in every case. */
  readonly passed: boolean
  readonly cases: number
  readonly conditions: string
  /** The seeds of the settings in which it failed. */
  readonly failedSeeds: readonly number[]
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
}

/** Measures every claim of the rules, and yields each as it is done. */
export function* verifyRules({ rules = registry, cases = 20, seed = 0 }: VerifyOptions = {}): Generator<VerifiedClaim, void> {
  for (const candidate of rules.flatMap(candidates)) {
    const measurements = Array.from({ length: casesOf(candidate.kind, cases) }, (_, i) => {
      const setting = candidate.setting((seed + i) >>> 0)
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
    yield {
      rule: candidate.rule, variant: candidate.variant, kind: candidate.kind, claim, expected, measured, slope, worst,
      passed: failed.length === 0, cases: measurements.length, conditions: candidate.conditions,
      failedSeeds: failed.map((measurement) => measurement.seed),
    }
  }
}

/** Thousands of draws, or twenty trainings, make one case of these. */
function casesOf(kind: VerifiedClaim['kind'], cases: number): number {
  if (kind === 'aligned') return 1
  return kind === 'unbiased' ? Math.ceil(cases / 5) : cases
}

function candidates({ name, variants, convolutional = false }: RegistryRow): Candidate[] {
  const positive = variants.map(({ label, learner }): Candidate => {
    const { kind } = learner.claim
    return {
      rule: name, variant: label, kind,
      ...(kind === 'aligned'
        ? { conditions: 'digits, 64-32(tanh)-10, cross-entropy, 256 images', setting: digitsSetting }
        : { conditions: 'random networks, identity outputs, all losses', setting: (seed: number) => randomSetting(seed) }),
      measure: measuring(learner),
    }
  })
  const overImages = variants.map(({ label, learner }): Candidate => ({
    rule: name, variant: `${label}, over images`, kind: learner.claim.kind,
    conditions: 'random convolutional networks with average pooling, all losses',
    setting: convolutionalSetting,
    measure: measuring(learner),
  }))
  const negative = negativeClaims.filter(({ rule }) => rule === name).map((claim): Candidate => {
    const { outputActivation = 'identity', losses = [] } = claim.conditions
    return {
      rule: name, variant: name, kind: 'negative',
      conditions: `random networks, ${outputActivation} outputs, ${losses.map((loss) => loss.name).join(', ')}`,
      setting: (seed) => randomSetting(seed, claim.conditions),
      measure: (setting) => measureNegativeClaim(claim, setting),
    }
  })
  return [...positive, ...(convolutional ? overImages : []), ...negative]
}

const measuring = (learner: Learner) => ({ network, loss, batch, seed }: Setting): ClaimMeasurement =>
  measureClaim(network, learner, loss, batch, { seed })

function digitsSetting(seed: number): Setting {
  const network = recipeNetwork(64, [32], 10).build({ dtype: 'f64', seed })
  return { network, loss: crossEntropy(), batch: digits().train.first(256), seed }
}
