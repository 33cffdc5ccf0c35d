// The Moore-Penrose pseudo-inverse of a matrix of any rank, by a complete orthogonal decomposition (Golub & Van Loan 2013,
// 5.4.7). With A P = Q R and what lies below the rank left out, R = [R_1; 0],
//
//   R_1^T P_2 = Q_2 S      A = Q [S^T 0; 0 0] Q_2^T P^T      A^+ = P Q_2 [S^-T 0; 0 0] Q^T        (P_2 in Q_2's order)
//
// An A of full rank is done with R: Q_2 = I.
import { Householder } from './householder.js'

/** A^+ for one matrix A [rows x columns] at a time, rows >= columns. */
export class PseudoInverse {
  readonly #q: Householder
  readonly #q2: Householder
  readonly #permuted: Float64Array
  #rank = 0

  constructor(readonly rows: number, readonly columns: number) {
    this.#q = new Householder(rows, columns)
    this.#q2 = new Householder(columns, columns)
    this.#permuted = new Float64Array(columns)
  }

  /** Where A is written, row-major, for `factor` to overwrite. */
  get a(): Float64Array {
    return this.#q.a
  }

  /**
   * Takes what was written to `a`. Its rank is the number of columns that pivoting finds longer, less their projections on
   * those before, than max(rows, columns) times `precision` times the longest.
   *
   * @param precision of the numbers in A, relative
   */
  factor(precision: number): void {
    const { rows, columns } = this
    const [q, q2] = [this.#q, this.#q2]
    const tolerance = Math.max(rows, columns) * precision
    this.#rank = q.factor(tolerance)
    if (this.#rank === columns) return
    q2.columns = this.#rank
    for (let i = 0; i < columns; i++)
      for (let j = 0; j < this.#rank; j++) q2.a[i * this.#rank + j] = j <= i ? q.a[j * columns + i]! : 0
    q2.factor(0)
  }

  /** x <- A^+ x: x holds `rows` numbers before, and `columns` after. */
  multiply(x: Float64Array): void {
    this.#q.rotate(x, true)
    if (this.#rank === this.columns) this.#q.substitute(x, this.#rank)
    else {
      for (let j = 0; j < this.#rank; j++) this.#permuted[j] = x[this.#q2.order[j]!]!
      this.#q2.substituteTransposed(this.#permuted, this.#rank)
      x.set(this.#permuted.fill(0, this.#rank))
      this.#q2.rotate(x, false)
    }
    for (let j = 0; j < this.columns; j++) this.#permuted[this.#q.order[j]!] = x[j]!
    x.set(this.#permuted)
  }

  /** x <- (A^+)^T x: x holds `columns` numbers before, and `rows` after. */
  multiplyTransposed(x: Float64Array): void {
    for (let j = 0; j < this.columns; j++) this.#permuted[j] = x[this.#q.order[j]!]!
    x.set(this.#permuted)
    if (this.#rank === this.columns) this.#q.substituteTransposed(x, this.#rank)
    else {
      this.#q2.rotate(x, true)
      this.#q2.substitute(x, this.#rank)
      for (let j = 0; j < this.#rank; j++) this.#permuted[this.#q2.order[j]!] = x[j]!
      x.set(this.#permuted.subarray(0, this.#rank))
    }
    x.fill(0, this.#rank, this.rows)
    this.#q.rotate(x, false)
  }
}
