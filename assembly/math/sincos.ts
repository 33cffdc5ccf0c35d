// sin(2 pi u) and cos(2 pi u) for u in [0, 1): the angle of a Box-Muller pair, in turns.
//
// u = n/4 + f, n = round(4 u), |f| <= 1/8, exactly. With z = f^2: sin(2 pi f) = f (2 pi + z S(z)),
// cos(2 pi f) = 1 + z C(z); S and C are minimax polynomials (Remez) for the relative error of the
// function: 3.8e-9 and 6.4e-11 (degrees 2 and 3, f32), 2.0e-21 and 3.9e-20 (degree 6, f64).
//
// Measured over every f32 in [0, 1), and over 500,000 stratified f64 samples:
// sin: f32 max 0.563 ulp, at u = 0.040213123; f64 max 1.48 ulp, at u = 0.9201029.
// cos: f32 max 0.563 ulp, at u = 0.20978688; f64 max 1.52 ulp, at u = 0.16776656.

import { high, horner, low, narrow } from './widen'

/** sin(2 pi f), |f| <= 1/8. */
// @ts-ignore: decorator
@inline
function sinReduced<T>(f: v128): v128 {
  const z = f64x2.mul(f, f)
  if (sizeof<T>() == 4) {
    let p = f64x2.splat(-75.44560349027755)
    p = horner(p, z, 81.59376671983553)
    p = horner(p, z, -41.34167233270651)
    return f64x2.mul(f, horner(p, z, 6.283185307179586))
  }
  let p = f64x2.splat(-0.7116780945296385)
  p = horner(p, z, 3.819790674721319)
  p = horner(p, z, -15.094640465821456)
  p = horner(p, z, 42.05869392975606)
  p = horner(p, z, -76.70585975300324)
  p = horner(p, z, 81.60524927607494)
  p = horner(p, z, -41.34170224039976)
  return f64x2.mul(f, horner(p, z, 6.283185307179586))
}

/** cos(2 pi f), |f| <= 1/8. */
// @ts-ignore: decorator
@inline
function cosReduced<T>(f: v128): v128 {
  const z = f64x2.mul(f, f)
  if (sizeof<T>() == 4) {
    let p = f64x2.splat(59.22924413227614)
    p = horner(p, z, -85.44323629631138)
    p = horner(p, z, 64.9393218471771)
    p = horner(p, z, -19.739208681562747)
    return horner(p, z, 1)
  }
  let p = f64x2.splat(-1.69683476407566)
  p = horner(p, z, 7.903091591684685)
  p = horner(p, z, -26.426250927322606)
  p = horner(p, z, 60.24464132938583)
  p = horner(p, z, -85.45681720652829)
  p = horner(p, z, 64.93939402266798)
  p = horner(p, z, -19.739208802178716)
  return horner(p, z, 1)
}

/** sin of the angle f + n/4 turns; its cosine is the same for n + 1. */
// @ts-ignore: decorator
@inline
function rotated(sin: v128, cos: v128, n: v128): v128 {
  // n = 0..4 (5 for the cosine): odd quadrants take the other function, n = 2, 3 its negative.
  const bits = f64x2.add(n, f64x2.splat(4503599627370496))
  const odd = i64x2.ne(v128.and(bits, i64x2.splat(1)), i64x2.splat(0))
  const sign = i64x2.shl(v128.and(bits, i64x2.splat(2)), 62)
  return v128.xor(v128.bitselect(cos, sin, odd), sign)
}

// @ts-ignore: decorator
@inline
function sinTurnsWide<T>(u: v128): v128 {
  const n = f64x2.nearest(f64x2.mul(u, f64x2.splat(4)))
  const f = f64x2.sub(u, f64x2.mul(n, f64x2.splat(0.25)))
  return rotated(sinReduced<T>(f), cosReduced<T>(f), n)
}

// @ts-ignore: decorator
@inline
function cosTurnsWide<T>(u: v128): v128 {
  const n = f64x2.nearest(f64x2.mul(u, f64x2.splat(4)))
  const f = f64x2.sub(u, f64x2.mul(n, f64x2.splat(0.25)))
  return rotated(sinReduced<T>(f), cosReduced<T>(f), f64x2.add(n, f64x2.splat(1)))
}

/** sin(2 pi u), u in [0, 1). Beside cosTurns(u) the compilers share the two series. */
// @ts-ignore: decorator
@inline
export function sinTurns<T>(u: v128): v128 {
  if (sizeof<T>() == 4) return narrow(sinTurnsWide<T>(low(u)), sinTurnsWide<T>(high(u)))
  return sinTurnsWide<T>(u)
}

/** cos(2 pi u), u in [0, 1). */
// @ts-ignore: decorator
@inline
export function cosTurns<T>(u: v128): v128 {
  if (sizeof<T>() == 4) return narrow(cosTurnsWide<T>(low(u)), cosTurnsWide<T>(high(u)))
  return cosTurnsWide<T>(u)
}
