// The elementary functions to 120 bits and more (checked against mpmath), for judging f64 results.
// BigInt arithmetic on numbers { m, e } = m 2^e; a reference takes a finite double of its domain.

const BITS = 140n

/** The double x as { m, e }, exactly. */
export function exactly(x) {
  const bits = new BigUint64Array(new Float64Array([x]).buffer)[0]
  const field = (bits >> 52n) & 0x7ffn
  const fraction = bits & 0xfffffffffffffn
  const m = field === 0n ? fraction : fraction | (1n << 52n)
  return { m: bits >> 63n ? -m : m, e: (field === 0n ? 1n : field) - 1075n }
}

/** The number of bits of |m|. */
export const bitLength = (m) => BigInt((m < 0n ? -m : m).toString(2).length)

/** x in units of 2^-p, rounded down. */
export const fixed = ({ m, e }, p) => (e + p >= 0n ? m << (e + p) : m >> -(e + p))

/** A p at which x keeps BITS significant bits, and never fewer than BITS after the point. */
const precision = ({ m, e }) => BITS + (m === 0n || bitLength(m) + e > 0n ? 0n : -(bitLength(m) + e))

/** 1/n + 1/(3 n^3) + ... (or alternating) in units of 2^-p: atanh and atan of 1/n. */
function inverseTangent(n, p, sign) {
  let sum = 0n
  for (let power = (1n << p) / n, k = 1n; power !== 0n; power = (sign * power) / (n * n), k += 2n) sum += power / k
  return sum
}
const CONSTANT_BITS = 1500n
const constant = (value) => (p) => value >> (CONSTANT_BITS - p)
const ln2 = constant(2n * inverseTangent(3n, CONSTANT_BITS, 1n))
const pi = constant(16n * inverseTangent(5n, CONSTANT_BITS, -1n) - 4n * inverseTangent(239n, CONSTANT_BITS, -1n))

/** The sum of r^k / k! over k = first, first + step, ..., with alternating signs for sign = -1. */
function series(r, p, first, step, sign) {
  let term = first === 0n ? 1n << p : r
  let sum = term
  for (let k = first; term !== 0n;) {
    for (let i = 0n; i < step; i++) term = ((term * r) >> p) / ++k
    term *= sign
    sum += term
  }
  return sum
}

function exp(x) {
  const p = BITS + 12n
  const X = fixed(x, p)
  const n = (2n * X + ln2(p)) / (2n * ln2(p)) - (X < 0n ? 1n : 0n)
  return { m: series(X - n * ln2(p), p, 0n, 1n, 1n), e: n - p }
}

function add(a, b) {
  const e = a.e < b.e ? a.e : b.e
  return { m: (a.m << (a.e - e)) + (b.m << (b.e - e)), e }
}

const ONE = { m: 1n, e: 0n }

function expm1(x) {
  if (bitLength(x.m) + x.e > -2n) return add(exp(x), { m: -1n, e: 0n })
  const p = precision(x)
  return { m: series(fixed(x, p), p, 1n, 1n, 1n), e: -p }
}

function divide(a, b) {
  const shift = 2n * BITS + bitLength(b.m)
  return { m: (a.m << shift) / b.m, e: a.e - b.e - shift }
}

/** log(x) = y + log1p(d), d = x exp(-y) - 1, for a double y near it: d is some 1e-16. */
function logFrom(approximation, x) {
  const y = exactly(approximation)
  const p = precision(y) + 60n
  const scale = exp({ m: -y.m, e: y.e })
  const d = fixed({ m: x.m * scale.m, e: x.e + scale.e }, p) - (1n << p)
  const log1p = d - ((d * d) >> (p + 1n)) + ((d * d * d) >> (2n * p)) / 3n
  return { m: fixed(y, p) + log1p, e: -p }
}

function log1p(x, approximation) {
  if (bitLength(x.m) + x.e > -30n) return logFrom(approximation, add(ONE, x))
  const p = precision(x)
  const X = fixed(x, p)
  let sum = 0n
  for (let power = X, k = 1n; k < 8n; power = (-power * X) >> p, k++) sum += power / k
  return { m: sum, e: -p }
}

function turns(x, shift) {
  const p = precision(x) + 10n
  const quarters = 4n * fixed(x, p) + (shift << p)
  const n = (quarters + (1n << (p - 1n))) >> p
  const r = ((quarters - (n << p)) * pi(p)) >> (p + 1n)
  const m = n % 2n === 0n ? series(r, p, 1n, 2n, -1n) : series(r, p, 0n, 2n, -1n)
  return { m: n % 4n >= 2n ? -m : m, e: -p }
}

/** Beyond 1000 these are constant, or outside the range of f64. */
const within = (x) => exactly(Math.max(-1000, Math.min(1000, x)))

export const references = {
  exp: (x) => exp(within(x)),
  expm1: (x) => expm1(within(x)),
  log: (x) => logFrom(Math.log(x), exactly(x)),
  log1p: (x) => log1p(exactly(x), Math.log1p(x)),
  tanh: (x) => {
    const t = expm1(within(2 * x))
    return divide(t, add(t, { m: 2n, e: 0n }))
  },
  sigmoid: (x) => {
    const y = exp(within(x))
    return divide(y, add(ONE, y))
  },
  softplus: (x) => (x > 1000 ? exactly(x) : log1p(exp(within(x)), Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))))),
  sinTurns: (x) => turns(exactly(x), 0n),
  cosTurns: (x) => turns(exactly(x), 1n),
}
