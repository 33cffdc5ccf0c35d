/** Element types: `f32` for training, `f64` for checking the mathematics. */
export type DType = 'f32' | 'f64'

/** A copy of numbers in WASM memory, in the element type they had there. */
export type FloatArray = Float32Array | Float64Array

export const bytesPerElement = (dtype: DType): number => (dtype === 'f32' ? 4 : 8)

export const floatArray = (dtype: DType, length: number): FloatArray =>
  dtype === 'f32' ? new Float32Array(length) : new Float64Array(length)

/** Half of the largest finite number of a type: sums and products that stay below are finite, however they are rounded. */
export const safeMagnitude: Readonly<Record<DType, number>> = { f32: 1.7014118346046923e38, f64: 8.98846567431158e307 }

/** The relative distance from 1 to the next number of a type. */
export const precision: Readonly<Record<DType, number>> = { f32: 1.1920928955078125e-7, f64: 2.220446049250313e-16 }
