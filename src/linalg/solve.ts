// Linear systems by A = P L U with partial pivoting, block by block (Golub & Van Loan 2013, Matrix Computations, 3.4 and 3.6): the core
// multiplies, and this factors the blocks on the diagonal.
import { NgradError } from '../errors.js'
import type { Matrix } from '../core/memory.js'
import { subtractProduct } from '../core/part.js'
import { compute, type DenseMatrix, type ResultMatrix, takeMatrix } from './matrix.js'

/** Rows and columns of a block: above, the work outside of products shows; below, products are too thin. */
const block = 32

/**
 * x of a x = b, for every column of b; in double precision. For a that is singular, or not square, there is {@link leastSquares}.
 *
 * ```ts
 * solve({ rows: 2, columns: 2, values: [2, 1, 1, 3] }, { rows: 2, columns: 1, values: [3, 5] }).values // [0.8, 1.4]
 * ```
 *
 * @param a square
 * @param b with as many rows
 * @throws NgradError `TYPE`, `SHAPE`, `NOT_FINITE` (also of x), `OUT_OF_MEMORY`; `RANGE` where a pivot is 0: then a is singular. One that
 * is singular but for rounding gives an x of which little is known: `rank(a)` tells
 */
export function solve(a: DenseMatrix, b: DenseMatrix): ResultMatrix {
  const where = 'solve(a, b)'
  const [left, right] = [takeMatrix(where, 'a', a), takeMatrix(where, 'b', b)]
  const n = left.rows
  if (left.columns !== n) throw new NgradError('SHAPE', `${where}: a`, `a square matrix, of ${n} columns`, left.columns)
  if (right.rows !== n) throw new NgradError('SHAPE', `${where}: b`, `${n} rows`, right.rows)
  return compute(where, 'f64', ({ load }) => {
    const [lu, x] = [load(left), load(right)]
    for (let first = 0; first < n; first += block) {
      const last = Math.min(first + block, n)
      const singular = factorPanel(lu, x, first, last)
      if (singular >= 0) throw new NgradError('RANGE', `${where}: a`, 'a matrix that is not singular', `a pivot of 0 in column ${singular}`)
      substituteDown(lu, first, last, lu, last)
      subtract(lu, last, n, first, last, lu, last)
    }
    for (let first = 0; first < n; first += block) {
      const last = Math.min(first + block, n)
      substituteDown(lu, first, last, x, 0)
      subtract(lu, last, n, first, last, x, 0)
    }
    for (let last = n; last > 0; last -= last % block || block) {
      const first = last - (last % block || block)
      substituteUp(lu, first, last, x)
      subtract(lu, 0, first, first, last, x, 0)
    }
    return x
  })
}

/** Factors columns first ... last - 1 of all rows from `first` on, exchanging whole rows of a and x. Returns a column without pivot, or -1. */
function factorPanel(a: Matrix, x: Matrix, first: number, last: number): number {
  const { f64 } = a.views()
  const n = a.columns
  const at = a.pointer / 8
  for (let k = first; k < last; k++) {
    let pivot = k
    for (let i = k + 1; i < n; i++) if (Math.abs(f64[at + i * n + k]) > Math.abs(f64[at + pivot * n + k])) pivot = i
    if (f64[at + pivot * n + k] === 0) return k
    exchangeRows(a, k, pivot)
    exchangeRows(x, k, pivot)
    for (let i = k + 1; i < n; i++) {
      const factor = (f64[at + i * n + k] /= f64[at + k * n + k])
      for (let j = k + 1; j < last; j++) f64[at + i * n + j] -= factor * f64[at + k * n + j]
    }
  }
  return -1
}

function exchangeRows(matrix: Matrix, i: number, j: number): void {
  if (i === j) return
  const { f64 } = matrix.views()
  const [one, other] = [i, j].map((row) => matrix.pointer / 8 + row * matrix.columns) as [number, number]
  for (let k = 0; k < matrix.columns; k++) {
    const value = f64[one + k]
    f64[one + k] = f64[other + k]
    f64[other + k] = value
  }
}

/** Rows first ... last - 1 of x, from column `from` on, <- L^-1 of them, L the block of lu on the diagonal there. */
function substituteDown(lu: Matrix, first: number, last: number, x: Matrix, from: number): void {
  const { f64 } = lu.views()
  const [l, b] = [lu.pointer / 8, x.pointer / 8]
  const [n, columns] = [lu.columns, x.columns]
  for (let i = first + 1; i < last; i++)
    for (let k = first; k < i; k++) {
      const factor = f64[l + i * n + k]
      for (let j = from; j < columns; j++) f64[b + i * columns + j] -= factor * f64[b + k * columns + j]
    }
}

/** Rows first ... last - 1 of x <- U^-1 of them, U the block of lu there. */
function substituteUp(lu: Matrix, first: number, last: number, x: Matrix): void {
  const { f64 } = lu.views()
  const [u, b] = [lu.pointer / 8, x.pointer / 8]
  const [n, columns] = [lu.columns, x.columns]
  for (let i = last - 1; i >= first; i--) {
    for (let k = i + 1; k < last; k++) {
      const factor = f64[u + i * n + k]
      for (let j = 0; j < columns; j++) f64[b + i * columns + j] -= factor * f64[b + k * columns + j]
    }
    for (let j = 0; j < columns; j++) f64[b + i * columns + j] /= f64[u + i * n + i]
  }
}

/** Rows top ... bottom - 1 of x, from column `from` on, <- them less lu[those rows, first ... last - 1] by rows first ... last - 1 of x. */
function subtract(lu: Matrix, top: number, bottom: number, first: number, last: number, x: Matrix, from: number): void {
  const [rows, depth, columns] = [bottom - top, last - first, x.columns - from]
  subtractProduct(
    { matrix: lu, first: top, from: first, rows, columns: depth },
    { matrix: x, first, from, rows: depth, columns },
    { matrix: x, first: top, from, rows, columns },
  )
}
