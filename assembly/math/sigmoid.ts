// sigmoid(x) = 1 / (1 + exp(-x)).
//
// MEASURED sigmoid

import { expWide } from './exp'
import { high, low, narrow } from './widen'

// @ts-ignore: decorator
@inline
export function sigmoidWide<T>(x: v128): v128 {
  if (sizeof<T>() == 4) return f64x2.div(f64x2.splat(1), f64x2.add(f64x2.splat(1), expWide<T>(f64x2.neg(x))))
  // e / (1 + e) with e = exp(-|x|), which neither overflows nor magnifies the error of e.
  const e = expWide<T>(f64x2.neg(f64x2.abs(x)))
  const u = f64x2.add(f64x2.splat(1), e)
  const q = f64x2.div(e, u)
  const other = f64x2.sub(f64x2.splat(1), q)
  // d(e/u) for the rounding error of u, by -q/u, where 1/u = 1 - q.
  const lost = f64x2.sub(e, f64x2.sub(u, f64x2.splat(1)))
  const below = f64x2.sub(q, f64x2.mul(f64x2.mul(q, other), lost))
  return v128.bitselect(below, f64x2.sub(f64x2.splat(1), below), f64x2.lt(x, f64x2.splat(0)))
}

// @ts-ignore: decorator
@inline
export function sigmoid<T>(x: v128): v128 {
  if (sizeof<T>() == 4) return narrow(sigmoidWide<T>(low(x)), sigmoidWide<T>(high(x)))
  return sigmoidWide<T>(x)
}
