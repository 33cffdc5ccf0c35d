// The public matrix functions: against fractions of integers, which are exact, and the equations that define each.
import { describe, expect, it, test } from 'vitest'
import { bytesInUse } from '../../src/core/memory.js'
import { type DenseMatrix, leastSquares, multiply, pseudoInverse, rank, solve, transpose } from '../../src/linalg/index.js'
import { generator } from '../support/numbers.js'

const epsilon = 2 ** -52
const random = (rows: number, columns: number, seed = 1): DenseMatrix => {
  const next = generator(seed)
  return { rows, columns, values: Float64Array.from({ length: rows * columns }, () => 2 * next() - 1) }
}
const plain = (a: DenseMatrix, b: DenseMatrix): DenseMatrix => ({
  rows: a.rows,
  columns: b.columns,
  values: Array.from({ length: a.rows * b.columns }, (_, at) => {
    const [i, j] = [Math.floor(at / b.columns), at % b.columns]
    let sum = 0
    for (let k = 0; k < a.columns; k++) sum += a.values[i * a.columns + k] * b.values[k * b.columns + j]
    return sum
  }),
})
const largest = (a: DenseMatrix): number => Array.from(a.values).reduce((most, value) => Math.max(most, Math.abs(value)), 0)
const difference = (a: DenseMatrix, b: DenseMatrix): number => {
  expect([a.rows, a.columns]).toEqual([b.rows, b.columns])
  return Array.from(a.values).reduce((most, value, i) => Math.max(most, Math.abs(value - b.values[i])), 0)
}
const unit = (n: number): DenseMatrix => ({
  rows: n,
  columns: n,
  values: Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)),
})

/** The solution of integers, by elimination in fractions. */
function exactly(a: readonly number[], b: readonly number[], n: number): number[] {
  type Fraction = [bigint, bigint]
  const gcd = (x: bigint, y: bigint): bigint => (y === 0n ? (x < 0n ? -x : x) : gcd(y, x % y))
  const reduced = ([p, q]: Fraction): Fraction => {
    const by = gcd(p, q) * (q < 0n ? -1n : 1n)
    return [p / by, q / by]
  }
  const rows: Fraction[][] = Array.from({ length: n }, (_, i) =>
    [...a.slice(i * n, (i + 1) * n), b[i]].map((value): Fraction => [BigInt(value), 1n]),
  )
  for (let k = 0; k < n; k++) {
    const pivot = rows.findIndex((row, i) => i >= k && row[k][0] !== 0n)
    ;[rows[k], rows[pivot]] = [rows[pivot], rows[k]]
    for (let i = 0; i < n; i++) {
      if (i === k) continue
      const [p, q] = reduced([rows[i][k][0] * rows[k][k][1], rows[i][k][1] * rows[k][k][0]])
      rows[i] = rows[i].map(([x, y], j) => reduced([x * q * rows[k][j][1] - p * rows[k][j][0] * y, y * q * rows[k][j][1]]))
    }
  }
  return rows.map((row, i) => {
    const [p, q] = reduced([row[n][0] * row[i][1], row[n][1] * row[i][0]])
    const shift = 2n ** 200n
    return Number((p * shift) / q) / 2 ** 200
  })
}

describe('multiply', () => {
  test.each([
    [1, 1, 1],
    [3, 5, 4],
    [33, 65, 17],
    [70, 300, 9],
  ])('[%i x %i] by [.. x %i], transposed on either side, is the plain sum', (m, k, n) => {
    const [a, b] = [random(m, k), random(k, n, 2)]
    const expected = plain(a, b)
    const bound = 2 * k * epsilon * k
    expect(difference(multiply(a, b), expected)).toBeLessThan(bound)
    expect(difference(multiply(transpose(a), b, { transposeA: true }), expected)).toBeLessThan(bound)
    expect(difference(multiply(a, transpose(b), { transposeB: true }), expected)).toBeLessThan(bound)
    expect(difference(multiply(transpose(a), transpose(b), { transposeA: true, transposeB: true }), expected)).toBeLessThan(bound)
  })

  it('is single where both are, and takes any array', () => {
    const single = { rows: 1, columns: 2, values: Float32Array.of(1, 2) }
    expect(multiply(single, single, { transposeB: true }).values).toEqual(Float32Array.of(5))
    expect(multiply(single, { rows: 2, columns: 1, values: [3, 4] }).values).toEqual(Float64Array.of(11))
  })
})

describe('solve', () => {
  test.each([1, 2, 5, 12])('is the exact solution of %i equations in integers, to their condition', (n) => {
    const next = generator(n)
    const integers = (count: number): number[] => Array.from({ length: count }, () => Math.floor(19 * next()) - 9)
    const [a, b] = [integers(n * n), integers(n)]
    const [left, right] = [
      { rows: n, columns: n, values: a },
      { rows: n, columns: 1, values: b },
    ]
    const exact = { rows: n, columns: 1, values: exactly(a, b, n) }
    const condition = n * largest(left) * n * largest(pseudoInverse(left))
    expect(difference(solve(left, right), exact)).toBeLessThan(4 * condition * epsilon * largest(exact))
  })

  // About the blocks of 32.
  test.each([31, 32, 33, 64, 65, 100, 257])('of %i equations leaves a residual of rounding alone, for many right sides', (n) => {
    const [a, b] = [random(n, n, n), random(n, 3, 7)]
    const x = solve(a, b)
    expect(difference(plain(a, x), b)).toBeLessThan(8 * n * epsilon * largest(a) * largest(x))
  })

  it('exchanges rows: without, the first pivot would be 0, and the next one tiny', () => {
    const a = { rows: 3, columns: 3, values: [0, 1, 2, 1e-20, 1, 1, 1, 1, 1] }
    const x = { rows: 3, columns: 1, values: [1, 2, 3] }
    expect(difference(solve(a, plain(a, x)), x)).toBeLessThan(1e-14)
  })

  it('refuses what is singular, and no more', () => {
    expect(() => solve({ rows: 2, columns: 2, values: [1, 2, 2, 4] }, unit(2))).toThrow(
      expect.objectContaining({ code: 'RANGE', got: 'a pivot of 0 in column 1' }),
    )
    expect(solve({ rows: 2, columns: 2, values: [1, 0, 0, 1e-300] }, { rows: 2, columns: 1, values: [1, 1e-300] }).values).toEqual(
      Float64Array.of(1, 1),
    )
  })
})

describe('pseudoInverse', () => {
  const product = (...all: DenseMatrix[]): DenseMatrix => all.reduce(plain)
  const ofRank = (rows: number, columns: number, r: number): DenseMatrix => plain(random(rows, r, 3), random(r, columns, 4))

  // Penrose 1955, Proc. Camb. Phil. Soc. 51:406.
  test.each([
    [4, 4, 4],
    [7, 3, 3],
    [3, 7, 3],
    [6, 6, 2],
    [9, 5, 4],
    [5, 9, 4],
    [1, 6, 1],
  ])('of [%i x %i] of rank %i meets its four conditions', (rows, columns, r) => {
    const a = ofRank(rows, columns, r)
    const p = pseudoInverse(a)
    const bound = 1e3 * epsilon * largest(a) * largest(p) * Math.max(largest(a), largest(p), 1)
    expect(rank(a)).toBe(r)
    expect(difference(product(a, p, a), a)).toBeLessThan(bound)
    expect(difference(product(p, a, p), p)).toBeLessThan(bound)
    expect(difference(transpose(product(a, p)), product(a, p))).toBeLessThan(bound)
    expect(difference(transpose(product(p, a)), product(p, a))).toBeLessThan(bound)
  })

  it('damped is (A^T A + damping I)^-1 A^T', () => {
    for (const [rows, columns] of [
      [6, 4],
      [4, 6],
    ] as const) {
      const a = random(rows, columns)
      const damping = 0.3
      const gram = plain(transpose(a), a)
      const damped = { ...gram, values: Array.from(gram.values, (value, i) => value + damping * unit(columns).values[i]) }
      expect(difference(plain(damped, pseudoInverse(a, { damping })), transpose(a))).toBeLessThan(1e-14)
    }
  })

  it('leaves out what the tolerance says', () => {
    const a = { rows: 2, columns: 2, values: [1, 0, 0, 1e-6] }
    expect([rank(a), rank(a, { tolerance: 1e-3 }), rank(a, { tolerance: 0.9e-6 }), rank(a, { tolerance: 1.1e-6 })]).toEqual([2, 1, 2, 1])
    expect(Array.from(pseudoInverse(a, { tolerance: 1e-3 }).values)).toEqual([1, 0, 0, 0])
    expect(rank({ rows: 2, columns: 3, values: new Float64Array(6) })).toBe(0)
  })

  it('gives least squares of least length, column by column', () => {
    for (const a of [ofRank(8, 5, 5), ofRank(5, 8, 5), ofRank(6, 6, 3)]) {
      const b = random(a.rows, 2, 9)
      expect(difference(leastSquares(a, b), plain(pseudoInverse(a), b))).toBeLessThan(1e-12 * largest(pseudoInverse(a)))
    }
  })
})

describe('every function', () => {
  const a = random(3, 3)
  const calls: Record<string, (matrix: DenseMatrix) => unknown> = {
    multiply: (matrix) => multiply(matrix, a),
    'multiply, right': (matrix) => multiply(a, matrix),
    transpose,
    solve: (matrix) => solve(matrix, a),
    'solve, right': (matrix) => solve(a, matrix),
    rank: (matrix) => rank(matrix),
    pseudoInverse: (matrix) => pseudoInverse(matrix),
    leastSquares: (matrix) => leastSquares(matrix, a),
    'leastSquares, right': (matrix) => leastSquares(a, matrix),
  }
  const cases: [string, unknown, string][] = [
    ['undefined', undefined, 'TYPE'],
    ['no extents', { values: [1] }, 'TYPE'],
    ['no rows', { rows: 0, columns: 3, values: [] }, 'RANGE'],
    ['too few values', { rows: 3, columns: 3, values: [1, 2] }, 'SHAPE'],
    ['NaN', { rows: 3, columns: 3, values: [1, 2, 3, 4, NaN, 6, 7, 8, 9] }, 'NOT_FINITE'],
    ['infinity in doubles', { rows: 3, columns: 3, values: new Float64Array(9).fill(Infinity) }, 'NOT_FINITE'],
  ]
  for (const [name, call] of Object.entries(calls))
    test.each(cases)(`${name} refuses %s, and keeps no memory`, (_, matrix, code) => {
      const before = bytesInUse()
      expect(() => call(matrix as never)).toThrow(expect.objectContaining({ name: 'NgradError', code }))
      expect(bytesInUse()).toBe(before)
    })

  it('refuses extents that do not fit, and what overflows', () => {
    const wide = random(2, 3)
    expect(() => multiply(wide, wide)).toThrow(expect.objectContaining({ code: 'SHAPE', expected: '3 rows' }))
    expect(() => solve(wide, wide)).toThrow(expect.objectContaining({ code: 'SHAPE' }))
    expect(() => solve(a, wide)).toThrow(expect.objectContaining({ code: 'SHAPE' }))
    expect(() => leastSquares(a, wide)).toThrow(expect.objectContaining({ code: 'SHAPE' }))
    const huge = { rows: 1, columns: 2, values: [1e200, 1e200] }
    expect(() => multiply(huge, huge, { transposeB: true })).toThrow(expect.objectContaining({ code: 'NOT_FINITE' }))
    expect(() => rank(a, { tolerance: 1 })).toThrow(expect.objectContaining({ code: 'RANGE' }))
    expect(() => pseudoInverse(a, { damping: -1 })).toThrow(expect.objectContaining({ code: 'RANGE' }))
    expect(() => multiply(a, a, { transposeA: 1 as never })).toThrow(expect.objectContaining({ code: 'TYPE' }))
  })

  it('gives the core’s memory back', () => {
    const before = bytesInUse()
    multiply(a, a)
    solve(a, a)
    expect(bytesInUse()).toBe(before)
  })
})
