// What a checkpoint of a network and one of a stochastic model have in common: named matrices as tensors, and single
// words and numbers in the metadata. Everything read is checked; nothing read is run.
import type { DType } from '../core/dtype.js'
import { floatArray } from '../core/dtype.js'
import type { Matrix } from '../core/memory.js'
import { operations } from '../core/operations.js'
import { nonNegative, requireValid, type Validity } from '../core/validity.js'
import { describe, NgradError } from '../errors.js'
import type { ParameterGroup } from '../layers/parameter.js'
import type { OptimizerState } from '../optimizers/optimizer.js'
import type { Safetensors, Tensor } from './safetensors.js'

/** A matrix that belongs to a state, the shape it has in a file, and what its numbers can be. */
export interface Stored {
  readonly shape: readonly number[]
  readonly matrix: Matrix
  readonly validity?: Validity | undefined
}

/** Every number that a step reads and a step changes, by its name in the file. */
export type State = ReadonlyMap<string, Stored>

const tensorTypes = { f32: 'F32', f64: 'F64' } as const
const dtypes = ['f32', 'f64'] as const

/** Copies of the matrices. Throws `NOT_FINITE`: such a state is not worth keeping. */
export function tensorsOf(where: string, state: State): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>()
  for (const [name, { shape, matrix }] of state) {
    if (operations(matrix.dtype).firstNonFinite(matrix) >= 0)
      throw new NgradError('NOT_FINITE', `${where}: ${name}`, 'finite numbers', 'NaN or infinity')
    tensors.set(name, { dtype: tensorTypes[matrix.dtype], shape, bytes: new Uint8Array(matrix.read().buffer) })
  }
  return tensors
}

/** An optimizer's vectors, which are as long as what they are for and have its structure. */
export function optimizerState(group: ParameterGroup, { matrices, nonNegative: named = [] }: OptimizerState): [string, Stored][] {
  const { structure } = group
  return Object.entries(matrices).map(([name, matrix]) => {
    const kept = [...(matrix.length === group.flat.length ? [structure] : []), ...(named.includes(name) ? [nonNegative] : [])]
    return [`optimizer.${group.name}.${name}`, { shape: [matrix.length], matrix, validity: allOf(kept) }]
  })
}

const allOf = (validities: readonly Validity[]): Validity => ({
  expected: validities.map(({ expected }) => expected).join(', and '),
  firstInvalid: (values, from, length) => {
    for (const validity of validities) {
      const at = validity.firstInvalid(values, from, length)
      if (at >= 0) return at
    }
    return -1
  },
})

/** In bits: a number is finite unless these, of its upper word, are all ones. */
const exponents = { F32: 0x7f800000, F64: 0x7ff00000 } as const

/** Before anything is built: an array of floats holds finite numbers. */
function requireFiniteTensors(where: string, { tensors }: Safetensors): void {
  for (const [name, { dtype, bytes }] of tensors) {
    if (dtype !== 'F32' && dtype !== 'F64') continue
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const [width, exponent] = [dtype === 'F32' ? 4 : 8, exponents[dtype]]
    for (let upper = width - 4; upper < bytes.length; upper += width)
      if ((words.getUint32(upper, true) & exponent) === exponent)
        throw new NgradError('FORMAT', `${where}: ${describe(name)}`, 'finite numbers', 'NaN or infinity')
  }
}

export const metadataOf = (values: Readonly<Record<string, string | number>>): Map<string, string> =>
  new Map(Object.entries(values).map(([key, value]) => [key, String(value)]))

/** A checkpoint's file, asked for what it must hold. What it lacks, or has otherwise, is `FORMAT`. */
export class StateReader {
  constructor(
    readonly where: string,
    readonly file: Safetensors,
  ) {
    requireFiniteTensors(where, file)
  }

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
    if (/^(0|[1-9]\d{0,15})$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value)
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
  restore(state: State): void {
    for (const name of this.file.tensors.keys())
      if (!state.has(name))
        throw new NgradError('FORMAT', this.where, 'the arrays of this learner and optimizer only', `also ${describe(name)}`)
    for (const [name, { shape, matrix, validity }] of state) {
      const { bytes } = this.tensor(name, shape, matrix.dtype)
      const values = floatArray(matrix.dtype, matrix.length)
      new Uint8Array(values.buffer).set(bytes)
      requireValid(
        validity,
        values,
        (at, expected) => new NgradError('FORMAT', `${this.where}: ${name}, number ${at}`, expected, describe(values[at])),
      )
      matrix.write(values)
    }
  }
}
