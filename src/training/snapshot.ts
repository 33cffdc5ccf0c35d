import { type Matrix, Region } from '../core/memory.js'

/** Copies of some matrices, to go back to. */
export class Snapshot {
  readonly #region = new Region('the copies of a training')
  readonly #matrices: readonly Matrix[]
  readonly #copies: readonly Matrix[]

  /** Of the matrices as they are. @throws NgradError `OUT_OF_MEMORY`; nothing is kept then */
  constructor(matrices: readonly Matrix[]) {
    this.#matrices = matrices
    try {
      this.#copies = matrices.map(({ dtype, rows, columns }) => this.#region.matrix(dtype, rows, columns))
    } catch (error) {
      this.#region.dispose()
      throw error
    }
    this.keep()
  }

  /** Copies them anew. */
  keep(): void {
    this.#copies.forEach((copy, i) => copy.copy(this.#matrices[i]))
  }

  /** Writes the copies back. */
  restore(): void {
    this.#matrices.forEach((matrix, i) => matrix.copy(this.#copies[i]))
  }

  dispose(): void {
    this.#region.dispose()
  }
}
