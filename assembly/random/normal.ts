// Normal numbers of mean 0 and variance 1.
//
// G. E. P. Box and M. E. Muller, "A note on the generation of random normal deviates", Annals of
// Mathematical Statistics 29, 1958: of two uniform numbers u and v, elements 2j and 2j + 1,
//
//   z[2j] = sqrt(-2 log u) cos 2 pi v      z[2j + 1] = sqrt(-2 log u) sin 2 pi v
//
// u is never 0, and how near it comes to 0 is how far the tails reach: |z| <= 6.76 for f32, beyond which a
// true normal falls once in 7e10, and |z| <= 8.57 for f64, once in 1e17.

import { binaryExponent, fraction, logReduced } from '../math/log'
import { cosTurns, sinTurns } from '../math/sincos'
import { narrow } from '../math/widen'
import { Distribution, fill } from './fill'
import { unit } from './uniform'

const TWO_32: f64 = 4294967296

/** sqrt(-2 log u) of two numbers u in (0, 1]. */
// @ts-ignore: decorator
@inline
function radiusOf<T>(u: v128): v128 {
  return f64x2.sqrt(f64x2.mul(f64x2.splat(-2), logReduced<T>(binaryExponent(u), fraction(u))))
}

/** For f32, u = (word + 1/2) / 2^32 of the two low words, in double precision: all 32 bits count near 0 and near 1. */
// @ts-ignore: decorator
@inline
function lowRadii(words: v128): v128 {
  return radiusOf<f32>(f64x2.mul(f64x2.add(f64x2.convert_low_i32x4_u(words), f64x2.splat(0.5)), f64x2.splat(1 / TWO_32)))
}

/** sqrt(-2 log u) of a vector of T in words. */
// @ts-ignore: decorator
@inline
function radii<T>(words: v128): v128 {
  if (sizeof<T>() == 4) return narrow(lowRadii(words), lowRadii(v128.shuffle<i64>(words, words, 1, 1)))
  return radiusOf<f64>(f64x2.sub(f64x2.splat(1), unit<f64>(words)))
}

// @ts-ignore: decorator
@inline
function evens<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 4 ? v128.shuffle<i32>(a, b, 0, 2, 4, 6) : v128.shuffle<i64>(a, b, 0, 2)
}

// @ts-ignore: decorator
@inline
function odds<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 4 ? v128.shuffle<i32>(a, b, 1, 3, 5, 7) : v128.shuffle<i64>(a, b, 1, 3)
}

// @ts-ignore: decorator
@inline
function firstPairs<T>(even: v128, odd: v128): v128 {
  return sizeof<T>() == 4 ? v128.shuffle<i32>(even, odd, 0, 4, 1, 5) : v128.shuffle<i64>(even, odd, 0, 2)
}

// @ts-ignore: decorator
@inline
function lastPairs<T>(even: v128, odd: v128): v128 {
  return sizeof<T>() == 4 ? v128.shuffle<i32>(even, odd, 2, 6, 3, 7) : v128.shuffle<i64>(even, odd, 1, 3)
}

@unmanaged
class Normal<T> extends Distribution {
  map(at: usize, end: usize, _: f64): void {
    for (; at < end; at += 32) {
      const a = v128.load(at)
      const b = v128.load(at, 16)
      const radius = radii<T>(evens<T>(a, b))
      const turns = unit<T>(odds<T>(a, b))
      const even = v128.mul<T>(radius, cosTurns<T>(turns))
      const odd = v128.mul<T>(radius, sinTurns<T>(turns))
      v128.store(at, firstPairs<T>(even, odd))
      v128.store(at, lastPairs<T>(even, odd), 16)
    }
  }
}

export function normal<T>(
  seed: u32, stream: u32, step: u32, substream: u32, offset: f64, pointer: usize, n: usize,
): void {
  fill<T, Normal<T>>(seed, stream, step, substream, offset, pointer, n, 0)
}
