// The nonlinearities that are holomorphic, at complex potentials z = x + iy: what holomorphic equilibrium propagation
// settles with.
//
//   tanh z = ( t (1 + u^2) + i u (1 - t^2) ) / (1 + t^2 u^2),      t = tanh x, u = tan y       poles at x = 0, y = +-pi/2
//   1 / (1 + e^-z) = (1 + tanh(z/2)) / 2
//
// Codes as in activation.ts: identity, tanh, sigmoid and shiftedSigmoid; the others have no complex derivative.
import { cosTurns, sinTurns } from '../math/sincos'
import { tanh } from '../math/tanh'
import { loadPartial, rest, storePartial, wholeBytes } from '../vector'

let imaginary: v128 = i64x2(0, 0)

/** The real part of tanh(x + iy); `imaginary` <- its imaginary part. */
// @ts-ignore: decorator
@inline
function complexTanh<T>(x: v128, y: v128): v128 {
  const one = v128.splat<T>(<T>1)
  const turns = v128.mul<T>(y, v128.splat<T>(<T>0.15915494309189535))
  const angle = v128.sub<T>(turns, v128.floor<T>(turns))
  const t = tanh<T>(x)
  const u = v128.div<T>(sinTurns<T>(angle), cosTurns<T>(angle))
  const tt = v128.mul<T>(t, t)
  const uu = v128.mul<T>(u, u)
  const scale = v128.add<T>(one, v128.mul<T>(tt, uu))
  imaginary = v128.div<T>(v128.mul<T>(u, v128.sub<T>(one, tt)), scale)
  return v128.div<T>(v128.mul<T>(t, v128.add<T>(one, uu)), scale)
}

/** The real part of f(x + iy); `imaginary` <- its imaginary part. By a call, and with one tanh for all: it is long. */
function complexActivation<T>(code: i32, x: v128, y: v128): v128 {
  if (code == 0) {
    imaginary = y
    return x
  }
  const gain = v128.splat<T>(code == 1 ? <T>1 : code == 2 ? <T>0.5 : <T>2)
  const shift = v128.splat<T>(code == 6 ? <T>1 : <T>0)
  const real = complexTanh<T>(v128.sub<T>(v128.mul<T>(gain, x), shift), v128.mul<T>(gain, y))
  if (code == 1) return real
  const half = v128.splat<T>(<T>0.5)
  imaginary = v128.mul<T>(half, imaginary)
  return v128.add<T>(half, v128.mul<T>(half, real))
}

/** Each row of re + i im <- f(row + bias), the bias real. */
export function activateComplex<T>(code: i32, bias: usize, re: usize, im: usize, rows: i32, columns: i32): void {
  const whole = wholeBytes<T>(columns)
  const r = rest<T>(columns)
  for (let i = 0; i < rows; i++) {
    const end = re + whole
    let b = bias
    for (; re < end; re += 16, im += 16, b += 16) {
      v128.store(re, complexActivation<T>(code, v128.add<T>(v128.load(re), v128.load(b)), v128.load(im)))
      v128.store(im, imaginary)
    }
    if (r) {
      storePartial<T>(re, complexActivation<T>(code, v128.add<T>(loadPartial<T>(re, r), loadPartial<T>(b, r)), loadPartial<T>(im, r)), r)
      storePartial<T>(im, imaginary, r)
      re += usize(r) * sizeof<T>()
      im += usize(r) * sizeof<T>()
    }
  }
}
