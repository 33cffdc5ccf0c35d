// What a checkpoint of a network and one of a stochastic model have in common: named matrices as tensors, and single
// words and numbers in the metadata. Everything read is checked; nothing read is run.
import type { DType } from '../core/dtype.js'
import { floatArray } from '../core/dtype.js'
import type { Matrix } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import { NgradError } from '../errors.js'
import type { Safetensors, Tensor } from './safetensors.js'

/** A matrix that belongs to a state, and the shape it has in a file. */
export interface Stored {
  readonly shape: readonly number[]
  readonly matrix: Matrix
}

/** Every number that a step reads and a step changes, by its name in the file. */
export type State = ReadonlyMap<string, Stored>

const tensorTypes = { f32: 'F32', f64: 'F64' } as const
const dtypes = ['f32', 'f64'] as const

/** Copies of the matrices. Throws `NOT_FINITE`: such a state is not worth keeping. */
export function tensorsOf(where: string, ops: Operations, state: State): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>()
  for (const [name, { shape, matrix }] of state) {
    if (ops.firstNonFinite(matrix) >= 0) throw new NgradError('NOT_FINITE', `${where}: ${name}`, 'finite numbers', 'NaN or infinity')
    tensors.set(name, { dtype: tensorTypes[matrix.dtype], shape, bytes: new Uint8Array(matrix.read().buffer) })
  }
  return tensors
}

export const metadataOf = (values: Readonly<Record<string, string | number>>): Map<string, string> =>
  new Map(Object.entries(values).map(([key, value]) => [key, String(value)]))

/** A checkpoint's file, asked for what it must hold. What it lacks, or has otherwise, is `FORMAT`. */
export class StateReader {
  constructor(
    readonly where: string,
    readonly file: Safetensors,
  ) {}

  text(key: string): string {
    const value = this.file.metadata.get(key)
    if (value === undefined) throw new NgradError('FORMAT', `${this.where}: ${key}`, 'a checkpoint that says it', 'nothing')
    return value
  }

  word<Choice extends string>(key: string, choices: readonly Choice[]): Choice {
    const value = this.text(key)
    if (choices.includes(value as Choice)) return value as Choice
    throw new NgradError('FORMAT', `${this.where}: ${key}`, choices.join(' or '), JSON.stringify(value.slice(0, 40)))
  }

  integer(key: string, most = Number.MAX_SAFE_INTEGER, least = 0): number {
    const value = this.text(key)
    if (/^\d{1,16}$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value)
    throw new NgradError('FORMAT', `${this.where}: ${key}`, `an integer in [${least}, ${most}]`, JSON.stringify(value.slice(0, 40)))
  }

  dtype(): DType {
    return this.word('dtype', dtypes)
  }

  tensor(name: string, shape: readonly number[], dtype: DType): Tensor {
    const expected = `${tensorTypes[dtype]} [${shape.join()}]`
    const found = this.file.tensors.get(name)
    const got = found === undefined ? 'nothing' : `${found.dtype} [${found.shape.join()}]`
    if (found === undefined || got !== expected) throw new NgradError('FORMAT', `${this.where}: ${name}`, expected, got)
    return found
  }

  /** Writes the arrays of the file into the matrices: these, all of them, and no others. */
  restore(ops: Operations, state: State): void {
    for (const name of this.file.tensors.keys())
      if (!state.has(name)) throw new NgradError('FORMAT', this.where, 'the arrays of this learner and optimizer only', `also ${JSON.stringify(name)}`)
    for (const [name, { shape, matrix }] of state) {
      const { bytes } = this.tensor(name, shape, matrix.dtype)
      const values = floatArray(matrix.dtype, matrix.length)
      new Uint8Array(values.buffer).set(bytes)
      matrix.write(values)
      if (ops.firstNonFinite(matrix) >= 0) throw new NgradError('FORMAT', `${this.where}: ${name}`, 'finite numbers', 'NaN or infinity')
    }
  }
}
