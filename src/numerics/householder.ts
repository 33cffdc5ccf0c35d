// Orthogonal triangularization with column pivoting, A P = Q R, by Householder reflections (Golub & Van Loan 2013, Matrix
// Computations, 5.2 and 5.4), without squaring the condition number of A. The diagonal of R does not grow, so that it
// reveals the rank.
import { floatArray } from '../core/dtype.js'

/** The factors of one matrix at a time, of `rows` >= columns; everything is allocated here. */
export class Householder {
  /** Row-major: R on and above the diagonal of the first rows, below it the vectors of the reflections. */
  readonly a: Float64Array
  /** Column j of R is column `order[j]` of A. */
  readonly order: Uint32Array
  columns: number
  /** The squared lengths of what is left of the columns, and those when they were last summed. */
  readonly #left: Float64Array
  readonly #whole: Float64Array
  readonly #first: Float64Array
  readonly #scale: Float64Array

  constructor(
    readonly rows: number,
    mostColumns: number,
  ) {
    this.a = floatArray('f64', rows * mostColumns)
    this.order = new Uint32Array(mostColumns)
    this.columns = mostColumns
    this.#left = new Float64Array(mostColumns)
    this.#whole = new Float64Array(mostColumns)
    this.#first = new Float64Array(mostColumns)
    this.#scale = new Float64Array(mostColumns)
  }

  /**
   * Factors the matrix of `columns` columns that was written to `a`.
   * @returns its rank: how many diagonal elements of R exceed `tolerance` times the first
   */
  factor(tolerance: number): number {
    const { a, columns, order } = this
    const [left, whole] = [this.#left, this.#whole]
    for (let j = 0; j < columns; j++) {
      order[j] = j
      left[j] = whole[j] = this.#square(0, j)
    }
    let rank = 0
    for (let k = 0; k < columns; k++) {
      let longest = k
      for (let j = k + 1; j < columns; j++) if (left[j] > left[longest]) longest = j
      this.#exchange(k, longest)
      const square = this.#square(k, k)
      const pivot = a[k * columns + k]
      const r = pivot > 0 ? -Math.sqrt(square) : Math.sqrt(square)
      this.#first[k] = pivot - r
      this.#scale[k] = square === 0 ? 0 : 1 / (square - pivot * r)
      for (let j = k + 1; j < columns; j++) {
        this.#reflect(k, a, j, columns)
        left[j] -= a[k * columns + j] * a[k * columns + j]
        if (!(left[j] > 1e-8 * whole[j])) left[j] = whole[j] = this.#square(k + 1, j) // what was subtracted has left its rounding
      }
      a[k * columns + k] = r
      if (Math.abs(r) > tolerance * Math.abs(a[0])) rank = k + 1
    }
    return rank
  }

  /** x <- Q x, or Q^T x; x has as many elements as there are rows. */
  rotate(x: Float64Array, transposed: boolean): void {
    const { columns } = this
    for (let k = 0; k < columns; k++) this.#reflect(transposed ? k : columns - 1 - k, x, 0, 1)
  }

  /** x <- R^-1 x, of the first `rank` rows and columns of R. */
  substitute(x: Float64Array, rank: number): void {
    const { a, columns } = this
    for (let i = rank - 1; i >= 0; i--) {
      for (let j = i + 1; j < rank; j++) x[i] -= a[i * columns + j] * x[j]
      x[i] /= a[i * columns + i]
    }
  }

  /** x <- R^-T x, likewise. */
  substituteTransposed(x: Float64Array, rank: number): void {
    const { a, columns } = this
    for (let i = 0; i < rank; i++) {
      for (let j = 0; j < i; j++) x[i] -= a[j * columns + i] * x[j]
      x[i] /= a[i * columns + i]
    }
  }

  #exchange(j: number, k: number): void {
    const { a, rows, columns, order } = this
    if (j === k) return
    swap(order, j, k)
    swap(this.#left, j, k)
    swap(this.#whole, j, k)
    for (let i = 0; i < rows; i++) swap(a, i * columns + j, i * columns + k)
  }

  /** The squared length of column j from row `first` on. */
  #square(first: number, j: number): number {
    const { a, rows, columns } = this
    let sum = 0
    for (let i = first; i < rows; i++) sum += a[i * columns + j] * a[i * columns + j]
    return sum
  }

  /** Applies reflection k to column `j` of a matrix with that many columns. */
  #reflect(k: number, matrix: Float64Array, j: number, stride: number): void {
    const { a, rows, columns } = this
    let sum = this.#first[k] * matrix[k * stride + j]
    for (let i = k + 1; i < rows; i++) sum += a[i * columns + k] * matrix[i * stride + j]
    sum *= this.#scale[k]
    matrix[k * stride + j] -= sum * this.#first[k]
    for (let i = k + 1; i < rows; i++) matrix[i * stride + j] -= sum * a[i * columns + k]
  }
}

function swap(list: Float64Array | Uint32Array, j: number, k: number): void {
  const value = list[j]
  list[j] = list[k]
  list[k] = value
}
