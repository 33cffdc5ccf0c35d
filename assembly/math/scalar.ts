// One value at a time, for the ends of arrays and for lone scalars: the same bits as in the vector
// functions, so that an element's result does not depend on where in an array it stands.

import { expWide } from './exp'
import { expm1Wide } from './expm1'
import { logWide } from './log'
import { log1pWide } from './log1p'
import { sigmoidWide } from './sigmoid'
import { cosTurnsWide, sinTurnsWide } from './sincos'
import { softplusWide } from './softplus'
import { tanhWide } from './tanh'

// @ts-ignore: decorator
@inline
export function expOf<T>(x: T): T {
  return <T>f64x2.extract_lane(expWide<T>(f64x2.splat(<f64>x)), 0)
}

// @ts-ignore: decorator
@inline
export function expm1Of<T>(x: T): T {
  return <T>f64x2.extract_lane(expm1Wide<T>(f64x2.splat(<f64>x)), 0)
}

// @ts-ignore: decorator
@inline
export function logOf<T>(x: T): T {
  return <T>f64x2.extract_lane(logWide<T>(f64x2.splat(<f64>x)), 0)
}

// @ts-ignore: decorator
@inline
export function log1pOf<T>(x: T): T {
  return <T>f64x2.extract_lane(log1pWide<T>(f64x2.splat(<f64>x)), 0)
}

// @ts-ignore: decorator
@inline
export function sigmoidOf<T>(x: T): T {
  return <T>f64x2.extract_lane(sigmoidWide<T>(f64x2.splat(<f64>x)), 0)
}

// @ts-ignore: decorator
@inline
export function sinTurnsOf<T>(x: T): T {
  return <T>f64x2.extract_lane(sinTurnsWide<T>(f64x2.splat(<f64>x)), 0)
}

// @ts-ignore: decorator
@inline
export function cosTurnsOf<T>(x: T): T {
  return <T>f64x2.extract_lane(cosTurnsWide<T>(f64x2.splat(<f64>x)), 0)
}

// @ts-ignore: decorator
@inline
export function softplusOf<T>(x: T): T {
  return <T>f64x2.extract_lane(softplusWide<T>(f64x2.splat(<f64>x)), 0)
}

// @ts-ignore: decorator
@inline
export function tanhOf<T>(x: T): T {
  return <T>f64x2.extract_lane(tanhWide<T>(f64x2.splat(<f64>x)), 0)
}
