// The idx format of the MNIST files (Y. LeCun, C. Cortes and C. Burges, "The MNIST database of handwritten
// digits", the section on file formats): two zero bytes, the type, the rank, the dimensions as u32, and
// the elements row-major, all big-endian. The bytes are trusted in nothing.

import { takeBytes } from '../core/numbers.js'
import { NgradError } from '../errors.js'

/** An array as an idx file holds it. */
export interface IdxArray {
  readonly shape: readonly number[]
  /** Row-major; as many as the product of `shape`. */
  readonly values: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array
}

interface ElementType {
  readonly make: (length: number) => IdxArray['values']
  readonly read: (view: DataView, at: number) => number
}

const TYPES: Readonly<Record<number, ElementType>> = {
  0x08: { make: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) },
  0x09: { make: (n) => new Int8Array(n), read: (view, at) => view.getInt8(at) },
  0x0b: { make: (n) => new Int16Array(n), read: (view, at) => view.getInt16(at) },
  0x0c: { make: (n) => new Int32Array(n), read: (view, at) => view.getInt32(at) },
  0x0d: { make: (n) => new Float32Array(n), read: (view, at) => view.getFloat32(at) },
  0x0e: { make: (n) => new Float64Array(n), read: (view, at) => view.getFloat64(at) },
}

/**
 * The array in the bytes of one whole idx file (not gzipped). `where` names the bytes in errors.
 * Throws TYPE, or FORMAT for anything but a well-formed file without a byte too few or too many.
 */
export function parseIdx(given: Uint8Array, where = 'parseIdx'): IdxArray {
  const bytes = takeBytes(where, given)
  const malformed = (what: string, expected: string, got: string | number) => new NgradError('FORMAT', `${where}, ${what}`, expected, got)
  if (bytes.length < 4) throw malformed('header', 'at least 4 bytes', bytes.length)

  const [zero0, zero1, typeCode, rank] = bytes
  const type = TYPES[typeCode]
  if (zero0 !== 0 || zero1 !== 0) throw malformed('magic number', 'bytes 0 0', `${zero0} ${zero1}`)
  if (type === undefined) throw malformed('element type', `one of ${Object.keys(TYPES)}`, typeCode)
  if (rank === 0) throw malformed('rank', 'at least 1', rank)
  const header = 4 + 4 * rank
  if (bytes.length < header) throw malformed('dimensions', `a header of ${header} bytes`, bytes.length)

  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis))
  const empty = shape.indexOf(0)
  if (empty >= 0) throw malformed(`dimension ${empty}`, 'at least 1', 0)

  // In doubles, so that a product too large for an integer is inexact or infinite, but never wraps around to fit.
  const length = shape.reduce((product, dimension) => product * dimension, 1)
  const width = type.make(0).BYTES_PER_ELEMENT
  if (bytes.length !== header + length * width) {
    throw malformed('length', `${header + length * width} bytes for [${shape}]`, bytes.length)
  }
  const values = type.make(length)
  for (let i = 0; i < length; i++) values[i] = type.read(view, header + i * width)
  return { shape, values }
}
