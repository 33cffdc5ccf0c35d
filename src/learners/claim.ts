// What a rule's direction is in relation to its reference gradient, in a form that can be measured.
import type { Network } from '../layers/network.js'
import type { Loss } from '../losses/loss.js'
import type { Batch, Estimator } from './estimator.js'
import type { Learner } from './learner.js'

/** Relative error <= 1e-9 against the reference, in double precision. */
export interface ExactClaim {
  readonly kind: 'exact'
  readonly reference: Reference
  /** The rule as it is measured, where its settings for training stop short of exactness. */
  readonly measured?: () => Learner
}

/** error ~ knob^order as the knob goes to 0. */
export interface LimitClaim {
  readonly kind: 'limit'
  readonly knob: string
  readonly order: number
  /** Knob values, each half of the one before: where the asymptote shows and rounding does not. */
  readonly values: readonly number[]
  /** The rule with the knob at a value. */
  readonly at: (value: number) => Learner
  /** Where the knob is in the data, not in the rule: the batch with the knob at a value. */
  readonly batch?: (value: number, setting: Setting) => Batch
  readonly reference: Reference
}

/** Equals another rule, whatever the data: relative error <= 1e-9, in double precision. */
export interface EqualsClaim {
  readonly kind: 'equals'
  readonly other: string
  /** The rule as it is measured, settled to rounding. */
  readonly measured: () => Learner
  readonly reference: Reference
}

/** The mean over the rule's own noise is the reference: a z-test over independent draws. */
export interface UnbiasedClaim {
  readonly kind: 'unbiased'
  readonly draws: number
  /** The rule as it is measured: with noise so small that its bias is far below the standard error. */
  readonly measured: () => Learner
  readonly reference: Reference
}

/** A distance between two sets of parameters shrinks by `factor` with every step. */
export interface ContractsClaim {
  readonly kind: 'contracts'
  readonly quantity: string
  readonly factor: number
  readonly distance: (estimator: Estimator) => number
}

/** After training, the angle to the reference stays below `degrees` in every layer. */
export interface AlignedClaim {
  readonly kind: 'aligned'
  readonly degrees: number
  readonly steps: number
  readonly learningRate: number
  readonly seeds: number
  readonly reference: Reference
}

/** No gradient is approximated, and this is why; `property` holds instead. */
export interface NoClaim {
  readonly kind: 'none'
  readonly because: string
  readonly property: string
  /** By how much the property is violated for a network, a loss and a batch; at most 1e-9 when it holds. */
  readonly violation: (setting: Setting) => number
}

/** Where a claim is measured. */
export interface Setting {
  readonly network: Network
  readonly loss: Loss
  readonly batch: Batch
  readonly seed: number
}

export type Claim = ExactClaim | EqualsClaim | LimitClaim | UnbiasedClaim | ContractsClaim | AlignedClaim | NoClaim

/** A rule that gives the reference direction: a function, so that rules may refer to each other. */
export type Reference = () => Learner

/** The claim in a line, as tables show it. */
export function describeClaim(claim: Claim): string {
  switch (claim.kind) {
    case 'exact':
      return 'exact'
    case 'equals':
      return `equals(${claim.other})`
    case 'limit':
      return `limit(${claim.knob}, ${claim.order})`
    case 'unbiased':
      return 'unbiased'
    case 'contracts':
      return `contracts(${claim.quantity})`
    case 'aligned':
      return `aligned(${claim.degrees} deg)`
    case 'none':
      return `none (${claim.because})`
  }
}
