import { floatArray } from '../core/dtype.js'
import { type DenseMatrix, type ResultMatrix, takeMatrix } from './matrix.js'

/**
 * a^T, in the precision of a.
 *
 * @throws NgradError `TYPE`, `RANGE`, `SHAPE`, `NOT_FINITE`, `OUT_OF_MEMORY`
 */
export function transpose(a: DenseMatrix): ResultMatrix {
  const { rows, columns, values, dtype } = takeMatrix('transpose(a)', 'a', a)
  const turned = floatArray(dtype, rows * columns)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) turned[j * rows + i] = values[i * columns + j]
  return { rows: columns, columns: rows, values: turned }
}
