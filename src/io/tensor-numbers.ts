// The numbers in the bytes of a tensor, wherever these begin: a file need not align them.
import { byteArray } from '../core/dtype.js'
import { describe, NgradError } from '../errors.js'
import { takeTensor, type Tensor } from './safetensors.js'

/** What numbers are given as: F16 and BF16 as Float32Array, which holds them exactly; BOOL as Uint8Array. */
export type TensorNumbers =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array

type Read = (view: DataView, at: number) => number | bigint

const readers: Readonly<Record<string, readonly [make: (length: number) => TensorNumbers, bytes: number, read: Read]>> = {
  F64: [(length) => new Float64Array(length), 8, (view, at) => view.getFloat64(at, true)],
  F32: [(length) => new Float32Array(length), 4, (view, at) => view.getFloat32(at, true)],
  F16: [(length) => new Float32Array(length), 2, (view, at) => half(view.getUint16(at, true))],
  BF16: [(length) => new Float32Array(length), 2, (view, at) => brain(view.getUint16(at, true))],
  I64: [(length) => new BigInt64Array(length), 8, (view, at) => view.getBigInt64(at, true)],
  U64: [(length) => new BigUint64Array(length), 8, (view, at) => view.getBigUint64(at, true)],
  I32: [(length) => new Int32Array(length), 4, (view, at) => view.getInt32(at, true)],
  U32: [(length) => new Uint32Array(length), 4, (view, at) => view.getUint32(at, true)],
  I16: [(length) => new Int16Array(length), 2, (view, at) => view.getInt16(at, true)],
  U16: [(length) => new Uint16Array(length), 2, (view, at) => view.getUint16(at, true)],
  I8: [(length) => new Int8Array(length), 1, (view, at) => view.getInt8(at)],
  U8: [(length) => new Uint8Array(length), 1, (view, at) => view.getUint8(at)],
  BOOL: [(length) => new Uint8Array(length), 1, (view, at) => view.getUint8(at)],
}

/**
 * The numbers of a tensor of a safetensors file, row-major.
 *
 * ```ts
 * const { tensors } = readSafetensors(bytes)
 * const weight = tensorNumbers(tensors.get('0.weight'))
 * ```
 *
 * @returns a copy; 64-bit integers as bigints
 * @throws NgradError `TYPE`, `SHAPE` for what is no tensor; `UNSUPPORTED` for numbers of 8 bits and less that are no integers, and complex
 * ones
 */
export function tensorNumbers(tensor: Tensor): TensorNumbers {
  const where = 'tensorNumbers(tensor)'
  const { dtype, bytes: given } = takeTensor(where, 'tensor', tensor)
  const reader = readers[dtype]
  if (reader === undefined)
    throw new NgradError('UNSUPPORTED', `${where}: dtype`, `one of ${Object.keys(readers).join(', ')}`, describe(dtype))
  const [make, width, read] = reader
  const bytes = byteArray(given.length)
  bytes.set(given)
  const view = new DataView(bytes.buffer)
  const numbers = make(bytes.length / width)
  for (let i = 0; i < numbers.length; i++) numbers[i] = read(view, i * width)
  return numbers
}

/** IEEE 754 binary16: 1 bit of sign, 5 of exponent, 10 of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  // 2^(e - 25) (1024 + f), or of the smallest 2^-24 f: products of powers of two, exact.
  return exponent === 0 ? (sign * fraction) / 0x100_0000 : (sign * (1024 + fraction) * (1 << exponent)) / 0x200_0000
}

const word = new DataView(new ArrayBuffer(4))

/** The upper half of a binary32. */
function brain(bits: number): number {
  word.setUint32(0, bits * 0x1_0000)
  return word.getFloat32(0)
}
