// softplus(x) = log(1 + exp(x)) = max(x, 0) + log1p(e), e = exp(-|x|).
//
// As 0 <= e <= 1, log1p needs no reduction for f32: 2 atanh(s) = s (2 + s^2 P(s^2)), s = e / (2 + e),
// s^2 <= 1/9, with the minimax polynomial P of degree 4 (Remez), relative error 1.1e-10. For f64
// that polynomial would be long and the rounding of s would show, so that log1p.ts does it.
//
// Measured over all 2^32 f32 inputs: max 0.502 ulp, at x = -1.7018305.
// f64, 500,000 stratified samples: max 1.58 ulp, at x = -0.78192265.

import { expWide } from './exp'
import { log1pWide } from './log1p'
import { high, horner, low, narrow } from './widen'

// @ts-ignore: decorator
@inline
function softplusWide<T>(x: v128): v128 {
  const positive = f64x2.pmax(x, f64x2.splat(0))
  const e = expWide<T>(f64x2.neg(f64x2.abs(x)))
  if (sizeof<T>() == 8) return f64x2.add(positive, log1pWide<T>(e))
  const s = f64x2.div(e, f64x2.add(e, f64x2.splat(2)))
  const z = f64x2.mul(s, s)
  let p = f64x2.splat(2.430100686816005e-1)
  p = horner(p, z, 2.1427640443797216e-1)
  p = horner(p, z, 2.8616886214911674e-1)
  p = horner(p, z, 3.999887769897879e-1)
  p = horner(p, z, 6.666667562238338e-1)
  return f64x2.add(positive, f64x2.mul(s, horner(p, z, 2)))
}

export function softplus<T>(x: v128): v128 {
  if (sizeof<T>() == 4) return narrow(softplusWide<T>(low(x)), softplusWide<T>(high(x)))
  return softplusWide<T>(x)
}
