// Judges f32 results against double arithmetic, whose own error of about 1e-16 is 1e-9 ulp of an f32.

export const doubles = {
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  sinTurns: (x) => turned(x, 0),
  cosTurns: (x) => turned(x, 1),
}

/** sin of x + quarters / 4 turns, reduced exactly to an eighth of a turn. */
function turned(x, quarters) {
  const n = Math.round(4 * x)
  const angle = 2 * Math.PI * (x - n / 4)
  const quadrant = (n + quarters) % 4
  const value = quadrant % 2 === 0 ? Math.sin(angle) : Math.cos(angle)
  return quadrant < 2 ? value : -value
}

const word = new DataView(new ArrayBuffer(8))

/** The ulp of f32 at a finite double. */
function ulp(exact) {
  word.setFloat64(0, exact)
  const exponent = ((word.getUint32(0) >>> 20) & 0x7ff) - 1023
  return 2 ** (Math.max(exponent, -126) - 23)
}

const LIMIT = 2 ** 128
const LARGEST = 2 ** 128 - 2 ** 104
const isNegative = (x) => x < 0 || Object.is(x, -0)

/** |got - exact| in ulps, for a result that is not the rounded one; Infinity for a wrong special or sign. */
function errorInUlps(got, exact) {
  if (Number.isNaN(got) || !Number.isFinite(exact) || isNegative(got) !== isNegative(exact)) return Infinity
  // An infinity is judged as 2^128, the value whose place it takes.
  const bound = (x) => Math.max(-LIMIT, Math.min(LIMIT, x))
  return Math.abs(bound(got) - bound(exact)) / ulp(Math.min(Math.abs(exact), LARGEST))
}

/** The largest error over the f32 bit patterns first, first + stride, ... below end. */
export function worstOf({ kernel, memory, buffer, count }, name, { first, end, stride }) {
  const reference = doubles[name]
  const inTurns = name.endsWith('Turns')
  const bits = new Uint32Array(memory.buffer, buffer, count)
  const xs = new Float32Array(memory.buffer, buffer, count)
  const ys = new Float32Array(memory.buffer, buffer + 4 * count, count)
  let worst = { error: 0.5 } // correctly rounded results are not looked at further
  for (let next = first; next < end; next += count * stride) {
    const filled = Math.min(count, Math.ceil((end - next) / stride))
    for (let i = 0; i < filled; i++) bits[i] = next + i * stride
    kernel(buffer, buffer + 4 * count, 4 * count)
    for (let i = 0; i < filled; i++) {
      if (inTurns && !(xs[i] >= 0 && xs[i] < 1)) continue
      const exact = reference(xs[i])
      if (Object.is(ys[i], Math.fround(exact))) continue
      const error = errorInUlps(ys[i], exact)
      if (error > worst.error) worst = { error, x: xs[i], got: ys[i] }
    }
  }
  return worst
}
