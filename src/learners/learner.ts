// The interface of a learning rule.
import type { DType } from '../core/dtype.js'
import type { Matrix, Region } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import type { Random } from '../core/random.js'
import type { Validity } from '../core/validity.js'
import type { Forward } from '../dynamics/forward.js'
import type { Source, Stream } from '../environments/source.js'
import type { Ground, Workspace } from '../dynamics/workspace.js'
import type { ParameterGroup, ParameterSpec } from '../layers/parameter.js'
import type { Loss } from '../losses/loss.js'
import type { Model } from '../models/model.js'
import type { Network } from '../models/network.js'
import type { Settling } from '../numerics/fixed-point.js'
import type { Batch } from './batch.js'
import type { Cost, Told } from './told.js'

export type { Cost, Settling, Told }

/** How much a rule is told about its errors: the axis of the review. */
export type Feedback = 'none' | 'scalar' | 'vector'

/** A learning rule as data. It estimates directions; it never writes the model's parameters. */
export interface Learner<M extends Model = Network, S = SiteOf<M>> {
  /** The name of the function that makes it. */
  readonly name: string
  readonly feedback: Feedback
  /** What it is told, which decides what its site has: for networks `targets`, where it does not say. */
  readonly told?: Told
  /** Of a rule that acts what it meets an environment by, `Source`: it is told what actions cost, or what that answers, not what outputs do. */
  readonly acts?: typeof Source
  /** `ordered` where the rows of a batch are steps of time, which are not to be shuffled; else they are independent. */
  readonly rows?: 'ordered'
  /** Whether it honours weights of samples; others refuse them. */
  readonly weighs?: boolean
  /** Where it draws random numbers of its own: as it is attached, or at every step; nowhere where it does not say. */
  readonly noise?: 'attach' | 'step'
  /** Whether its predictions are those of a network that settles. */
  readonly settles?: boolean
  /** What is true of its direction; the first is what tables show. */
  readonly claims: readonly Claim[]
  /** Its options, with nothing left out that applies and does not depend on the model. */
  readonly options: Readonly<Record<string, unknown>>
  /** The same rule with some options changed; of the others those that still apply. */
  with(changes: Readonly<Record<string, unknown>>): Learner<M, S>
  /** @internal Whether it teaches layers with lateral weights; others refuse them. */
  readonly lateral?: boolean
  /**
   * @internal What of a batch it compares with the predictions link(h_L), and takes the difference for the error. A loss of
   * distributions then needs rows that sum to 1.
   */
  readonly compares?: 'targets' | 'inputs'
  /** @internal Whether it holds outputs at their targets instead of asking the loss how they err. */
  readonly holds?: boolean
  /** How its network turns inputs into outputs; default one feedforward pass. */
  readonly forward?: Forward
  /** Sets the rule up for one model: everything that a step needs is allocated here. */
  attach(site: S): Rule
}

/** What a rule finds by its model; rules for networks that are told less say so: {@link CostSite}, {@link NetworkSite}. */
export type SiteOf<M extends Model> = M extends Network ? TargetSite : Site<M>

/** What a rule finds where it is attached. */
export interface Site<M extends Model = Model> {
  readonly model: M
  readonly ops: Operations
  readonly region: Region
  /** The inputs of the batch at hand, a row for each sample: always the same matrix. */
  readonly x: Matrix
  /** Where the directions go, one group for each of the model's. */
  readonly directions: readonly ParameterGroup[]
  /** The share of each sample of the batch at hand in its mean, a column of doubles that sums to 1; not for networks. */
  readonly weights: Matrix
  /** A matrix with `copies` rows, default 1, for each sample of the batch at hand. */
  batch(columns: number, copies?: number): Matrix
  /** A column of doubles, likewise. */
  batchDoubles(copies?: number): Matrix
  /** Parameters of the rule's own that the optimizer is applied to: decoders, interneurons. */
  taught(name: string, specs: readonly ParameterSpec[]): Taught
  /** Parameters of the rule's own that stay as they are, or that `applied` moves no farther than the model's: feedback weights. */
  untaught(name: string, specs: readonly ParameterSpec[]): ParameterGroup
  /**
   * What the rule keeps from step to step: chains, traces, means. `estimate` reads `now` and fills `next`, all of it; once the
   * directions are applied, `next` becomes `now`. A direction that is only looked at, and a step that fails, leave `now` as it is.
   * Checkpoints hold `now`; `validity` is what its numbers can be.
   */
  state(name: string, rows: number, columns: number, options?: { dtype?: DType; validity?: Validity }): State
  /** Random numbers of the rule's own, by purpose: one and the same for each. Called while the rule is attached. */
  random(purpose: Purpose): Random
}

/** What random numbers of a rule are for: each purpose has a stream of its own. */
export type Purpose = 'feedback' | 'noise' | 'policy'

/** What a rule keeps from step to step. */
export interface State {
  readonly now: Matrix
  readonly next: Matrix
}

/** What a rule for networks finds beside. */
export interface NetworkSite extends Site<Network>, Ground {
  /** What an environment answers, one step at a time; null where the batch is data. */
  readonly stream: Stream | null
  readonly network: Network
  batch(columns: number, copies?: number): Matrix
  batchDoubles(copies?: number): Matrix
}

/** What a rule finds that is told a cost: neither targets nor how outputs err. There is no objective where there is a stream. */
export interface CostSite extends NetworkSite {
  readonly objective: Cost
}

/** What a rule finds that is told the targets. */
export interface TargetSite extends CostSite, Workspace {
  readonly network: Network
  readonly loss: Loss
  /** The targets of the batch at hand: always the same matrix. */
  readonly y: Matrix
  batch(columns: number, copies?: number): Matrix
  batchDoubles(copies?: number): Matrix
}

/** Parameters that a rule brings along, and where their direction goes. */
export interface Taught {
  readonly values: ParameterGroup
  readonly direction: ParameterGroup
}

/** Parameters that a rule brings along, taught or not. */
export interface Auxiliary {
  readonly values: ParameterGroup
  readonly direction: ParameterGroup | null
}

/** A rule at work on one model. */
export interface Rule {
  /**
   * Writes the directions for the batch at hand, averaged over it, with the rule's own scale divided out; and whatever is next of
   * what it keeps. It changes nothing else.
   * @returns the mean loss of the rule's own predictions for the batch; of a rule that is told none its own figure, if it has one
   */
  estimate(): number | undefined
  /** Where the rule acts in an environment: a row, one-hot in the action that its last estimate chose. */
  readonly actions?: Matrix
  /**
   * The activities h_0 ... h_L of this rule's network for the batch at hand, what it settles on where it does: the outputs are the
   * last. Not of models without outputs.
   */
  predict?(): readonly Matrix[]
  /**
   * Called after the parameters changed by -size times the (optimized) direction: for feedback weights that follow the forward
   * weights. It cannot fail.
   */
  applied?(size: number): void
  /** Decoupled decay: after each step the network's weights are multiplied by 1 - decay. */
  readonly decay?: number
  /** How the last relaxation went, for rules that settle. */
  readonly settling?: Settling | undefined
}

/** A rule where it is attached to a network: what a claim about its own parameters looks at. */
export interface Attached {
  readonly model: Network
  readonly auxiliaries: readonly Auxiliary[]
}

// What is true of a rule, as data: `ngrad verify` and `measureClaim` say whether it holds.

/** A rule that gives the direction which another is measured against: its name, or the rule itself. */
export type Reference = string | Learner | { readonly rule: string; readonly options: Readonly<Record<string, unknown>> }

interface AClaim {
  /** What is claimed of what, in a few words: `the gradient of the loss`. */
  readonly of: string
}

interface Measured {
  /** Options with which it is measured, where those for training stop short of what is claimed. */
  readonly measured?: Readonly<Record<string, unknown>>
}

/** Relative error <= 1e-9 against the reference, in double precision; without one, as `ngrad verify` measures it. */
export interface ExactClaim extends AClaim, Measured {
  readonly kind: 'exact'
  readonly reference?: Reference
}

/** Equals another rule, whatever the data, in the same way. */
export interface EqualsClaim extends AClaim, Measured {
  readonly kind: 'equals'
  readonly reference: Reference
}

/** error ~ knob^order as the knob goes to 0. */
export interface LimitClaim extends AClaim, Measured {
  readonly kind: 'limit'
  /** An option of the rule; or `displacement`, of the targets from the outputs. */
  readonly knob: string
  /** Where the option is `to` less the knob. */
  readonly to?: number
  readonly order?: number
  /** Knob values, each half of the one before: where the asymptote shows and rounding does not. */
  readonly values?: readonly number[]
  readonly reference?: Reference
}

/** The mean over the rule's own noise is the reference: a z-test over independent draws. */
export interface UnbiasedClaim extends AClaim, Measured {
  readonly kind: 'unbiased'
  readonly draws?: number
  readonly reference?: Reference
}

/** A distance between two sets of parameters shrinks by `factor` with every step. */
export interface ContractsClaim extends AClaim {
  readonly kind: 'contracts'
  readonly factor: number
  /** Where `ngrad verify` does not know it. */
  readonly distance?: (attached: Attached) => number
}

/** After training, the angle to the reference stays below `degrees` in every layer. */
export interface AlignedClaim extends AClaim {
  readonly kind: 'aligned'
  readonly degrees: number
  readonly steps: number
  readonly learningRate: number
  readonly seeds: number
  readonly reference: Reference
}

/** What holds beside: where it stays, what never rises, what it equals written otherwise, what it is in the mean; or what it is not. */
export interface PropertyClaim extends AClaim {
  readonly kind: 'fixedPoint' | 'monotone' | 'closedForm' | 'statistic' | 'not'
  /** By how much it is violated for a network, a loss and a batch, at most 1e-9 when it holds; where `ngrad verify` does not know it. */
  readonly violation?: (setting: Setting) => number
}

/** What is true of a rule, as data. */
export type Claim = ExactClaim | EqualsClaim | LimitClaim | UnbiasedClaim | ContractsClaim | AlignedClaim | PropertyClaim

/** Where a claim is measured. */
export interface Setting {
  readonly network: Network
  readonly loss: Loss
  readonly batch: Batch
  readonly seed: number
}
