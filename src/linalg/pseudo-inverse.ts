import { floatArray } from '../core/dtype.js'
import { NgradError, requireNumber, requireOptions } from '../errors.js'
import { PseudoInverse } from '../numerics/pseudo-inverse.js'
import { type DenseMatrix, overflowed, type ResultMatrix, takeMatrix } from './matrix.js'

/** Options of what goes by the rank of a matrix. */
export interface RankOptions {
  /**
   * What counts as 0: columns that pivoting finds no longer than this times the longest, in [0, 1); default max(rows, columns) 2^-52, what
   * rounding leaves of doubles.
   */
  readonly tolerance?: number
}

/** Options of {@link pseudoInverse} and {@link leastSquares}. */
export interface PseudoInverseOptions extends RankOptions {
  /** In (A^T A + damping I)^-1 A^T, at least 0; default 0. */
  readonly damping?: number
}

/** A factored matrix of any shape: it, or where it is wide its transpose. */
class Factored {
  readonly #inverse: PseudoInverse
  readonly #x: Float64Array
  readonly #wide: boolean

  constructor(
    where: string,
    readonly rows: number,
    readonly columns: number,
    values: ArrayLike<number>,
    { tolerance, damping = 0 }: PseudoInverseOptions,
  ) {
    const longer = Math.max(rows, columns)
    requireNumber(`${where}: damping`, damping, 0)
    if (tolerance !== undefined && !(requireNumber(`${where}: tolerance`, tolerance, 0) < 1))
      throw new NgradError('RANGE', `${where}: tolerance`, 'a number below 1', tolerance)
    this.#wide = columns > rows
    this.#inverse = new PseudoInverse(longer, Math.min(rows, columns), damping)
    const { a } = this.#inverse
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) a[this.#wide ? j * rows + i : i * columns + j] = values[i * columns + j]
    this.#inverse.factor(tolerance === undefined ? Number.EPSILON : tolerance / longer)
    this.#x = floatArray('f64', longer)
  }

  get rank(): number {
    return this.#inverse.rank
  }

  /** out <- A^+ x, of elements `stride` apart from place `at` on. */
  multiply(x: ArrayLike<number>, at: number, stride: number, out: Float64Array): void {
    const { rows, columns } = this
    for (let i = 0; i < rows; i++) this.#x[i] = x[at + i * stride]
    if (this.#wide) this.#inverse.multiplyTransposed(this.#x)
    else this.#inverse.multiply(this.#x)
    for (let i = 0; i < columns; i++) out[at + i * stride] = this.#x[i]
  }
}

/**
 * The rank of a matrix: of how many columns, by pivoting, something is left beside those before (Golub & Van Loan 2013, Matrix Computations,
 * 5.4).
 *
 * @throws NgradError `TYPE`, `RANGE`, `SHAPE`, `NOT_FINITE`, `OUT_OF_MEMORY`
 */
export function rank(a: DenseMatrix, options: RankOptions = {}): number {
  const where = 'rank(a, options)'
  const given = requireOptions(where, options, { tolerance: true })
  const { rows, columns, values } = takeMatrix(where, 'a', a)
  return new Factored(where, rows, columns, values, given).rank
}

/**
 * The Moore-Penrose pseudo-inverse A^+ of a matrix of any shape and rank, by a complete orthogonal decomposition (Golub & Van Loan 2013,
 * Matrix Computations, 5.4.7), or damped, (A^T A + damping I)^-1 A^T (Levenberg 1944, Q. Appl. Math. 2:164). In double precision.
 *
 * ```ts
 * pseudoInverse({ rows: 2, columns: 2, values: [1, 1, 1, 1] }).values // [0.25, 0.25, 0.25, 0.25]
 * ```
 *
 * @returns [a.columns, a.rows]
 * @throws NgradError `TYPE`, `RANGE`, `SHAPE`, `NOT_FINITE` (also of the result), `OUT_OF_MEMORY`
 */
export function pseudoInverse(a: DenseMatrix, options: PseudoInverseOptions = {}): ResultMatrix {
  const where = 'pseudoInverse(a, options)'
  const given = requireOptions<PseudoInverseOptions>(where, options, { tolerance: true, damping: true })
  const { rows, columns, values } = takeMatrix(where, 'a', a)
  const unit = floatArray('f64', rows * rows)
  for (let i = 0; i < rows; i++) unit[i * (rows + 1)] = 1
  return applied(where, new Factored(where, rows, columns, values, given), unit, rows)
}

/**
 * The x of least |x| among those of least |a x - b|, for every column of b: A^+ b. In double precision.
 *
 * ```ts
 * const line = { rows: 3, columns: 2, values: [0, 1, 1, 1, 2, 1] }
 * leastSquares(line, { rows: 3, columns: 1, values: [1, 3, 5] }).values // [2, 1]: 2 t + 1
 * ```
 *
 * @returns [a.columns, b.columns]
 * @throws NgradError `TYPE`, `RANGE`, `SHAPE`, `NOT_FINITE` (also of the result), `OUT_OF_MEMORY`
 */
export function leastSquares(a: DenseMatrix, b: DenseMatrix, options: PseudoInverseOptions = {}): ResultMatrix {
  const where = 'leastSquares(a, b, options)'
  const given = requireOptions<PseudoInverseOptions>(where, options, { tolerance: true, damping: true })
  const { rows, columns, values } = takeMatrix(where, 'a', a)
  const right = takeMatrix(where, 'b', b)
  if (right.rows !== rows) throw new NgradError('SHAPE', `${where}: b`, `${rows} rows`, right.rows)
  return applied(where, new Factored(where, rows, columns, values, given), right.values, right.columns)
}

/** A^+ b, of so many columns. */
function applied(where: string, factored: Factored, b: ArrayLike<number>, columns: number): ResultMatrix {
  const values = floatArray('f64', factored.columns * columns)
  for (let j = 0; j < columns; j++) factored.multiply(b, j, columns, values)
  if (!values.every(Number.isFinite)) throw overflowed(where)
  return { rows: factored.columns, columns, values }
}
