// The nonlinearities of a layer, and their derivatives *as functions of the output*: h determines f'(z) for
// every one of them, so that a backward pass keeps the activities and never the potentials.
//
//   code  name             f(z)                  f'(z)
//   0     identity         z                     1
//   1     tanh             tanh z                1 - h^2
//   2     sigmoid          1 / (1 + e^-z)        h (1 - h)
//   3     relu             max(z, 0)             1 where h > 0, else 0
//   4     softplus         ln(1 + e^z)           1 - e^-h
//   5     hardSigmoid      clip(z, 0, 1)         1 where 0 < h < 1, else 0
//   6     shiftedSigmoid   1 / (1 + e^(2 - 4z))  4 h (1 - h)
//
// 5 and 6 are the rates of the equilibrium propagation papers (Scellier & Bengio 2017; Laborieux et al. 2021).
import { expm1 } from '../math/expm1'
import { sigmoid } from '../math/sigmoid'
import { softplus } from '../math/softplus'
import { tanh } from '../math/tanh'
import { loadPartial, rest, storePartial, wholeBytes } from '../vector'

/** The codes that others ask for by name. */
// @ts-ignore: decorator
@inline
export const IDENTITY: i32 = 0
// @ts-ignore: decorator
@inline
export const SIGMOID: i32 = 2
// @ts-ignore: decorator
@inline
export const RELU: i32 = 3
// @ts-ignore: decorator
@inline
export const HARD_SIGMOID: i32 = 5

// @ts-ignore: decorator
@inline
function one<T>(): v128 {
  return v128.splat<T>(<T>1)
}

// @ts-ignore: decorator
@inline
function zero<T>(): v128 {
  return v128.splat<T>(<T>0)
}

/** f(z). The branch does not depend on the data, and costs nothing beside the arithmetic. */
// @ts-ignore: decorator
@inline
export function activation<T>(code: i32, z: v128): v128 {
  switch (code) {
    case 0: return z
    case RELU: return v128.max<T>(z, zero<T>())
    case HARD_SIGMOID: return v128.min<T>(v128.max<T>(z, zero<T>()), one<T>())
    case 1: return tanh<T>(z)
    case 2: return sigmoid<T>(z)
    case 4: return softplus<T>(z)
    default: return sigmoid<T>(v128.sub<T>(v128.mul<T>(z, v128.splat<T>(<T>4)), v128.splat<T>(<T>2)))
  }
}

/** f'(z) from h = f(z). */
// @ts-ignore: decorator
@inline
export function slope<T>(code: i32, h: v128): v128 {
  switch (code) {
    case 1: return v128.sub<T>(one<T>(), v128.mul<T>(h, h))
    case 2: return v128.mul<T>(h, v128.sub<T>(one<T>(), h))
    case RELU: return v128.and(one<T>(), v128.gt<T>(h, zero<T>()))
    case 4: return softplusSlope<T>(h)
    case HARD_SIGMOID: return v128.and(one<T>(), v128.and(v128.gt<T>(h, zero<T>()), v128.lt<T>(h, one<T>())))
    case 6: return v128.mul<T>(v128.splat<T>(<T>4), v128.mul<T>(h, v128.sub<T>(one<T>(), h)))
    default: return one<T>()
  }
}

function softplusSlope<T>(h: v128): v128 {
  return v128.neg<T>(expm1<T>(v128.neg<T>(h)))
}

/** h <- f(z), n elements; in place where h = z. */
export function activate<T>(code: i32, z: usize, h: usize, n: i32): void {
  const end = h + wholeBytes<T>(n)
  for (; h < end; z += 16, h += 16) v128.store(h, activation<T>(code, v128.load(z)))
  const r = rest<T>(n)
  if (r) storePartial<T>(h, activation<T>(code, loadPartial<T>(z, r)), r)
}

/** Row i of h [rows x columns] <- f(h_i + bias): what follows a layer's matrix product, in one pass. */
export function activateRows<T>(code: i32, bias: usize, h: usize, rows: i32, columns: i32): void {
  const whole = wholeBytes<T>(columns)
  const r = rest<T>(columns)
  for (let i = 0; i < rows; i++) {
    const end = h + whole
    let b = bias
    for (; h < end; h += 16, b += 16) v128.store(h, activation<T>(code, v128.add<T>(v128.load(h), v128.load(b))))
    if (r) {
      storePartial<T>(h, activation<T>(code, v128.add<T>(loadPartial<T>(h, r), loadPartial<T>(b, r))), r)
      h += usize(r) * sizeof<T>()
    }
  }
}

/** d <- d f'(z), with f' taken from h = f(z). */
export function multiplySlope<T>(code: i32, h: usize, d: usize, n: i32): void {
  if (code == 0) return
  const end = d + wholeBytes<T>(n)
  for (; d < end; h += 16, d += 16) v128.store(d, v128.mul<T>(v128.load(d), slope<T>(code, v128.load(h))))
  const r = rest<T>(n)
  if (r) storePartial<T>(d, v128.mul<T>(loadPartial<T>(d, r), slope<T>(code, loadPartial<T>(h, r))), r)
}
