// The export list of core.wasm, and nothing else. Kernels are generic over the element type;
// a name ends in _f32 or _f64 where both are exported.

import { combine, multiply, scaleRows } from './linalg/elementwise'
import { columnSums, dot, firstNonFinite, maxDifference } from './linalg/reduce'
import { activate, activateRows, multiplySlope } from './nn/activation'
import { binaryCrossEntropy, countCorrect, crossEntropy, softmax, squaredError } from './nn/losses'
import { momentum } from './optimizers/momentum'
import { adam } from './optimizers/adam'

export { allocate, free, bytesInUse } from './memory'

export function combine_f32(a: f32, x: usize, b: f32, y: usize, n: i32): void { combine<f32>(a, x, b, y, n) }
export function combine_f64(a: f64, x: usize, b: f64, y: usize, n: i32): void { combine<f64>(a, x, b, y, n) }
export function multiply_f32(a: f32, x: usize, y: usize, n: i32): void { multiply<f32>(a, x, y, n) }
export function multiply_f64(a: f64, x: usize, y: usize, n: i32): void { multiply<f64>(a, x, y, n) }
export function scaleRows_f32(
  factors: usize, y: usize, rows: i32, columns: i32,
): void { scaleRows<f32>(factors, y, rows, columns) }
export function scaleRows_f64(
  factors: usize, y: usize, rows: i32, columns: i32,
): void { scaleRows<f64>(factors, y, rows, columns) }

export function dot_f32(x: usize, y: usize, n: i32): f64 { return dot<f32>(x, y, n) }
export function dot_f64(x: usize, y: usize, n: i32): f64 { return dot<f64>(x, y, n) }
export function maxDifference_f32(x: usize, y: usize, n: i32): f64 { return maxDifference<f32>(x, y, n) }
export function maxDifference_f64(x: usize, y: usize, n: i32): f64 { return maxDifference<f64>(x, y, n) }
export function columnSums_f32(
  a: f32, x: usize, rows: i32, columns: i32, accumulate: i32, sums: usize,
): void { columnSums<f32>(a, x, rows, columns, accumulate, sums) }
export function columnSums_f64(
  a: f64, x: usize, rows: i32, columns: i32, accumulate: i32, sums: usize,
): void { columnSums<f64>(a, x, rows, columns, accumulate, sums) }
export function firstNonFinite_f32(x: usize, n: i32): i32 { return firstNonFinite<f32>(x, n) }
export function firstNonFinite_f64(x: usize, n: i32): i32 { return firstNonFinite<f64>(x, n) }

export function activate_f32(code: i32, z: usize, h: usize, n: i32): void { activate<f32>(code, z, h, n) }
export function activate_f64(code: i32, z: usize, h: usize, n: i32): void { activate<f64>(code, z, h, n) }
export function activateRows_f32(
  code: i32, bias: usize, h: usize, rows: i32, columns: i32,
): void { activateRows<f32>(code, bias, h, rows, columns) }
export function activateRows_f64(
  code: i32, bias: usize, h: usize, rows: i32, columns: i32,
): void { activateRows<f64>(code, bias, h, rows, columns) }
export function multiplySlope_f32(code: i32, h: usize, d: usize, n: i32): void { multiplySlope<f32>(code, h, d, n) }
export function multiplySlope_f64(code: i32, h: usize, d: usize, n: i32): void { multiplySlope<f64>(code, h, d, n) }

export function squaredError_f32(
  h: usize, y: usize, rows: i32, columns: i32, errors: usize, samples: usize,
): f64 { return squaredError<f32>(h, y, rows, columns, errors, samples) }
export function squaredError_f64(
  h: usize, y: usize, rows: i32, columns: i32, errors: usize, samples: usize,
): f64 { return squaredError<f64>(h, y, rows, columns, errors, samples) }
export function softmax_f32(h: usize, rows: i32, columns: i32, p: usize): void { softmax<f32>(h, rows, columns, p) }
export function softmax_f64(h: usize, rows: i32, columns: i32, p: usize): void { softmax<f64>(h, rows, columns, p) }
export function crossEntropy_f32(
  h: usize, y: usize, rows: i32, columns: i32, errors: usize, samples: usize, scratch: usize,
): f64 { return crossEntropy<f32>(h, y, rows, columns, errors, samples, scratch) }
export function crossEntropy_f64(
  h: usize, y: usize, rows: i32, columns: i32, errors: usize, samples: usize, scratch: usize,
): f64 { return crossEntropy<f64>(h, y, rows, columns, errors, samples, scratch) }
export function binaryCrossEntropy_f32(
  h: usize, y: usize, rows: i32, columns: i32, errors: usize, samples: usize,
): f64 { return binaryCrossEntropy<f32>(h, y, rows, columns, errors, samples) }
export function binaryCrossEntropy_f64(
  h: usize, y: usize, rows: i32, columns: i32, errors: usize, samples: usize,
): f64 { return binaryCrossEntropy<f64>(h, y, rows, columns, errors, samples) }
export function countCorrect_f32(
  h: usize, y: usize, rows: i32, columns: i32,
): i32 { return countCorrect<f32>(h, y, rows, columns) }
export function countCorrect_f64(
  h: usize, y: usize, rows: i32, columns: i32,
): i32 { return countCorrect<f64>(h, y, rows, columns) }

export function momentum_f32(
  mu: f32, nesterov: i32, velocity: usize, g: usize, n: i32,
): void { momentum<f32>(mu, nesterov, velocity, g, n) }
export function momentum_f64(
  mu: f64, nesterov: i32, velocity: usize, g: usize, n: i32,
): void { momentum<f64>(mu, nesterov, velocity, g, n) }

export function adam_f32(
  beta1: f32, beta2: f32, c1: f32, c2: f32, epsilon: f32, m: usize, v: usize, g: usize, n: i32,
): void { adam<f32>(beta1, beta2, c1, c2, epsilon, m, v, g, n) }
export function adam_f64(
  beta1: f64, beta2: f64, c1: f64, c2: f64, epsilon: f64, m: usize, v: usize, g: usize, n: i32,
): void { adam<f64>(beta1, beta2, c1, c2, epsilon, m, v, g, n) }
