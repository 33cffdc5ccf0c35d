import { describe, NgradError, requireOptions } from '../errors.js'
import { transpose } from './transpose.js'
import { common, compute, type DenseMatrix, type ResultMatrix, takeMatrix } from './matrix.js'

/** Options of {@link multiply}. */
export interface MultiplyOptions {
  /** Whether the left matrix is taken transposed; default false. */
  readonly transposeA?: boolean
  /** Whether the right one is; default false. */
  readonly transposeB?: boolean
}

/**
 * The product a b, or a^T b, a b^T, a^T b^T: by the core's kernels, the same bits on every runtime and with any number of threads.
 *
 * ```ts
 * const a = { rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6] }
 * multiply(a, a, { transposeB: true }) // { rows: 2, columns: 2, values: Float64Array [14, 32, 32, 77] }
 * ```
 *
 * @returns in double precision, unless both have a Float32Array
 * @throws NgradError `TYPE`, `RANGE`, `SHAPE` where the extents do not fit, `NOT_FINITE` (also of the product), `OUT_OF_MEMORY`
 */
export function multiply(a: DenseMatrix, b: DenseMatrix, options: MultiplyOptions = {}): ResultMatrix {
  const where = 'multiply(a, b, options)'
  const { transposeA = false, transposeB = false } = requireOptions(where, options, { transposeA: true, transposeB: true })
  for (const [name, value] of Object.entries({ transposeA, transposeB }))
    if (typeof value !== 'boolean') throw new NgradError('TYPE', `${where}: ${name}`, 'true or false', describe(value))
  const [left, right] = [takeMatrix(where, 'a', a), takeMatrix(where, 'b', b)]
  const depth = transposeA ? left.rows : left.columns
  const other = transposeB ? right.columns : right.rows
  if (other !== depth) throw new NgradError('SHAPE', `${where}: b`, `${depth} ${transposeB ? 'columns' : 'rows'}`, other)
  return compute(where, common(left, right), ({ ops, load, zeros }) => {
    const product = zeros(transposeA ? left.columns : left.rows, transposeB ? right.rows : right.columns)
    // a^T b^T goes by the transpose of a: the core's products transpose one side.
    if (transposeA && transposeB) ops.multiplyNT(load(transpose(left)), load(right), product)
    else if (transposeA) ops.multiplyTN(load(left), load(right), product)
    else if (transposeB) ops.multiplyNT(load(left), load(right), product)
    else ops.multiplyNN(load(left), load(right), product)
    return product
  })
}
