// Uniform numbers in [0, 1): multiples of 2^-24 (f32, from the high 24 bits of a word) or of 2^-53 (f64,
// from the high 53 bits of two words, the second of them the high one), each multiple equally likely.

import { Distribution, fill } from './fill'

const TWO_24: f32 = 16777216
const TWO_32: f64 = 4294967296
const TWO_53: f64 = 9007199254740992

/** The words of a vector of T as uniform numbers; every operation is exact. */
// @ts-ignore: decorator
@inline
export function unit<T>(words: v128): v128 {
  if (sizeof<T>() == 4) {
    return f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(words, 8)), f32x4.splat(1 / TWO_24))
  }
  const low = f64x2.convert_low_i32x4_u(v128.shuffle<i32>(i32x4.shr_u(words, 11), words, 0, 2, 0, 2))
  const high = f64x2.convert_low_i32x4_u(v128.shuffle<i32>(words, words, 1, 3, 1, 3))
  return f64x2.add(f64x2.mul(high, f64x2.splat(1 / TWO_32)), f64x2.mul(low, f64x2.splat(1 / TWO_53)))
}

@unmanaged
class Uniform<T> extends Distribution {
  map(at: usize, end: usize, _: f64): void {
    for (; at < end; at += 16) v128.store(at, unit<T>(v128.load(at)))
  }
}

export function uniform<T>(
  seed: u32, stream: u32, step: u32, substream: u32, offset: f64, pointer: usize, n: usize,
): void {
  fill<T, Uniform<T>>(seed, stream, step, substream, offset, pointer, n, 0)
}
