import type { DType } from './dtype.js'
import type { Matrix, Region } from './memory.js'

/** Matrices that are as high as the batch at hand, or a multiple of it. */
export class BatchHigh {
  readonly #matrices: { readonly matrix: Matrix; readonly copies: number }[] = []
  readonly #region: Region
  #rows = 0

  constructor(region: Region) {
    this.#region = region
  }

  /** One with `copies` rows for each sample; of no rows yet. */
  matrix(dtype: DType, columns: number, copies = 1): Matrix {
    const matrix = this.#region.matrix(dtype, 0, columns)
    this.#matrices.push({ matrix, copies })
    return matrix
  }

  /** Makes room for a batch. When memory runs out half-way, the next batch tries again. */
  resize(rows: number): void {
    if (rows === this.#rows) return
    this.#rows = 0
    for (const { matrix, copies } of this.#matrices) this.#region.resize(matrix, rows * copies)
    this.#rows = rows
  }
}
