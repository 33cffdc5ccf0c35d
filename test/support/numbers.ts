// Numbers for tests, and distances between them. Nothing here uses the library, so that it can judge it.

/** Pseudo-random numbers in [0, 1), a different sequence for each seed (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let word = Math.imul(state ^ (state >>> 15), 1 | state)
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32
  }
}

/** `n` numbers, uniform in [-size, size]. */
export function uniform(n: number, seed: number, size = 1): number[] {
  const random = generator(seed)
  return Array.from({ length: n }, () => size * (2 * random() - 1))
}

export const norm = (u: ArrayLike<number>): number => Math.hypot(...Array.from(u))

/** |u - v| / |v|, and 0 where they are equal. */
export function relativeError(u: ArrayLike<number>, v: ArrayLike<number>): number {
  if (u.length !== v.length) throw new Error(`${u.length} numbers against ${v.length}`)
  const difference = norm(Array.from(u, (value, i) => value - v[i]))
  return difference === 0 ? 0 : difference / norm(v)
}

export const dot = (u: ArrayLike<number>, v: ArrayLike<number>): number => Array.from(u).reduce((sum, value, i) => sum + value * v[i], 0)

/** The angle in degrees, by Kahan's formula. */
export function angle(u: ArrayLike<number>, v: ArrayLike<number>): number {
  const a = norm(u)
  const b = norm(v)
  const minus = norm(Array.from(u, (value, i) => value / a - v[i] / b))
  const plus = norm(Array.from(u, (value, i) => value / a + v[i] / b))
  return (2 * Math.atan2(minus, plus) * 180) / Math.PI
}

/** d log(error) / d log(knob) between consecutive points: the order at which an error vanishes with a knob. */
export const slopes = (knobs: readonly number[], errors: readonly number[]): number[] =>
  errors.slice(1).map((error, i) => Math.log(error / errors[i]) / Math.log(knobs[i + 1] / knobs[i]))

/** `count` knob values, each half of the one before. */
export const halvings = (first: number, count = 5): number[] => Array.from({ length: count }, (_, i) => first / 2 ** i)

/** How many representable numbers lie between a and b: 0 when they are equal, or both NaN. */
export function ulps(a: number, b: number, dtype: 'f32' | 'f64'): number {
  if (Object.is(a, b) || a === b) return 0
  if (Number.isNaN(a) || Number.isNaN(b)) return Infinity
  if (dtype === 'f32') return Math.abs(order32(a) - order32(b))
  return Number(order64(a) > order64(b) ? order64(a) - order64(b) : order64(b) - order64(a))
}

const scratch = new DataView(new ArrayBuffer(8))

/** The place of a float among all floats, 0 at zero. */
function order32(x: number): number {
  scratch.setFloat32(0, x)
  const bits = scratch.getInt32(0)
  return bits < 0 ? -(bits & 0x7fffffff) : bits
}

function order64(x: number): bigint {
  scratch.setFloat64(0, x)
  const bits = scratch.getBigInt64(0)
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits
}
