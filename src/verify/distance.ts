// Distances between directions, in double precision.
import { floatArray } from '../core/dtype.js'
import type { ParameterGroup } from '../layers/parameter.js'

/** All numbers of a group, in the order of its parameters. */
export const flatten = (group: ParameterGroup): number[] => group.parameters.flatMap(({ matrix }) => Array.from(matrix.read()))

/** |u|, scaled so that no square overflows or vanishes. */
export function norm(u: ArrayLike<number>): number {
  let largest = 0
  for (let i = 0; i < u.length; i++) largest = Math.max(largest, Math.abs(u[i]))
  if (largest === 0 || !Number.isFinite(largest)) return largest
  let sum = 0
  for (let i = 0; i < u.length; i++) sum += (u[i] / largest) ** 2
  return largest * Math.sqrt(sum)
}

/** u / a + v / b, of vectors of any length. */
function sum(u: ArrayLike<number>, a: number, v: ArrayLike<number>, b: number): Float64Array {
  const w = floatArray('f64', v.length)
  for (let i = 0; i < w.length; i++) w[i] = u[i] / a + v[i] / b
  return w
}

/** |u - v| / |v|; 0 where both vanish. */
export function relativeError(u: ArrayLike<number>, v: ArrayLike<number>): number {
  const difference = norm(sum(u, 1, v, -1))
  return difference === 0 ? 0 : difference / norm(v)
}

/**
 * The angle between u and v in degrees, 2 atan2(|u/|u| - v/|v||, |u/|u| + v/|v||) (Kahan 2006, How Futile are
 * Mindless Assessments of Roundoff, section 12): accurate near 0 and 180 degrees, where the arc cosine is not.
 * NaN where a vector vanishes.
 */
export function angleDegrees(u: ArrayLike<number>, v: ArrayLike<number>): number {
  const a = norm(u)
  const b = norm(v)
  if (a === 0 || b === 0) return NaN
  const minus = norm(sum(u, a, v, -b))
  const plus = norm(sum(u, a, v, b))
  return (2 * Math.atan2(minus, plus) * 180) / Math.PI
}
