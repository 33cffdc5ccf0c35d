// expm1(x) = 2^n expm1(r) + (2^n - 1), with the reduction and the polynomial of exp.ts.
//
// Measured over all 2^32 f32 inputs: max 0.505 ulp, at x = 0.34657788.
// f64, 500,000 stratified samples: max 1.46 ulp, at x = 0.36188208.

import { expm1Reduced, exponent } from './exp'
import { high, low, narrow, pow2, withSignOf } from './widen'

// @ts-ignore: decorator
@inline
export function expm1Wide<T>(x: v128): v128 {
  // Beyond these bounds the result is -1 or infinity. pmin and pmax in this order keep NaN.
  const highest = sizeof<T>() == 4 ? 105.0 : 710.0
  const bounded = f64x2.pmin(f64x2.pmax(x, f64x2.splat(-40)), f64x2.splat(highest))
  const n = exponent(bounded)
  const reduced = expm1Reduced<T>(bounded, n)
  if (sizeof<T>() == 4) {
    const scale = pow2(n)
    return withSignOf(x, f64x2.add(f64x2.mul(scale, reduced), f64x2.sub(scale, f64x2.splat(1))))
  }
  // Half of everything, since 2^n may overflow; half of a subnormal is not exact, so n = 0 goes apart.
  const scale = pow2(f64x2.sub(n, f64x2.splat(1)))
  const half = f64x2.add(f64x2.mul(scale, reduced), f64x2.sub(scale, f64x2.splat(0.5)))
  const y = v128.bitselect(reduced, f64x2.add(half, half), f64x2.eq(n, f64x2.splat(0)))
  return withSignOf(x, y)
}

export function expm1<T>(x: v128): v128 {
  if (sizeof<T>() == 4) return narrow(expm1Wide<T>(low(x)), expm1Wide<T>(high(x)))
  return expm1Wide<T>(x)
}
