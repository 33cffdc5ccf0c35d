import { type DType, type FloatArray } from '../core/dtype.js'
import { Matrix, Region } from '../core/memory.js'
import { kindOf, part, requireFinite, takeNumbers } from '../core/numbers.js'
import { operations, type Operations } from '../core/operations.js'
import { describe, NgradError, requireInteger } from '../errors.js'

/** A matrix as the functions of `ngrad/linalg` take and give it, in ordinary memory. */
export interface DenseMatrix {
  readonly rows: number
  readonly columns: number
  /** Row-major [rows, columns]; Float32Array, or anything else in double precision. */
  readonly values: ArrayLike<number>
}

/** One that came of them. */
export interface ResultMatrix extends DenseMatrix {
  readonly values: FloatArray
}

/** One that was read and checked. */
export interface TakenMatrix extends DenseMatrix {
  readonly dtype: DType
}

/** Reads a matrix, once. Throws `TYPE`, `RANGE`, `SHAPE`, `NOT_FINITE`, with the place. */
export function takeMatrix(where: string, name: string, matrix: DenseMatrix): TakenMatrix {
  if (typeof matrix !== 'object' || matrix === null)
    throw new NgradError('TYPE', `${where}: ${name}`, 'a matrix { rows, columns, values }', describe(matrix))
  const { rows, columns, values } = matrix
  requireInteger(`${where}: ${name}.rows`, rows, 1, 0x7fffffff)
  requireInteger(`${where}: ${name}.columns`, columns, 1, 0x7fffffff)
  const taken = takeNumbers(where, `: ${name}.values`, values, columns, rows * columns)
  requireFinite(`${where}: ${name}.values`, taken, columns)
  return { rows, columns, values: part(taken, 0, rows * columns), dtype: kindOf(taken) === 'Float32Array' ? 'f32' : 'f64' }
}

/** The precision of what comes of them: single where both are. */
export const common = (a: TakenMatrix, b: TakenMatrix): DType => (a.dtype === 'f32' && b.dtype === 'f32' ? 'f32' : 'f64')

/** What a computation has at hand: matrices in the core's memory, which is given back after it. */
export interface Bench {
  readonly ops: Operations
  /** The numbers of a matrix, in the computation's precision. */
  load(matrix: DenseMatrix): Matrix
  zeros(rows: number, columns: number): Matrix
}

/** Computes in that precision. Throws `OUT_OF_MEMORY`; `NOT_FINITE` for what overflowed. */
export function compute(where: string, dtype: DType, work: (bench: Bench) => Matrix): ResultMatrix {
  const region = new Region('ngrad/linalg')
  const zeros: Bench['zeros'] = (rows, columns) => region.matrix(dtype, rows, columns)
  try {
    const result = work({
      ops: operations(dtype),
      zeros,
      load: ({ rows, columns, values }) => {
        const matrix = zeros(rows, columns)
        matrix.write(values)
        return matrix
      },
    })
    if (operations(dtype).firstNonFinite(result) >= 0) throw overflowed(where)
    return { rows: result.rows, columns: result.columns, values: result.read() }
  } finally {
    region.dispose()
  }
}

/** The error of a result that has no numbers. */
export const overflowed = (where: string): NgradError =>
  new NgradError('NOT_FINITE', `${where}: result`, 'finite numbers', 'NaN or infinity')
