// The interface of a learning rule for stochastic models. As for networks, it turns (model, its own state, batch) into
// directions, one for each group of the model's parameters, and never writes a parameter.
import type { Matrix, Region } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import type { Random } from '../core/random.js'
import type { Validity } from '../core/validity.js'
import type { ParameterGroup } from '../layers/parameter.js'
import type { Settling } from '../numerics/fixed-point.js'
import type { Model } from '../models/model.js'

/** A learning rule as data. */
export interface ModelLearner<M extends Model> {
  /** The name of the function that makes it. */
  readonly name: string
  /** What its direction is in relation to a gradient, in a line; `ngrad verify` measures it. */
  readonly claim: string
  /** @internal Sets the rule up for one model. */
  attach(site: ModelSite<M>): ModelRule
}

/** @internal What a rule finds where it is attached. */
export interface ModelSite<M extends Model> {
  readonly model: M
  readonly ops: Operations
  readonly region: Region
  /** Where the directions go, one group for each of the model's. */
  readonly directions: readonly ParameterGroup[]
  /** The probability of each example of the batch at hand, a column of doubles that sums to 1. */
  readonly weights: Matrix
  readonly random: Random
  /** Names a matrix that the rule keeps from step to step, so that checkpoints keep it too, and what its numbers can be. */
  kept(name: string, matrix: Matrix, validity: Validity): void
  /** A matrix with `copies` rows for each example of the batch at hand. */
  batch(columns: number, copies?: number): Matrix
  /** A column of doubles, likewise. */
  batchDoubles(copies?: number): Matrix
}

/** @internal A rule at work on one model. */
export interface ModelRule {
  /** Writes the directions for a batch. */
  estimate(x: Matrix): void
  /** Called after the directions were applied: for chains that go on. */
  applied?(): void
  /** How the last relaxation went, for rules that settle. */
  readonly settling?: Settling
}
