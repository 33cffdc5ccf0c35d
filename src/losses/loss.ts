import type { Matrix } from '../core/memory.js'
import type { Operations } from '../core/operations.js'

/**
 * A loss C(h, y) of the outputs h and the targets y: the sum over the outputs, averaged over the batch. Its
 * link turns outputs into predictions, so that dC/dh = link(h) - y for every loss here (of `distributions`: for targets that
 * sum to 1): what rules that compare output states rely on.
 */
export interface Loss {
  readonly name: 'squaredError' | 'crossEntropy' | 'binaryCrossEntropy'
  /** @internal Its code in the core, where it is one of assembly/nn/losses.ts. */
  readonly code: number | null
  /** Whether the link gives distributions: then dC/dh = link(h) - y holds only for rows y that sum to 1. */
  readonly distributions?: boolean
  /** What each target must be, for the error that says so; and whether a number is. */
  readonly targets: { readonly expected: string; readonly accepts: (value: number) => boolean }
  /**
   * @internal The loss summed over the rows. `errors` <- dC/dh of each row, unaveraged; `samples`, a column of
   * doubles, <- the loss of each row. Either may be null.
   */
  evaluate(ops: Operations, h: Matrix, y: Matrix, errors: Matrix | null, samples?: Matrix | null): number
  /** @internal p <- link(h). */
  link(ops: Operations, h: Matrix, p: Matrix): void
}
