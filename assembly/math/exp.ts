// exp(x) = 2^n exp(r) with n = round(x / ln 2), r = x - n ln 2, |r| <= ln 2 / 2.
//
// exp(r) = 1 + r + r^2 q(r); q is the minimax polynomial (Remez) of (expm1(r) - r) / r^2 under the
// weight r^2 / expm1(r), so that expm1 can share it: relative error of expm1(r) 2.4e-10 (degree 5,
// f32) and 2.6e-19 (degree 10, f64). For f64, ln 2 is split in two (fdlibm's constants) so that
// n LN2_HIGH is exact, and the low part joins the sum last.
//
// Measured over all 2^32 f32 inputs: max 0.501 ulp, at x = 78.67245.
// f64, 500,000 stratified samples: max 0.84 ulp, at x = 25.314652.

import { high, horner, low, narrow, pow2 } from './widen'

const LN2: f64 = 0.6931471805599453
const LN2_HIGH: f64 = 6.93147180369123816490e-1
const LN2_LOW: f64 = 1.90821492927058770002e-10

/** n = round(x / ln 2). */
// @ts-ignore: decorator
@inline
export function exponent(x: v128): v128 {
  return f64x2.nearest(f64x2.mul(x, f64x2.splat(1.4426950408889634)))
}

/** expm1(x - n ln 2), for n = exponent(x). */
// @ts-ignore: decorator
@inline
export function expm1Reduced<T>(x: v128, n: v128): v128 {
  if (sizeof<T>() == 4) {
    const r = f64x2.sub(x, f64x2.mul(n, f64x2.splat(LN2)))
    let q = f64x2.splat(1.984587897576576e-4)
    q = horner(q, r, 1.3940627241241996e-3)
    q = horner(q, r, 8.33338936673459e-3)
    q = horner(q, r, 4.166636091474535e-2)
    q = horner(q, r, 1.6666666370473568e-1)
    q = horner(q, r, 5.000000044163366e-1)
    return f64x2.add(r, f64x2.mul(f64x2.mul(r, r), q))
  }
  const rHigh = f64x2.sub(x, f64x2.mul(n, f64x2.splat(LN2_HIGH)))
  const rLow = f64x2.mul(n, f64x2.splat(LN2_LOW))
  const r = f64x2.sub(rHigh, rLow)
  let q = f64x2.splat(2.087533046628837e-9)
  q = horner(q, r, 2.5108979016702378e-8)
  q = horner(q, r, 2.7557402640734494e-7)
  q = horner(q, r, 2.755724437380211e-6)
  q = horner(q, r, 2.4801587172541747e-5)
  q = horner(q, r, 1.984126988596631e-4)
  q = horner(q, r, 1.3888888888962368e-3)
  q = horner(q, r, 8.333333333321691e-3)
  q = horner(q, r, 4.166666666666651e-2)
  q = horner(q, r, 1.6666666666666677e-1)
  q = horner(q, r, 0.5)
  return f64x2.add(rHigh, f64x2.sub(f64x2.mul(f64x2.mul(r, r), q), rLow))
}

// @ts-ignore: decorator
@inline
export function expWide<T>(x: v128): v128 {
  // Beyond these bounds the result is 0 or infinity; in f64 lanes, those of f32 go on to the normal numbers' end, for sums
  // that are kept in f64. pmin and pmax in this order keep NaN.
  const lowest = sizeof<T>() == 4 ? -700.0 : -746.0
  const highest = sizeof<T>() == 4 ? 105.0 : 710.0
  const bounded = f64x2.pmin(f64x2.pmax(x, f64x2.splat(lowest)), f64x2.splat(highest))
  const n = exponent(bounded)
  const y = f64x2.add(f64x2.splat(1), expm1Reduced<T>(bounded, n))
  if (sizeof<T>() == 4) return f64x2.mul(y, pow2(n))
  // In two steps: 2^n overflows before y 2^n does, and vanishes before it.
  const half = f64x2.nearest(f64x2.mul(n, f64x2.splat(0.5)))
  return f64x2.mul(f64x2.mul(y, pow2(half)), pow2(f64x2.sub(n, half)))
}

export function exp<T>(x: v128): v128 {
  if (sizeof<T>() == 4) return narrow(expWide<T>(low(x)), expWide<T>(high(x)))
  return expWide<T>(x)
}
