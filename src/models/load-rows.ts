// User data on their way into WASM memory, checked: whole rows of finite numbers.
import type { Matrix } from '../core/memory.js'
import { operations } from '../core/operations.js'
import { describe, NgradError } from '../errors.js'

/** Copies values, row-major, into the matrix that `prepare` yields for that many rows; returns how many. */
export function loadRows(where: string, values: ArrayLike<number>, columns: number, prepare: (rows: number) => Matrix): number {
  const length = values?.length
  if (typeof values !== 'object' || !Number.isInteger(length)) throw new NgradError('TYPE', where, 'an array of numbers', describe(values))
  if (length % columns !== 0) throw new NgradError('SHAPE', where, `a multiple of ${columns} numbers (row-major rows)`, length)
  const matrix = prepare(length / columns)
  matrix.write(values)
  const at = operations(matrix.dtype).firstNonFinite(matrix)
  if (at < 0) return length / columns
  throw new NgradError(
    'NOT_FINITE', `${where}, row ${Math.floor(at / columns)}, column ${at % columns}`, 'a finite number', describe(values[at]),
  )
}
