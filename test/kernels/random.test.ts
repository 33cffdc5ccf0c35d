import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { permutation } from '../../src/core/permutation.js'
import { multiplyHigh, philox } from '../../src/core/philox.js'

type Fill = (
  seed: number,
  stream: number,
  step: number,
  substream: number,
  offset: number,
  pointer: number,
  n: number,
  parameter?: number,
) => void

const core = new WebAssembly.Instance(new WebAssembly.Module(readFileSync('build/core.wasm'))).exports as unknown as Record<
  string,
  Fill
> & {
  memory: WebAssembly.Memory
  allocate(bytes: number): number
  free(pointer: number): void
  philox(c0: number, c1: number, c2: number, c3: number, k0: number, k1: number, pointer: number): void
  permutation(seed: number, stream: number, step: number, pointer: number, n: number): void
}

const arrays = { f32: Float32Array, f64: Float64Array, u32: Uint32Array }
type Type = keyof typeof arrays

/** Calls `write` with the address of n elements, and copies them out. */
function written(type: Type, n: number, write: (pointer: number) => void): Float32Array | Float64Array | Uint32Array {
  const make = arrays[type]
  const pointer = core.allocate(n * make.BYTES_PER_ELEMENT)
  write(pointer)
  const values = new make(core.memory.buffer, pointer, n).slice()
  core.free(pointer)
  return values
}

interface Stream {
  seed: number
  stream: number
  step: number
  substream: number
}
const home: Stream = { seed: 20, stream: 11, step: 0, substream: 0 }

function draw(
  name: string,
  n: number,
  { offset = 0, parameter = 0, ...key }: Partial<Stream> & { offset?: number; parameter?: number } = {},
) {
  const { seed, stream, step, substream } = { ...home, ...key }
  const type = name === 'bits' ? 'u32' : (name.slice(-3) as Type)
  return written(type, n, (pointer) => core[name](seed, stream, step, substream, offset, pointer, n, parameter))
}

/** Word `index` of a stream, by the TypeScript reference. */
function word(index: number, { seed, stream, step, substream }: Stream): number {
  const block = Math.floor(index / 4)
  return philox([block % 2 ** 32, Math.floor(block / 2 ** 32), step, substream], [seed, stream])[index % 4]
}

/** Uniform f64 element `index`: 53 bits, the second of its words the high one. */
const unit64 = (index: number, key: Stream) => word(2 * index + 1, key) / 2 ** 32 + (word(2 * index, key) >>> 11) / 2 ** 53

const u32 = fc.integer({ min: 0, max: 0xffffffff })
const anyStream = fc.record({ seed: u32, stream: u32, step: u32, substream: u32 })
/** Near 0, and where block numbers need their high word. */
const anyOffset = fc.oneof(fc.nat(100), fc.integer({ min: 2 ** 34 - 40, max: 2 ** 34 + 40 }), fc.integer({ min: 2 ** 48, max: 2 ** 52 }))

/** Where two arrays first differ, -1 where they do not; the diff that `toEqual` prints of long ones takes minutes. */
function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Math.min(a.length, b.length)
  return Array.prototype.findIndex.call(a, (value, i) => !Object.is(value, b[i]))
}

const parameters: Record<string, number> = { rademacher: 0.75, bernoulli: 0.3 }
const fills = ['bits', ...['uniform', 'normal', 'rademacher', 'bernoulli'].flatMap((name) => [`${name}_f32`, `${name}_f64`])]
const parameterOf = (name: string) => parameters[name.slice(0, -4)] ?? 0

describe('the words', () => {
  // The known answers of Random123 (D. E. Shaw Research), kat_vectors, philox4x32 10.
  test.each([
    [[0, 0, 0, 0, 0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0], 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ] as const)('philox of counter and key %j', ([c0, c1, c2, c3, k0, k1], words) => {
    const block = written('u32', 4, (pointer) => core.philox(c0, c1, c2, c3, k0, k1, pointer))
    expect([...block].map((w) => w.toString(16).padStart(8, '0')).join(' ')).toBe(words)
  })

  test('of a stream are those of its blocks in order, whatever the lanes', () => {
    fc.assert(
      fc.property(anyStream, anyOffset, fc.integer({ min: 1, max: 70 }), (key, offset, n) => {
        expect([...draw('bits', n, { ...key, offset })]).toEqual(Array.from({ length: n }, (_, i) => word(offset + i, key)))
      }),
    )
  })
})

describe('every fill', () => {
  test.each(fills)('%s gives the same bits however it is split', (name) => {
    const parameter = parameterOf(name)
    fc.assert(
      fc.property(anyStream, anyOffset, fc.array(fc.nat(90), { minLength: 1, maxLength: 6 }), (key, offset, pieces) => {
        const n = pieces.reduce((a, b) => a + b)
        const whole = draw(name, n, { ...key, offset, parameter })
        let at = 0
        for (const piece of pieces) {
          expect(firstDifference(draw(name, piece, { ...key, offset: offset + at, parameter }), whole.subarray(at, at + piece))).toBe(-1)
          at += piece
        }
      }),
    )
  })

  test.each(fills)('%s gives the same bits across its chunks', (name) => {
    const parameter = parameterOf(name)
    const whole = draw(name, 5000, { offset: 3, parameter })
    expect(firstDifference(draw(name, 2500, { offset: 2503, parameter }), whole.subarray(2500))).toBe(-1)
  })

  test.each(fills)('%s writes n elements and no byte more', (name) => {
    const size = arrays[name === 'bits' ? 'u32' : (name.slice(-3) as Type)].BYTES_PER_ELEMENT
    fc.assert(
      fc.property(fc.nat(20), fc.nat(70), (offset, n) => {
        const bytes = (n + 16) * size
        const pointer = core.allocate(bytes)
        new Uint8Array(core.memory.buffer, pointer, bytes).fill(0xa5)
        core[name](1, 2, 3, 4, offset, pointer + 8 * size, n, parameterOf(name))
        const after = new Uint8Array(core.memory.buffer, pointer, bytes).slice()
        core.free(pointer)
        expect(after.subarray(0, 8 * size).every((b) => b === 0xa5)).toBe(true)
        expect(after.subarray((n + 8) * size).every((b) => b === 0xa5)).toBe(true)
      }),
    )
  })
})

test('a fill works within a chunk of 4096 bytes of its own', () => {
  const heap = core.allocate(1)
  const before = new Uint8Array(core.memory.buffer, 0, heap).slice()
  draw('bits', 5000, { offset: 3 })
  const after = new Uint8Array(core.memory.buffer, 0, heap)
  const changed = [...after.keys()].filter((i) => after[i] !== before[i])
  core.free(heap)
  expect(changed.at(-1)! - changed[0]).toBeLessThan(4096)
})

describe('each element is its formula of the words', () => {
  const n = 2000
  const offset = 7

  test('uniform', () => {
    const single = draw('uniform_f32', n, { offset })
    const double = draw('uniform_f64', n, { offset })
    for (let i = 0; i < n; i++) {
      expect(single[i]).toBe((word(offset + i, home) >>> 8) / 2 ** 24)
      expect(double[i]).toBe(unit64(offset + i, home))
    }
  })

  test('normal, by Box and Muller', () => {
    const single = draw('normal_f32', n, { offset })
    const double = draw('normal_f64', n, { offset })
    const pair = (u: number, v: number) => [Math.cos, Math.sin].map((f) => Math.sqrt(-2 * Math.log(u)) * f(2 * Math.PI * v))
    for (let i = 0; i < n; i++) {
      const first = offset + i - ((offset + i) % 2)
      const single32 = pair((word(first, home) + 0.5) / 2 ** 32, (word(first + 1, home) >>> 8) / 2 ** 24)
      const double64 = pair(1 - unit64(first, home), unit64(first + 1, home))
      expect(Math.abs(single[i] - single32[(offset + i) % 2])).toBeLessThan(1e-6)
      expect(Math.abs(double[i] - double64[(offset + i) % 2])).toBeLessThan(1e-14)
    }
  })

  test('rademacher and bernoulli', () => {
    for (const type of ['f32', 'f64'] as const) {
      const sign = draw(`rademacher_${type}`, n, { offset, parameter: 0.1 })
      const chosen = draw(`bernoulli_${type}`, n, { offset, parameter: 0.3 })
      const uniform = draw(`uniform_${type}`, n, { offset })
      const scale = type === 'f32' ? Math.fround(0.1) : 0.1
      for (let i = 0; i < n; i++) {
        const top = word(type === 'f32' ? offset + i : 2 * (offset + i) + 1, home) >>> 31
        expect(sign[i]).toBe(top === 1 ? -scale : scale)
        expect(chosen[i]).toBe(uniform[i] < 0.3 ? 1 : 0)
      }
    }
  })

  test('bernoulli of 0 is never, of 1 always', () => {
    for (const name of ['bernoulli_f32', 'bernoulli_f64']) {
      expect(draw(name, 1000, { parameter: 0 }).every((v) => v === 0)).toBe(true)
      expect(draw(name, 1000, { parameter: 1 }).every((v) => v === 1)).toBe(true)
    }
  })
})

// Statistics at fixed seeds: each is compared with its standard error, so that it fails by chance in about one
// of 16,000 choices of the seed (4 standard errors).
const STANDARD_ERRORS = 4
const N = 2 ** 21

const expectZ = (z: number) => expect(Math.abs(z)).toBeLessThan(STANDARD_ERRORS)

function sum(values: Iterable<number>): number {
  let total = 0
  for (const value of values) total += value
  return total
}

/** Chi-square of counts against equal expectations, as a z by its mean and variance. */
function chiSquareZ(counts: ArrayLike<number>, total: number): number {
  const expected = total / counts.length
  const chiSquare = sum(Array.from(counts, (count) => (count - expected) ** 2 / expected))
  return (chiSquare - (counts.length - 1)) / Math.sqrt(2 * (counts.length - 1))
}

/** The normal distribution function, by the series of G. Marsaglia, Journal of Statistical Software 11, 2004. */
function normalBelow(x: number): number {
  let term = x
  let series = x
  for (let k = 3; Math.abs(term) > 1e-18; k += 2) series += term *= (x * x) / k
  return 0.5 + (series * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI)
}

/** Kolmogorov's statistic sqrt(n) sup |F_n - F|; above 1.95 in one sample of 1000. */
function kolmogorov(values: Float32Array | Float64Array, below: (x: number) => number): number {
  const sorted = Float64Array.from(values).sort()
  let worst = 0
  sorted.forEach((x, i) => {
    const f = below(x)
    worst = Math.max(worst, f - i / sorted.length, (i + 1) / sorted.length - f)
  })
  return worst * Math.sqrt(sorted.length)
}

describe.each(['f32', 'f64'] as const)('statistics, %s', (type) => {
  const uniform = draw(`uniform_${type}`, N) as Float64Array
  const normal = draw(`normal_${type}`, N) as Float64Array

  test('uniforms lie in [0, 1), evenly', () => {
    const counts = new Uint32Array(1000)
    const pairs = new Uint32Array(32 * 32)
    uniform.forEach((u, i) => {
      if (!(u >= 0 && u < 1)) throw new Error(`element ${i} is ${u}`)
      counts[Math.floor(u * 1000)]++
      if (i % 2 === 1) pairs[Math.floor(uniform[i - 1] * 32) * 32 + Math.floor(u * 32)]++
    })
    expectZ(chiSquareZ(counts, N))
    expectZ(chiSquareZ(pairs, N / 2))
    expect(kolmogorov(uniform.subarray(0, 1e5), (x) => x)).toBeLessThan(1.95)
  })

  test('normals have the moments of the normal distribution', () => {
    let [m1, m2, m3, m4] = [0, 0, 0, 0]
    for (const z of normal) {
      m1 += z / N
      m2 += (z * z) / N
      m3 += z ** 3 / N
      m4 += z ** 4 / N
    }
    const variance = m2 - m1 ** 2
    const skewness = (m3 - 3 * m1 * m2 + 2 * m1 ** 3) / variance ** 1.5
    const kurtosis = (m4 - 4 * m1 * m3 + 6 * m1 ** 2 * m2 - 3 * m1 ** 4) / variance ** 2
    expectZ(m1 * Math.sqrt(N))
    expectZ((variance - 1) * Math.sqrt(N / 2))
    expectZ(skewness * Math.sqrt(N / 6))
    expectZ((kurtosis - 3) * Math.sqrt(N / 24))
  })

  test('normals have its shape, and its tails', () => {
    expect(kolmogorov(normal.subarray(0, 1e5), normalBelow)).toBeLessThan(1.95)
    for (const bound of [2, 3, 4]) {
      const p = normalBelow(-bound)
      for (const side of [-1, 1]) {
        const beyond = normal.reduce((count, z) => count + (side * z > bound ? 1 : 0), 0)
        expectZ((beyond - N * p) / Math.sqrt(N * p))
      }
    }
  })

  test('neighbours, seeds, streams, steps and substreams are uncorrelated', () => {
    const others = [
      draw(`normal_${type}`, N, { offset: 1 }),
      draw(`normal_${type}`, N, { offset: 2 }),
      draw(`normal_${type}`, N, { seed: home.seed + 1 }),
      draw(`normal_${type}`, N, { stream: home.stream + 1 }),
      draw(`normal_${type}`, N, { step: 1 }),
      draw(`normal_${type}`, N, { substream: 1 }),
    ]
    for (const other of others) {
      expectZ(sum(normal.map((z, i) => z * other[i])) / Math.sqrt(N))
    }
  })

  test.each([0.001, 0.3, 0.5, 0.99])('bernoulli of %f comes out as often', (p) => {
    const ones = sum(draw(`bernoulli_${type}`, N, { parameter: p, stream: 5 }))
    expectZ((ones - N * p) / Math.sqrt(N * p * (1 - p)))
  })

  test('rademacher signs balance', () => {
    expectZ(sum(draw(`rademacher_${type}`, N, { parameter: 1, stream: 6 })) / Math.sqrt(N))
  })
})

describe('at the ends of the words', () => {
  const inverse = (odd: number) => {
    let x = odd
    for (let i = 0; i < 5; i++) x = Math.imul(x, 2 - Math.imul(odd, x)) // Newton: each step doubles the right bits
    return x
  }

  /** The counter whose words, under `key`, are these: philox run backwards. */
  function counterOf([w0, w1, w2, w3]: number[], [k0, k1]: [number, number]): number[] {
    for (let round = 9; round >= 0; round--) {
      const c2 = Math.imul(inverse(0xcd9e8d57), w1) >>> 0
      const c0 = Math.imul(inverse(0xd2511f53), w3) >>> 0
      const c1 = w0 ^ multiplyHigh(0xcd9e8d57, c2) ^ (k0 + Math.imul(round, 0x9e3779b9))
      const c3 = w2 ^ multiplyHigh(0xd2511f53, c0) ^ (k1 + Math.imul(round, 0xbb67ae85))
      ;[w0, w1, w2, w3] = [c0, c1 >>> 0, c2, c3 >>> 0]
    }
    return [w0, w1, w2, w3]
  }

  /** The stream and the block, of those that an offset reaches, that begin with these two words. */
  function blockOf(first: number, second: number): { key: Stream; block: number } {
    for (let other = 0; ; other++) {
      const [low, high, step, substream] = counterOf([first, second, 0, other], [home.seed, home.stream])
      if (high < 2 ** 18) return { key: { ...home, step, substream }, block: high * 2 ** 32 + low }
    }
  }

  test.each([
    ['f32', 4, 0, 0, 2 ** -33],
    ['f32', 4, 0xffffffff, 0, 1 - 2 ** -33],
    ['f64', 2, 0, 0, 1],
    ['f64', 2, 0xffffffff, 0xffffffff, 2 ** -53],
  ])('normal_%s, %i to a block, of words %i and %i is finite, and as far out as u = %d', (type, perBlock, first, second, u) => {
    const { key, block } = blockOf(first, second)
    const [even, odd] = draw(`normal_${type}`, 2, { ...key, offset: block * perBlock })
    const radius = Math.sqrt(-2 * Math.log(u))
    expect(Math.abs(Math.hypot(even, odd) - radius)).toBeLessThanOrEqual(radius * (type === 'f32' ? 2e-7 : 1e-15))
  })

  test.each([
    ['f32', 4, 1 - 2 ** -24],
    ['f64', 2, 1 - 2 ** -53],
  ])('uniform_%s, %i to a block, reaches %d and not 1', (type, perBlock, largest) => {
    const { key, block } = blockOf(0xffffffff, 0xffffffff)
    expect(draw(`uniform_${type}`, 1, { ...key, offset: block * perBlock })[0]).toBe(largest)
  })
})

describe('permutation', () => {
  const order = (seed: number, stream: number, step: number, n: number) =>
    written('u32', n, (pointer) => core.permutation(seed, stream, step, pointer, n)) as Uint32Array

  test('is that of the TypeScript reference, and has every index once', () => {
    fc.assert(
      fc.property(u32, u32, u32, fc.nat(300), (seed, stream, step, n) => {
        const indices = order(seed, stream, step, n)
        expect(indices).toEqual(permutation(seed, stream, step, n))
        expect(indices.sort()).toEqual(Uint32Array.from({ length: n }, (_, i) => i))
      }),
    )
  })

  test('and draws again where the reference does', () => {
    // About n^2 / 2^34 words are refused, 4 here; in this order it is 1, and all that follows depends on it.
    const n = 250_000
    expect(firstDifference(order(1, 2, 3, n), permutation(1, 2, 3, n))).toBe(-1)
  })

  test('has all 4! orders of four equally often', () => {
    const times = 24_000
    const counts = new Map<string, number>()
    for (let step = 0; step < times; step++) {
      const key = order(9, 0, step, 4).join('')
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    expect(counts.size).toBe(24)
    expectZ(chiSquareZ([...counts.values()], times))
  })
})
