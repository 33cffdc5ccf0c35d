// The export list of core.wasm, and nothing else. Kernels are generic over the element type;
// a name ends in _f32 or _f64 where both are exported.

export { allocate, free, bytesInUse } from './memory'

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
