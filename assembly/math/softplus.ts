// softplus(x) = log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)).
//
// MEASURED softplus

import { expWide } from './exp'
import { log1pWide } from './log1p'
import { high, low, narrow } from './widen'

// @ts-ignore: decorator
@inline
export function softplusWide<T>(x: v128): v128 {
  const positive = f64x2.pmax(x, f64x2.splat(0))
  return f64x2.add(positive, log1pWide<T>(expWide<T>(f64x2.neg(f64x2.abs(x)))))
}

// @ts-ignore: decorator
@inline
export function softplus<T>(x: v128): v128 {
  if (sizeof<T>() == 4) return narrow(softplusWide<T>(low(x)), softplusWide<T>(high(x)))
  return softplusWide<T>(x)
}
