import type { Matrix } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import type { Admissible } from '../core/validity.js'
import type { Metric } from './metric.js'

/** What outputs cost, to be lowered: all that a rule with scalar feedback is told. */
export interface Objective {
  readonly name: string
  /** What each target must be, for the error that says so; and whether a number is. */
  readonly targets: Admissible
  /** What it judges: outputs; or actions, rows of zeros with a one, as only rules that act can have. */
  readonly of: 'outputs' | 'actions'
  /** Above what a single output says yes, where its link crosses 1/2; default 0. */
  readonly threshold?: number
  /** What `evaluate` computes beside loss and accuracy where it is not told; default nothing. */
  metrics?(): readonly Metric[]
  /** @internal p <- the probabilities that it reads in outputs h, where it reads any: of classes, or of a yes; p may be h. */
  probabilities?(ops: Operations, h: Matrix, p: Matrix): void
  /** Whether samples count by weights of theirs. */
  readonly weighs?: boolean
  /**
   * @internal The same at work on one trainer, where it needs more than outputs and targets: the weights of the samples of the batch at
   * hand, or room for their costs, both columns of doubles.
   */
  bind?(host: LossHost, weights: Matrix, costs: Matrix): this
  /**
   * @internal The cost summed over the rows; `samples`, a column of doubles, <- the cost of each row, or null. Nothing is said of how
   * outputs err.
   */
  evaluate(ops: Operations, h: Matrix, y: Matrix, errors: null, samples?: Matrix | null): number
}

/** @internal Who a loss is at work for. */
export interface LossHost {
  /** Where it says that it runs what is the user's, which may call anything. */
  readonly occupation: { reading: boolean }
  requireAlive(where: string): void
}

/**
 * A loss C(h, y) of the outputs h and the targets y: the sum over the outputs, averaged over the batch. Its
 * link turns outputs into predictions, so that dC/dh = link(h) - y for those of the library (of `distributions`: for targets that
 * sum to 1): what rules that hold outputs at their targets rely on.
 */
export interface Loss extends Objective {
  /** @internal Its code in the core, where it is one of assembly/nn/losses.ts. */
  readonly code: number | null
  /** Whether the link gives distributions: then dC/dh = link(h) - y holds only for rows y that sum to 1. */
  readonly distributions?: boolean
  /** Whether dC/dh is something else than link(h) - y: weighted, or of one's own. */
  readonly unlinked?: boolean
  /** Whether dC/dh = h - y, of complex numbers too, which nudges round a circle need. */
  readonly quadratic?: boolean
  readonly of: 'outputs'
  /**
   * @internal The loss summed over the rows. `errors` <- dC/dh of each row, unaveraged; `samples`, a column of
   * doubles, <- the loss of each row. Either may be null.
   */
  evaluate(ops: Operations, h: Matrix, y: Matrix, errors: Matrix | null, samples?: Matrix | null): number
  /** @internal p <- link(h). */
  link(ops: Operations, h: Matrix, p: Matrix): void
}
