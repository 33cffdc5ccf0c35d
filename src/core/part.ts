import { type Matrix, sharedWorkspace } from './memory.js'
import { getCore } from './wasm.js'

/** Of a matrix of doubles: so many rows and columns, from row `first` and column `from` on. */
export interface Part {
  readonly matrix: Matrix
  readonly first: number
  readonly from: number
  readonly rows: number
  readonly columns: number
}

/** c <- c - a b, of parts of matrices of doubles; c shares no element with a or b. */
export function subtractProduct(a: Part, b: Part, c: Part): void {
  const [p, q, r] = [a, b, c].map(({ matrix, first, from }) => matrix.pointer + 8 * (first * matrix.columns + from))
  const [lda, ldb, ldc] = [a, b, c].map(({ matrix }) => matrix.columns)
  if (c.rows > 0 && c.columns > 0)
    getCore().kernels.gemm_f64(0, c.rows, c.columns, a.columns, -1, p, lda, q, ldb, 1, r, ldc, sharedWorkspace())
}
