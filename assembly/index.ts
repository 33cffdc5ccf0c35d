// The export list of core.wasm, and nothing else. Kernels are generic over the element type;
// a name ends in _f32 or _f64 where both are exported.

import { gatherColumns } from './linalg/columns'
import { affine, combine, multiply, scaleRows } from './linalg/elementwise'
import { columnSums, dot, dotRows, firstNonFinite, maxAbsolute, maxDifference } from './linalg/reduce'
import { activate, activateRows, multiplySlope } from './nn/activation'
import { activateComplex } from './nn/complex'
import { binaryCrossEntropy, countCorrect, crossEntropy, softmax, squaredError } from './nn/losses'
import { momentum } from './optimizers/momentum'
import { adam } from './optimizers/adam'
import { approach } from './dynamics/approach'
import { Inference, infer } from './dynamics/infer'
import { move, pull } from './dynamics/nodes'
import { Phase, feedforward, relax } from './dynamics/relax'
import { settle } from './dynamics/settle'
import { traces } from './dynamics/traces'
import { gemm, gemmPacked, packWeights, packedSize } from './linalg/gemm'

export { allocate, free, bytesInUse } from './memory'
export { version } from './version'
export { relaxed } from './simd'

export function combine_f32(a: f32, x: usize, b: f32, y: usize, n: i32): void { combine<f32>(a, x, b, y, n) }
export function combine_f64(a: f64, x: usize, b: f64, y: usize, n: i32): void { combine<f64>(a, x, b, y, n) }
export function affine_f32(a: f32, b: f32, y: usize, n: i32): void { affine<f32>(a, b, y, n) }
export function affine_f64(a: f64, b: f64, y: usize, n: i32): void { affine<f64>(a, b, y, n) }
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
export function dotRows_f32(
  a: f64, x: usize, y: usize, stride: usize, rows: i32, columns: i32, accumulate: i32, dots: usize,
): void { dotRows<f32>(a, x, y, stride, rows, columns, accumulate, dots) }
export function dotRows_f64(
  a: f64, x: usize, y: usize, stride: usize, rows: i32, columns: i32, accumulate: i32, dots: usize,
): void { dotRows<f64>(a, x, y, stride, rows, columns, accumulate, dots) }
export function maxDifference_f32(x: usize, y: usize, n: i32): f64 { return maxDifference<f32>(x, y, n) }
export function maxDifference_f64(x: usize, y: usize, n: i32): f64 { return maxDifference<f64>(x, y, n) }
export function maxAbsolute_f32(x: usize, n: i32): f64 { return maxAbsolute<f32>(x, n) }
export function maxAbsolute_f64(x: usize, n: i32): f64 { return maxAbsolute<f64>(x, n) }
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
  h: usize, y: usize, rows: i32, columns: i32, errors: usize, samples: usize,
): f64 { return crossEntropy<f32>(h, y, rows, columns, errors, samples) }
export function crossEntropy_f64(
  h: usize, y: usize, rows: i32, columns: i32, errors: usize, samples: usize,
): f64 { return crossEntropy<f64>(h, y, rows, columns, errors, samples) }
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

// linalg/gemm: C = alpha op(A) op(B) (+ C). form: 0 = NN, 1 = NT, 2 = TN; leading dimensions in elements.
export { gemmWorkspace } from './linalg/gemm'
export function gemm_f32(form: i32, m: usize, n: usize, k: usize, alpha: f32, a: usize, lda: usize, b: usize, ldb: usize, accumulate: bool, c: usize, ldc: usize, workspace: usize): void {
  gemm<f32>(form, m, n, k, alpha, a, lda, b, ldb, accumulate, c, ldc, workspace)
}
export function gemm_f64(form: i32, m: usize, n: usize, k: usize, alpha: f64, a: usize, lda: usize, b: usize, ldb: usize, accumulate: bool, c: usize, ldc: usize, workspace: usize): void {
  gemm<f64>(form, m, n, k, alpha, a, lda, b, ldb, accumulate, c, ldc, workspace)
}
export function gemmPacked_f32(m: usize, n: usize, k: usize, alpha: f32, a: usize, lda: usize, packed: usize, accumulate: bool, c: usize, ldc: usize, workspace: usize): void {
  gemmPacked<f32>(m, n, k, alpha, a, lda, packed, accumulate, c, ldc, workspace)
}
export function gemmPacked_f64(m: usize, n: usize, k: usize, alpha: f64, a: usize, lda: usize, packed: usize, accumulate: bool, c: usize, ldc: usize, workspace: usize): void {
  gemmPacked<f64>(m, n, k, alpha, a, lda, packed, accumulate, c, ldc, workspace)
}
export function packWeights_f32(form: i32, n: usize, k: usize, b: usize, ldb: usize, destination: usize): void {
  packWeights<f32>(form, n, k, b, ldb, destination)
}
export function packWeights_f64(form: i32, n: usize, k: usize, b: usize, ldb: usize, destination: usize): void {
  packWeights<f64>(form, n, k, b, ldb, destination)
}
export function packedSize_f32(n: usize, k: usize): f64 {
  return packedSize<f32>(n, k)
}
export function packedSize_f64(n: usize, k: usize): f64 {
  return packedSize<f64>(n, k)
}

export function activateComplex_f32(
  code: i32, bias: usize, re: usize, im: usize, rows: i32, columns: i32,
): void { activateComplex<f32>(code, bias, re, im, rows, columns) }
export function activateComplex_f64(
  code: i32, bias: usize, re: usize, im: usize, rows: i32, columns: i32,
): void { activateComplex<f64>(code, bias, re, im, rows, columns) }
export function settle_f32(
  code: i32, bias: usize, steps: usize, potential: usize, s: usize, samples: i32, repeats: i32, columns: i32, scale: f64, worst: usize,
): void { settle<f32>(code, bias, steps, potential, s, samples, repeats, columns, scale, worst) }
export function settle_f64(
  code: i32, bias: usize, steps: usize, potential: usize, s: usize, samples: i32, repeats: i32, columns: i32, scale: f64, worst: usize,
): void { settle<f64>(code, bias, steps, potential, s, samples, repeats, columns, scale, worst) }

export function approach_f32(
  steps: usize, target: usize, s: usize, samples: i32, columns: i32, scale: f64, worst: usize,
): void { approach<f32>(steps, target, s, samples, columns, scale, worst) }
export function approach_f64(
  steps: usize, target: usize, s: usize, samples: i32, columns: i32, scale: f64, worst: usize,
): void { approach<f64>(steps, target, s, samples, columns, scale, worst) }
export function pull_f32(
  code: i32, rates: usize, scale: f64, x: usize, h: usize, eps: usize, change: usize, samples: i32, columns: i32, residuals: usize, squares: usize,
): void { pull<f32>(code, rates, scale, x, h, eps, change, samples, columns, residuals, squares) }
export function pull_f64(
  code: i32, rates: usize, scale: f64, x: usize, h: usize, eps: usize, change: usize, samples: i32, columns: i32, residuals: usize, squares: usize,
): void { pull<f64>(code, rates, scale, x, h, eps, change, samples, columns, residuals, squares) }
export function move_f32(
  code: i32, stop: i32, x: usize, change: usize, h: usize, n: i32,
): void { move<f32>(code, stop, x, change, h, n) }
export function move_f64(
  code: i32, stop: i32, x: usize, change: usize, h: usize, n: i32,
): void { move<f64>(code, stop, x, change, h, n) }

export function traces_f32(
  decay: f32, nearest: i32, x: usize, rows: i32, columns: i32, trace: usize, left: usize,
): void { traces<f32>(decay, nearest, x, rows, columns, trace, left) }
export function traces_f64(
  decay: f64, nearest: i32, x: usize, rows: i32, columns: i32, trace: usize, left: usize,
): void { traces<f64>(decay, nearest, x, rows, columns, trace, left) }
export function gatherColumns_f32(
  x: usize, stride: i32, rows: i32, columns: i32, out: usize,
): void { gatherColumns<f32>(x, stride, rows, columns, out) }
export function gatherColumns_f64(
  x: usize, stride: i32, rows: i32, columns: i32, out: usize,
): void { gatherColumns<f64>(x, stride, rows, columns, out) }

// dynamics/relax: the phase and its layers are records in memory.
export function feedforward_f32(phase: usize): void { feedforward<f32>(changetype<Phase>(phase)) }
export function feedforward_f64(phase: usize): void { feedforward<f64>(changetype<Phase>(phase)) }
export function relax_f32(phase: usize, sweeps: i32): void { relax<f32>(changetype<Phase>(phase), sweeps) }
export function relax_f64(phase: usize, sweeps: i32): void { relax<f64>(changetype<Phase>(phase), sweeps) }
export function infer_f32(inference: usize, steps: i32): void { infer<f32>(changetype<Inference>(inference), steps) }
export function infer_f64(inference: usize, steps: i32): void { infer<f64>(changetype<Inference>(inference), steps) }

// convolution and pooling: `windows` points to their geometry, nn/windows; `back` asks for the transposed map.
import { moveWindows } from './nn/im2col'
import { poolWindows } from './nn/pooling'
export function moveWindows_f32(
  back: i32, x: usize, windows: usize, first: i32, count: i32, patches: usize,
): void { moveWindows<f32>(back, x, windows, first, count, patches) }
export function moveWindows_f64(
  back: i32, x: usize, windows: usize, first: i32, count: i32, patches: usize,
): void { moveWindows<f64>(back, x, windows, first, count, patches) }
export function poolWindows_f32(
  back: i32, factor: f32, x: usize, windows: usize, images: i32, z: usize,
): void { poolWindows<f32>(back, factor, x, windows, images, z) }
export function poolWindows_f64(
  back: i32, factor: f64, x: usize, windows: usize, images: i32, z: usize,
): void { poolWindows<f64>(back, factor, x, windows, images, z) }

// random: (seed, stream, step, substream) name a stream; the fills write its elements [offset, offset + n).
export { philox } from './random/philox'
export { bits } from './random/bits'
export { permutation } from './random/permutation'

import { uniform } from './random/uniform'
export function uniform_f32(seed: u32, stream: u32, step: u32, substream: u32, offset: f64, pointer: usize, n: usize): void {
  uniform<f32>(seed, stream, step, substream, offset, pointer, n)
}
export function uniform_f64(seed: u32, stream: u32, step: u32, substream: u32, offset: f64, pointer: usize, n: usize): void {
  uniform<f64>(seed, stream, step, substream, offset, pointer, n)
}

import { normal } from './random/normal'
export function normal_f32(seed: u32, stream: u32, step: u32, substream: u32, offset: f64, pointer: usize, n: usize): void {
  normal<f32>(seed, stream, step, substream, offset, pointer, n)
}
export function normal_f64(seed: u32, stream: u32, step: u32, substream: u32, offset: f64, pointer: usize, n: usize): void {
  normal<f64>(seed, stream, step, substream, offset, pointer, n)
}

import { rademacher } from './random/rademacher'
export function rademacher_f32(seed: u32, stream: u32, step: u32, substream: u32, offset: f64, pointer: usize, n: usize, scale: f64): void {
  rademacher<f32>(seed, stream, step, substream, offset, pointer, n, scale)
}
export function rademacher_f64(seed: u32, stream: u32, step: u32, substream: u32, offset: f64, pointer: usize, n: usize, scale: f64): void {
  rademacher<f64>(seed, stream, step, substream, offset, pointer, n, scale)
}

import { bernoulli } from './random/bernoulli'
export function bernoulli_f32(seed: u32, stream: u32, step: u32, substream: u32, offset: f64, pointer: usize, n: usize, p: f64): void {
  bernoulli<f32>(seed, stream, step, substream, offset, pointer, n, p)
}
export function bernoulli_f64(seed: u32, stream: u32, step: u32, substream: u32, offset: f64, pointer: usize, n: usize, p: f64): void {
  bernoulli<f64>(seed, stream, step, substream, offset, pointer, n, p)
}

import { bernoulliOf } from './random/bernoulli-of'
export function bernoulliOf_f32(seed: u32, stream: u32, step: u32, substream: u32, offset: f64, p: usize, pointer: usize, n: i32): void {
  bernoulliOf<f32>(seed, stream, step, substream, offset, p, pointer, n)
}
export function bernoulliOf_f64(seed: u32, stream: u32, step: u32, substream: u32, offset: f64, p: usize, pointer: usize, n: i32): void {
  bernoulliOf<f64>(seed, stream, step, substream, offset, p, pointer, n)
}

import { sweepUnits } from './dynamics/sweep-units'
export function sweepUnits_f32(
  weight: usize, bias: usize, inverseTemperature: f64, uniforms: usize, firstFree: i32, s: usize, rows: i32, units: i32, moving: usize, worst: usize,
): void { sweepUnits<f32>(weight, bias, inverseTemperature, uniforms, firstFree, s, rows, units, moving, worst) }
export function sweepUnits_f64(
  weight: usize, bias: usize, inverseTemperature: f64, uniforms: usize, firstFree: i32, s: usize, rows: i32, units: i32, moving: usize, worst: usize,
): void { sweepUnits<f64>(weight, bias, inverseTemperature, uniforms, firstFree, s, rows, units, moving, worst) }
