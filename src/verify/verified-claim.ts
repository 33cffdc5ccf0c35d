import type { Claim } from '../learners/learner.js'

/** One claim of one form of a rule, and the worst of what was measured. */
export interface VerifiedClaim {
  /** The name of the function that makes it. */
  readonly rule: string
  /** The form of the rule whose claim this is. */
  readonly variant: string
  /** `contract`: what every rule must do, whatever it claims. */
  readonly kind: Claim['kind'] | 'contract'
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
