// Numbers of 1200 bits after the point, as BigInts, and what losses are made of at that precision: an oracle that shares
// nothing with the library, nor with the host's Math beyond a first guess. Every double is held exactly.

const places = 1200n
const one = 1n << places

/** A finite double, exactly. */
export function precise(x: number): bigint {
  const bits = new BigInt64Array(new Float64Array([x]).buffer)[0]
  const exponent = (bits >> 52n) & 0x7ffn
  const fraction = bits & 0xfffffffffffffn
  const mantissa = exponent === 0n ? fraction : fraction | (1n << 52n)
  const size = mantissa << (places - 1075n + (exponent || 1n))
  return bits < 0n ? -size : size
}

export const times = (a: bigint, b: bigint): bigint => (a * b) >> places

const ln2 = Array.from({ length: 1200 }, (_, k) => one / (BigInt(k + 1) << BigInt(k + 1))).reduce((a, b) => a + b)

/** e^x: of x / 2^20, less whole multiples of ln 2, by its series, squared twenty times. */
export function exp(x: bigint): bigint {
  const k = x / ln2
  const r = (x - k * ln2) >> 20n
  let term = one
  let sum = one
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = times(term, r) / n
    sum += term
  }
  for (let i = 0; i < 20; i++) sum = times(sum, sum)
  return k >= 0n ? sum << k : sum >> -k
}

/** ln x, x > 0, by Halley's iteration from what the host takes it for. */
export function log(x: bigint): bigint {
  const length = x.toString(2).length
  let y = precise(Math.log(Number(x >> BigInt(length - 60)) / 2 ** 60)) + BigInt(length - Number(places)) * ln2
  for (let i = 0; i < 5; i++) {
    const power = exp(y)
    y += ((2n * (x - power)) << places) / (x + power)
  }
  return y
}

/** By how many units in the last place of `wanted`, in a format of so many bits, `measured` is off. */
export function ulpsOff(measured: number, wanted: bigint, bits: 24 | 53): number {
  const difference = precise(measured) - wanted
  const size = wanted < 0n ? -wanted : wanted
  const lowest = places - (bits === 24 ? 149n : 1074n)
  const last = BigInt(size.toString(2).length - bits)
  const unit = 1n << (last > lowest ? last : lowest)
  return Number(((difference < 0n ? -difference : difference) * 10_000n) / unit) / 10_000
}

type Rows = readonly number[]

/** The losses of one row, from their definitions. */
export const losses = {
  squaredError: (h: Rows, y: Rows): bigint =>
    h.reduce((sum, value, j) => sum + times(precise(value) - precise(y[j]), precise(value) - precise(y[j])), 0n) / 2n,
  crossEntropy(h: Rows, y: Rows): bigint {
    const largest = precise(Math.max(...new Set(h)))
    const powers = new Map([...new Set(h)].map((value) => [value, exp(precise(value) - largest)]))
    const logSum = largest + log(h.reduce((sum, value) => sum + powers.get(value)!, 0n))
    return h.reduce((sum, value, j) => sum + times(precise(y[j]), logSum - precise(value)), 0n)
  },
  binaryCrossEntropy: (h: Rows, y: Rows): bigint =>
    h.reduce((sum, value, j) => {
      const x = precise(value)
      const softplus = x > 0n ? x + log(one + exp(-x)) : log(one + exp(x))
      return sum + softplus - times(precise(y[j]), x)
    }, 0n),
}
