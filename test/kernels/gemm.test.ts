import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canRelax, relaxedCore } from '../support/relaxed.js'
import { gemm as reference, type Floats, type Form } from './reference.js'

const forms: Form[] = ['NN', 'NT', 'TN']
const dtypes = { f32: Float32Array, f64: Float64Array } as const
type Dtype = keyof typeof dtypes

/** Bytes between the operands, and around what must not grow, that nobody may touch. */
const gap = 64

type Core = Record<string, (...operands: number[]) => number> & { memory: WebAssembly.Memory }

/** A core with its scratch, and an arena for operands, the last of which lies at the very end of the memory. */
function load(path: string) {
  const core = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path))).exports as unknown as Core
  const workspace: number = core.allocate(core.gemmWorkspace() + gap)
  const packed: number = core.allocate(540 * 1100 * 8)
  const start: number = core.memory.grow(140) * 65536
  return { core, workspace, packed, start, end: core.memory.buffer.byteLength }
}

const portable = 'build/core.wasm'
const cores = [portable]
// Fused multiply-add: other bits, the same contract. Tested where the engine can run it.
if (canRelax) cores.push(relaxedCore)

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
  /** Small integers, whose products are exact in any order and fused or not. */
  integers: boolean
  seed: number
}

const size = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 257 }))
/** Rows: one and two go another way. */
const rows = fc.oneof({ weight: 4, arbitrary: size }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 }) })
const cases = fc.record<Case>({
  form: fc.constantFrom(...forms),
  m: rows,
  n: fc.oneof({ weight: 9, arbitrary: size }, { weight: 1, arbitrary: fc.integer({ min: 500, max: 540 }) }),
  k: fc.oneof({ weight: 4, arbitrary: size }, { weight: 1, arbitrary: fc.integer({ min: 250, max: 1100 }) }),
  alpha: fc.constantFrom(1, -2, 0.1, 0),
  accumulate: fc.boolean(),
  slack: fc.tuple(fc.nat(5), fc.nat(5), fc.nat(5)),
  last: fc.nat(2),
  integers: fc.boolean(),
  seed: fc.nat(),
})

/** Small pseudo-random numbers in (-1, 1), a different sequence for every seed. */
function noise(seed: number): () => number {
  let state = seed | 1
  return () => {
    state = (Math.imul(state, 0x9e3779b1) + 0x7f4a7c15) | 0
    return (state ^ (state >>> 15)) / 2 ** 31
  }
}

interface Operand {
  pointer: number
  values: Floats
  rows: number
  columns: number
  stride: number
}

/** The bits of the m x n elements, rows `first` to `first + count` of a matrix. */
function bitsOf({ values, columns, stride, rows }: Operand, first = 0, count = rows): Buffer {
  const out = new (values.constructor as typeof Float64Array)(count * columns)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < columns; j++) out[i * columns + j] = values[(first + i) * stride + j]!
  }
  return Buffer.from(out.buffer)
}

describe.each(cores)('the matrix product of %s', (path) => {
  const { core, workspace, packed, start, end } = load(path)

  /** A, B and C in the arena. What is not an element is NaN, so that reading it shows in the result. */
  function place(dtype: Dtype, { form, m, n, k, slack, last, integers, seed }: Case): [Operand, Operand, Operand] {
    const Floats = dtypes[dtype]
    const random = noise(seed)
    const shapes = [form === 'TN' ? [k, m] : [m, k], form === 'NT' ? [n, k] : [k, n], [m, n]] as const
    const operands: Operand[] = []
    let top = end
    for (const which of [0, 1, 2].map((i) => (last + i) % 3)) {
      const [rows, columns] = shapes[which]
      const stride = columns + slack[which]
      const length = rows > 0 ? (rows - 1) * stride + columns : 0
      const pointer = top - length * Floats.BYTES_PER_ELEMENT
      if (pointer - gap < start) throw new Error('the arena is too small')
      new Floats(core.memory.buffer, pointer - gap, length + gap / Floats.BYTES_PER_ELEMENT).fill(NaN)
      const values = new Floats(core.memory.buffer, pointer, length)
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) values[i * stride + j] = integers ? Math.trunc(random() * 8) : random()
      }
      operands[which] = { pointer, values, rows, columns, stride }
      top = pointer - gap
    }
    return operands as [Operand, Operand, Operand]
  }

  function run(dtype: Dtype, { form, m, n, k, alpha, accumulate }: Case, a: Operand, b: Operand, c: Operand): void {
    core[`gemm_${dtype}`](
      forms.indexOf(form),
      m,
      n,
      k,
      alpha,
      a.pointer,
      a.stride,
      b.pointer,
      b.stride,
      accumulate ? 1 : 0,
      c.pointer,
      c.stride,
      workspace,
    )
  }

  describe.each(Object.keys(dtypes) as Dtype[])('in %s', (dtype) => {
    it('has the bits of the reference, and writes nothing but C', () => {
      const fence = new Uint8Array(core.memory.buffer, workspace + core.gemmWorkspace(), gap).fill(0xa5)
      fc.assert(
        fc.property(cases, (any) => {
          const test = path === portable ? any : { ...any, integers: true, alpha: Math.trunc(any.alpha) }
          const { form, m, n, k, accumulate } = test
          const alpha = dtype === 'f32' ? Math.fround(test.alpha) : test.alpha
          const [a, b, c] = place(dtype, test)
          const expected = { ...c, values: c.values.slice() }
          reference(form, m, n, k, alpha, a.values, a.stride, b.values, b.stride, accumulate, expected.values, c.stride)
          const used = new Uint8Array(core.memory.buffer, Math.min(a.pointer, b.pointer, c.pointer) - gap)
          const untouched = used.slice()
          run(dtype, test, a, b, c)
          expect(bitsOf(c).equals(bitsOf(expected))).toBe(true)
          // With the elements of C put in, the arena as it was must be the arena as it is.
          const before = new dtypes[dtype](untouched.buffer, c.pointer - used.byteOffset, c.values.length)
          for (let i = 0; i < c.rows; i++) {
            before.set(c.values.subarray(i * c.stride, i * c.stride + c.columns), i * c.stride)
          }
          expect(Buffer.compare(untouched, used)).toBe(0)
          expect(fence.every((byte) => byte === 0xa5)).toBe(true)
        }),
        { numRuns: 150 },
      )
    }, 120_000)

    // The most scratch that a product takes: more rows than a block of A has, so that all panels of a block of B are kept;
    // a k of one full block; more columns than two blocks of B, and no whole number of panels.
    it.each(forms)('keeps to its workspace in form %s where all its blocks are full', (form) => {
      const k = dtype === 'f32' ? 512 : 256
      const test: Case = { form, m: 97, n: 1037, k, alpha: 1, accumulate: false, slack: [0, 0, 0], last: 0, integers: true, seed: 3 }
      const fence = new Uint8Array(core.memory.buffer, workspace + core.gemmWorkspace(), gap).fill(0xa5)
      const [a, b, c] = place(dtype, test)
      const expected = { ...c, values: c.values.slice() }
      reference(form, test.m, test.n, k, 1, a.values, a.stride, b.values, b.stride, false, expected.values, c.stride)
      run(dtype, test, a, b, c)
      expect(bitsOf(c).equals(bitsOf(expected))).toBe(true)
      expect(fence.every((byte) => byte === 0xa5)).toBe(true)
    })

    it('gives the rows of a batch the bits they have alone', () => {
      fc.assert(
        fc.property(cases, fc.nat(), fc.oneof(fc.constant(0), fc.nat()), (test, offset, length) => {
          fc.pre(test.m > 0)
          const first = offset % test.m
          const count = 1 + (length % (test.m - first))
          const [a, b, c] = place(dtype, test)
          const before = c.values.slice()
          run(dtype, test, a, b, c)
          const batch = bitsOf(c, first, count)
          c.values.set(before)
          const size = c.values.BYTES_PER_ELEMENT
          const someOfA = { ...a, pointer: a.pointer + first * size * (test.form === 'TN' ? 1 : a.stride) }
          const someOfC = { ...c, pointer: c.pointer + first * size * c.stride }
          run(dtype, { ...test, m: count }, someOfA, b, someOfC)
          expect(bitsOf(c, first, count).equals(batch)).toBe(true)
        }),
        { numRuns: 300 },
      )
    }, 120_000)

    it('gives the same bits from packed weights', () => {
      fc.assert(
        fc.property(
          cases.filter(({ form }) => form !== 'TN'),
          (test) => {
            const { form, m, n, k, alpha, accumulate } = test
            const [a, b, c] = place(dtype, test)
            const before = c.values.slice()
            run(dtype, test, a, b, c)
            const direct = bitsOf(c)
            c.values.set(before)
            const fence = new Uint8Array(core.memory.buffer, packed + core[`packedSize_${dtype}`](n, k), gap).fill(0xa5)
            core[`packWeights_${dtype}`](forms.indexOf(form), n, k, b.pointer, b.stride, packed)
            expect(fence.every((byte) => byte === 0xa5)).toBe(true)
            core[`gemmPacked_${dtype}`](m, n, k, alpha, a.pointer, a.stride, packed, accumulate ? 1 : 0, c.pointer, c.stride, workspace)
            expect(bitsOf(c).equals(direct)).toBe(true)
          },
        ),
        { numRuns: 300 },
      )
    }, 120_000)

    it.each([2, 7])('lets NaN and infinity through to their row and column of %i, and no further', (m) => {
      const shape = { form: 'NN', m, n: 19, k: 5, alpha: 1, accumulate: false } as const
      const test: Case = { ...shape, slack: [0, 0, 0], last: 0, integers: true, seed: 1 }
      const [a, b, c] = place(dtype, test)
      a.values.fill(1)
      b.values.fill(1)
      a.values[5] = NaN
      b.values[3] = Infinity
      run(dtype, test, a, b, c)
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < 19; j++) expect(c.values[i * 19 + j]).toBe(i === 1 ? NaN : j === 3 ? Infinity : 5)
      }
    })
  })
})
