// log1p(x) = log(u + c), where u = 1 + x rounded and c = x - (u - 1) is what the rounding lost.
//
// With u = 2^k m, f = (m - 1) + c 2^-k goes into the series of log.ts; for k = 0, f is x itself.
// (Beyond 2^53, c is no longer the exact loss, but then it is far below the last place of the result.)
//
// Measured over all 2^32 f32 inputs: max 0.513 ulp, at x = -0.117462255.
// f64, 500,000 stratified samples: max 0.77 ulp, at x = -0.37194748.

import { binaryExponent, fraction, logReduced, withSpecials } from './log'
import { high, low, narrow, pow2, withSignOf } from './widen'

// @ts-ignore: decorator
@inline
export function log1pWide<T>(x: v128): v128 {
  const u = f64x2.add(f64x2.splat(1), x)
  const k = binaryExponent(u)
  const lost = f64x2.sub(x, f64x2.sub(u, f64x2.splat(1)))
  const f = f64x2.add(fraction(u), f64x2.mul(lost, pow2(f64x2.neg(k))))
  return withSignOf(x, withSpecials(u, logReduced<T>(k, f)))
}

// @ts-ignore: decorator
@inline
export function log1p<T>(x: v128): v128 {
  if (sizeof<T>() == 4) return narrow(log1pWide<T>(low(x)), log1pWide<T>(high(x)))
  return log1pWide<T>(x)
}
