import type { Matrix } from './memory.js'
import type { Operations } from './operations.js'

/**
 * An upper bound of the magnitudes in a matrix, so that most steps need not look at its numbers to know that they stay
 * finite. Whoever writes the matrix says how far it may have grown; Infinity says that nobody knows.
 */
export class Ceiling {
  value = Infinity

  constructor(
    readonly ops: Operations,
    readonly matrix: Matrix,
  ) {}

  /** Looks: the largest magnitude, NaN where there is a NaN. */
  refresh(): void {
    this.value = this.ops.maxAbsolute(this.matrix)
  }
}
