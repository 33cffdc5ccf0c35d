import { NgradError } from '../errors.js'

/** Element types: `f32` for training, `f64` for checking the mathematics. */
export type DType = 'f32' | 'f64'

/** A copy of numbers in WASM memory, in the element type they had there. */
export type FloatArray = Float32Array | Float64Array

export const bytesPerElement = (dtype: DType): number => (dtype === 'f32' ? 4 : 8)

/** Zeros outside of WASM memory. Throws `OUT_OF_MEMORY`. */
export function floatArray(dtype: 'f32', length: number): Float32Array
export function floatArray(dtype: 'f64', length: number): Float64Array
export function floatArray(dtype: DType, length: number): FloatArray
export function floatArray(dtype: DType, length: number): FloatArray {
  return roomFor(length * bytesPerElement(dtype), () => (dtype === 'f32' ? new Float32Array(length) : new Float64Array(length)))
}

/** Bytes outside of WASM memory. Throws `OUT_OF_MEMORY`. */
export const byteArray = (length: number): Uint8Array => roomFor(length, () => new Uint8Array(length))

/** A typed array, of which a host refuses some by a RangeError. */
function roomFor<A>(bytes: number, make: () => A): A {
  try {
    return make()
  } catch (cause) {
    throw new NgradError('OUT_OF_MEMORY', 'a copy of numbers', `${bytes} bytes of memory`, 'no more memory', { cause })
  }
}

/** Half of the largest finite number of a type: sums and products that stay below are finite, however they are rounded. */
export const safeMagnitude: Readonly<Record<DType, number>> = { f32: 1.7014118346046923e38, f64: 8.98846567431158e307 }

/** The relative distance from 1 to the next number of a type. */
export const precision: Readonly<Record<DType, number>> = { f32: 1.1920928955078125e-7, f64: 2.220446049250313e-16 }
