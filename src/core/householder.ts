// Orthogonal triangularization, A = Q R, by Householder reflections (Golub & Van Loan 2013, Matrix Computations,
// 5.2): least-squares solutions and solutions of least norm without squaring the condition number of A.

/** The factors of one matrix [rows x columns], rows >= columns, at a time; everything is allocated here. */
export class Householder {
  /** Row-major: R on and above the diagonal of the first rows, below it the vectors of the reflections. */
  readonly a: Float64Array
  readonly #first: Float64Array
  readonly #scale: Float64Array

  constructor(readonly rows: number, readonly columns: number) {
    this.a = new Float64Array(rows * columns)
    this.#first = new Float64Array(columns)
    this.#scale = new Float64Array(columns)
  }

  /** Factors what was written to `a`. */
  factor(): void {
    const { a, rows, columns } = this
    for (let k = 0; k < columns; k++) {
      let square = 0
      for (let i = k; i < rows; i++) square += a[i * columns + k]! * a[i * columns + k]!
      const pivot = a[k * columns + k]!
      const r = pivot > 0 ? -Math.sqrt(square) : Math.sqrt(square)
      this.#first[k] = pivot - r
      this.#scale[k] = square === 0 ? 0 : 1 / (square - pivot * r)
      for (let j = k + 1; j < columns; j++) this.#reflect(k, a, j, columns)
      a[k * columns + k] = r
    }
  }

  /** x <- the vector nearest to a solution of A x = b, in its first `columns` elements; x holds b [rows] before. */
  solve(x: Float64Array): void {
    const { a, columns } = this
    for (let k = 0; k < columns; k++) this.#reflect(k, x, 0, 1)
    for (let i = columns - 1; i >= 0; i--) {
      for (let j = i + 1; j < columns; j++) x[i]! -= a[i * columns + j]! * x[j]!
      x[i]! /= a[i * columns + i]!
    }
  }

  /** x <- the shortest solution [rows] of A^T x = b; x holds b in its first `columns` elements before. */
  solveTransposed(x: Float64Array): void {
    const { a, columns } = this
    for (let i = 0; i < columns; i++) {
      for (let j = 0; j < i; j++) x[i]! -= a[j * columns + i]! * x[j]!
      x[i]! /= a[i * columns + i]!
    }
    x.fill(0, columns, this.rows)
    for (let k = columns - 1; k >= 0; k--) this.#reflect(k, x, 0, 1)
  }

  /** Applies reflection k to column `j` of a matrix with that many columns. */
  #reflect(k: number, matrix: Float64Array, j: number, stride: number): void {
    const { a, rows, columns } = this
    let sum = this.#first[k]! * matrix[k * stride + j]!
    for (let i = k + 1; i < rows; i++) sum += a[i * columns + k]! * matrix[i * stride + j]!
    sum *= this.#scale[k]!
    matrix[k * stride + j]! -= sum * this.#first[k]!
    for (let i = k + 1; i < rows; i++) matrix[i * stride + j]! -= sum * a[i * columns + k]!
  }
}
