import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gemm as reference, type Floats, type Form } from './reference'

const core = new WebAssembly.Instance(new WebAssembly.Module(readFileSync('build/core.wasm'))).exports as any

const forms: Form[] = ['NN', 'NT', 'TN']
const dtypes = { f32: Float32Array, f64: Float64Array } as const
type Dtype = keyof typeof dtypes

const workspace: number = core.allocate(core.gemmWorkspace())
const packed: number = core.allocate(540 * 1100 * 8)

/** The operands of a case lie in this arena, the last of them at the very end of the memory. */
const arenaStart: number = core.memory.grow(140) * 65536
const arenaEnd: number = core.memory.buffer.byteLength
/** Untouched bytes required between the operands. */
const gap = 64

interface Case {
  form: Form
  m: number
  n: number
  k: number
  alpha: number
  accumulate: boolean
  /** How much wider than needed the rows of A, B and C are. */
  slack: [number, number, number]
  /** Which of A, B, C is last in memory. */
  last: number
  seed: number
}

const size = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 257 }))
const cases = fc.record<Case>({
  form: fc.constantFrom(...forms),
  m: size,
  n: fc.oneof({ weight: 9, arbitrary: size }, { weight: 1, arbitrary: fc.integer({ min: 500, max: 540 }) }),
  k: fc.oneof({ weight: 4, arbitrary: size }, { weight: 1, arbitrary: fc.integer({ min: 250, max: 1100 }) }),
  alpha: fc.constantFrom(1, -0.5, 0.1, 0),
  accumulate: fc.boolean(),
  slack: fc.tuple(fc.nat(5), fc.nat(5), fc.nat(5)),
  last: fc.nat(2),
  seed: fc.nat(),
})

/** Small pseudo-random numbers in (-1, 1), a different sequence for every seed. */
function noise(seed: number): () => number {
  let state = seed | 1
  return () => {
    state = Math.imul(state, 0x9e3779b1) + 0x7f4a7c15 | 0
    return (state ^ (state >>> 15)) / 2 ** 31
  }
}

interface Operand { pointer: number; values: Floats; rows: number; columns: number; stride: number }

/** A, B and C in the arena. What is not an element is NaN, so that reading it shows in the result. */
function place(dtype: Dtype, { form, m, n, k, slack, last, seed }: Case): [Operand, Operand, Operand] {
  const Floats = dtypes[dtype]
  const random = noise(seed)
  const shapes = [form === 'TN' ? [k, m] : [m, k], form === 'NT' ? [n, k] : [k, n], [m, n]] as const
  const operands: Operand[] = []
  let end = arenaEnd
  for (const which of [0, 1, 2].map((i) => (last + i) % 3)) {
    const [rows, columns] = shapes[which]!
    const stride = columns + slack[which]!
    const length = rows > 0 ? (rows - 1) * stride + columns : 0
    const pointer = end - length * Floats.BYTES_PER_ELEMENT
    if (pointer - gap < arenaStart) throw new Error('the arena is too small')
    new Floats(core.memory.buffer, pointer - gap, length + gap / Floats.BYTES_PER_ELEMENT).fill(NaN)
    const values = new Floats(core.memory.buffer, pointer, length)
    for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) values[i * stride + j] = random()
    operands[which] = { pointer, values, rows, columns, stride }
    end = pointer - gap
  }
  return operands as [Operand, Operand, Operand]
}

/** The bits of the m x n elements, rows `first` to `first + count` of a matrix. */
function bitsOf({ values, columns, stride, rows }: Operand, first = 0, count = rows): Buffer {
  const out = new (values.constructor as typeof Float64Array)(count * columns)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < columns; j++) out[i * columns + j] = values[(first + i) * stride + j]!
  }
  return Buffer.from(out.buffer)
}

function run(dtype: Dtype, { form, m, n, k, alpha, accumulate }: Case, a: Operand, b: Operand, c: Operand): void {
  core[`gemm_${dtype}`](forms.indexOf(form), m, n, k, alpha, a.pointer, a.stride, b.pointer, b.stride, accumulate, c.pointer, c.stride, workspace)
}

describe.each(Object.keys(dtypes) as Dtype[])('gemm %s', (dtype) => {
  it('has the bits of the reference, and writes nothing but C', () => {
    fc.assert(fc.property(cases, (test) => {
      const [a, b, c] = place(dtype, test)
      const expected = { ...c, values: c.values.slice() }
      const alpha = dtype === 'f32' ? Math.fround(test.alpha) : test.alpha
      reference(test.form, test.m, test.n, test.k, alpha, a.values, a.stride, b.values, b.stride, test.accumulate, expected.values, c.stride)
      const used = new Uint8Array(core.memory.buffer, Math.min(a.pointer, b.pointer, c.pointer) - gap)
      const untouched = used.slice()
      run(dtype, test, a, b, c)
      expect(bitsOf(c).equals(bitsOf(expected))).toBe(true)
      // With the elements of C put in, the arena as it was must be the arena as it is.
      const before = new (dtypes[dtype])(untouched.buffer, c.pointer - used.byteOffset, c.values.length)
      for (let i = 0; i < c.rows; i++) {
        before.set(c.values.subarray(i * c.stride, i * c.stride + c.columns), i * c.stride)
      }
      expect(Buffer.compare(untouched, used)).toBe(0)
    }), { numRuns: 300 })
  }, 60_000)

  it('gives a row of a batch the bits it has alone', () => {
    fc.assert(fc.property(cases, fc.nat(), fc.nat(), (test, start, length) => {
      fc.pre(test.m > 0)
      const first = start % test.m
      const count = 1 + length % (test.m - first)
      const [a, b, c] = place(dtype, test)
      const before = c.values.slice()
      run(dtype, test, a, b, c)
      const batch = bitsOf(c, first, count)
      c.values.set(before)
      const size = c.values.BYTES_PER_ELEMENT
      const part = {
        a: { ...a, pointer: a.pointer + first * size * (test.form === 'TN' ? 1 : a.stride) },
        c: { ...c, pointer: c.pointer + first * size * c.stride },
      }
      run(dtype, { ...test, m: count }, part.a, b, part.c)
      expect(bitsOf(c, first, count).equals(batch)).toBe(true)
    }), { numRuns: 200 })
  }, 60_000)

  it('gives the same bits from packed weights', () => {
    fc.assert(fc.property(cases, (test) => {
      fc.pre(test.form !== 'TN')
      const [a, b, c] = place(dtype, test)
      const before = c.values.slice()
      run(dtype, test, a, b, c)
      const direct = bitsOf(c)
      c.values.set(before)
      const { form, m, n, k, alpha, accumulate } = test
      const bytes = core[`packedSize_${dtype}`](n, k)
      const after = new Uint8Array(core.memory.buffer, packed + bytes, gap).fill(0xa5)
      core[`packWeights_${dtype}`](forms.indexOf(form), n, k, b.pointer, b.stride, packed)
      expect(after.every((byte) => byte === 0xa5)).toBe(true)
      core[`gemmPacked_${dtype}`](m, n, k, alpha, a.pointer, a.stride, packed, accumulate, c.pointer, c.stride, workspace)
      expect(bitsOf(c).equals(direct)).toBe(true)
    }), { numRuns: 200 })
  }, 60_000)

  it('lets NaN and infinity through to the elements they belong to, and no others', () => {
    const test: Case = { form: 'NN', m: 7, n: 11, k: 5, alpha: 1, accumulate: false, slack: [0, 0, 0], last: 0, seed: 1 }
    const [a, b, c] = place(dtype, test)
    a.values.fill(1)
    b.values.fill(1)
    a.values[2 * 5] = NaN
    b.values[3] = Infinity
    run(dtype, test, a, b, c)
    for (let i = 0; i < 7; i++) for (let j = 0; j < 11; j++) expect(c.values[i * 11 + j]).toBe(i === 2 ? NaN : j === 3 ? Infinity : 5)
  })
})
