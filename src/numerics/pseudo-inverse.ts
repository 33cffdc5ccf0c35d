// The Moore-Penrose pseudo-inverse of a matrix of any rank, by a complete orthogonal decomposition (Golub & Van Loan 2013,
// 5.4.7). With A P = Q R and what lies below the rank left out, R = [R_1; 0],
//
//   R_1^T P_2 = Q_2 S      A = Q [P_2 S^T 0; 0 0] Q_2^T P^T      A^+ = P Q_2 [S^-T P_2^T 0; 0 0] Q^T
//
// An A of full rank is done with R: Q_2 = I. Damped, the core C = S^T (or R) is inverted by damped-inverse.ts: singular directions of
// A below its rounding are still left out.
import { DampedInverse } from './damped-inverse.js'
import { Householder } from './householder.js'

/** Beyond these, squares of numbers may overflow or vanish: such matrices are scaled. */
const [small, large] = [1e-60, 1e60]

/** A^+, or (A^T A + damping I)^-1 A^T, for one matrix A [rows x columns] at a time, rows >= columns. */
export class PseudoInverse {
  readonly #q: Householder
  readonly #q2: Householder
  readonly #damped: DampedInverse | null
  readonly #permuted: Float64Array
  #rank = 0
  /** What A was multiplied by, a power of two. */
  #scale = 1
  /** R of the first factorization, upper; and of the second, transposed. */
  readonly #full = (i: number, j: number): number => (i <= j ? this.#q.a[i * this.columns + j] : 0)
  readonly #deficient = (i: number, j: number): number => (j <= i ? this.#q2.a[j * this.#rank + i] : 0)

  constructor(
    readonly rows: number,
    readonly columns: number,
    readonly damping = 0,
  ) {
    this.#q = new Householder(rows, columns)
    this.#q2 = new Householder(columns, columns)
    this.#damped = damping > 0 ? new DampedInverse(columns) : null
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
    this.#rescale()
    this.#rank = q.factor(tolerance)
    const rank = this.#rank
    if (rank < columns) {
      q2.columns = rank
      for (let i = 0; i < columns; i++) for (let j = 0; j < rank; j++) q2.a[i * rank + j] = j <= i ? q.a[j * columns + i] : 0
      q2.factor(0)
    }
    const core = rank < columns ? this.#deficient : this.#full
    if (rank > 0) this.#damped?.factor(rank, core, Math.sqrt(this.damping) * this.#scale, Math.abs(q.a[0]))
  }

  /** As it was found. */
  get rank(): number {
    return this.#rank
  }

  /** x <- A^+ x: x holds `rows` numbers before, and `columns` after. */
  multiply(x: Float64Array): void {
    const [rank, permuted] = [this.#rank, this.#permuted]
    this.#q.rotate(x, true)
    if (rank === this.columns) {
      if (this.#damped) this.#damped.multiply(x)
      else this.#q.substitute(x, rank)
    } else {
      for (let j = 0; j < rank; j++) permuted[j] = x[this.#q2.order[j]]
      if (rank > 0 && this.#damped) this.#damped.multiply(permuted)
      else this.#q2.substituteTransposed(permuted, rank)
      x.set(permuted.fill(0, rank))
      this.#q2.rotate(x, false)
    }
    for (let j = 0; j < this.columns; j++) permuted[this.#q.order[j]] = x[j] * this.#scale
    x.set(permuted)
  }

  /** x <- (A^+)^T x: x holds `columns` numbers before, and `rows` after. */
  multiplyTransposed(x: Float64Array): void {
    const [rank, permuted] = [this.#rank, this.#permuted]
    for (let j = 0; j < this.columns; j++) permuted[j] = x[this.#q.order[j]]
    x.set(permuted)
    if (rank === this.columns) {
      if (this.#damped) this.#damped.multiplyTransposed(x)
      else this.#q.substituteTransposed(x, rank)
    } else {
      this.#q2.rotate(x, true)
      if (rank > 0 && this.#damped) this.#damped.multiplyTransposed(x)
      else this.#q2.substitute(x, rank)
      for (let j = 0; j < rank; j++) permuted[this.#q2.order[j]] = x[j]
      for (let j = 0; j < rank; j++) x[j] = permuted[j]
    }
    x.fill(0, rank, this.rows)
    this.#q.rotate(x, false)
    if (this.#scale !== 1) for (let i = 0; i < this.rows; i++) x[i] *= this.#scale
  }

  #rescale(): void {
    const { a } = this
    let largest = 0
    for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]))
    this.#scale = largest < Infinity ? 1 : NaN // what is not finite has no inverse, and gives none
    if (!(largest < Infinity) || largest === 0 || (largest > small && largest < large)) return
    for (; largest < 1; largest *= 2) this.#scale *= 2
    for (; largest >= 2; largest /= 2) this.#scale /= 2
    for (let i = 0; i < a.length; i++) a[i] *= this.#scale
  }
}
