// How the functions of this folder are computed: in f64 lanes, whatever the element type.
//
// A vector of four f32 is widened to two vectors of two f64, and the results are rounded to f32 once.
// Against f32 arithmetic with compensated steps this costs little time, and it buys a result that is
// almost always the correctly rounded one, with no special care for subnormals: every f32, and every
// result down to half the smallest subnormal, is a normal f64.
//
// Where the build fuses multiply-adds, the steps of the polynomials are fused; all bounds in ulp hold there too.
//
// A function named `...Wide<T>` works on two f64 lanes, to the precision that a result of type T
// needs: for f32 its polynomials are shorter and its constants need no low part.

import { madd } from '../simd'

/** The first two of four f32 lanes, as f64. */
// @ts-ignore: decorator
@inline
export function low(x: v128): v128 {
  return f64x2.promote_low_f32x4(x)
}

/** The last two of four f32 lanes, as f64. */
// @ts-ignore: decorator
@inline
export function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f64>(x, x, 1, 1))
}

/** Four f32 lanes, rounded from two vectors of two f64. */
// @ts-ignore: decorator
@inline
export function narrow(low: v128, high: v128): v128 {
  return v128.shuffle<f64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2)
}

/** One step of Horner's rule: p x + coefficient. */
// @ts-ignore: decorator
@inline
export function horner(p: v128, x: v128, coefficient: f64): v128 {
  return madd<f64>(p, x, f64x2.splat(coefficient))
}

/** 2^k for integers k in [-1023, 1023] (where 2^-1023 comes out as 0). */
// @ts-ignore: decorator
@inline
export function pow2(k: v128): v128 {
  // Adding 2^52 leaves the biased exponent in the low bits; the shift moves it to its place.
  return i64x2.shl(f64x2.add(k, f64x2.splat(4503599627370496 + 1023)), 52)
}

/** y with the sign bit of x set on top: for odd-like functions, whose -0 at -0 the arithmetic loses. */
// @ts-ignore: decorator
@inline
export function withSignOf(x: v128, y: v128): v128 {
  return v128.or(y, v128.and(x, f64x2.splat(-0.0)))
}
