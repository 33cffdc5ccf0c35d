// The pseudo-inverse of matrices of any rank, against the four equations that define it (Penrose 1955), and where it is known.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PseudoInverse } from '../../src/numerics/pseudo-inverse.js'
import { generator, norm } from '../support/numbers.js'
import { type Rows, times, transpose } from '../support/linear-algebra.js'

const precision = 2 ** -52

/** A^+ column by column, by either product. */
function inverses(a: Rows): [Rows, Rows] {
  const [rows, columns] = [a.length, a[0].length]
  const inverse = new PseudoInverse(rows, columns)
  inverse.a.set(a.flat())
  inverse.factor(precision)
  const unit = (n: number, k: number) => Float64Array.from({ length: Math.max(rows, columns) }, (_, i) => (i < n && i === k ? 1 : 0))
  const byColumns = Array.from({ length: rows }, (_, k) => {
    const x = unit(rows, k)
    inverse.multiply(x)
    return [...x.subarray(0, columns)]
  })
  const byRows = Array.from({ length: columns }, (_, k) => {
    const x = unit(columns, k)
    inverse.multiplyTransposed(x)
    return [...x.subarray(0, rows)]
  })
  return [transpose(byColumns), byRows]
}

const difference = (a: Rows, b: Rows): number => norm(a.flatMap((row, i) => row.map((value, j) => value - b[i][j])))
const gaussian = (rows: number, columns: number, seed: number): Rows => {
  const random = generator(seed)
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => random() + random() + random() - 1.5))
}

describe('PseudoInverse', () => {
  it('satisfies the equations of Penrose for every shape, rank and scale', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 7 }),
        fc.integer({ min: 0, max: 9 }),
        fc.nat(1000),
        fc.constantFrom(1, 1e-30, 1e30),
        (columns, more, rank, seed, scale) => {
          const rows = columns + more
          const r = Math.min(rank, columns)
          const a =
            r === 0
              ? Array.from({ length: rows }, () => new Array<number>(columns).fill(0))
              : times(gaussian(rows, r, seed), gaussian(r, columns, seed + 1)).map((row) => row.map((v) => scale * v))
          const [x, transposed] = inverses(a)
          const [size, of] = [norm(a.flat()), norm(x.flat())]
          const bound = 1e-10 * (1 + size * of)
          expect(difference(x, transposed) / (of || 1)).toBeLessThan(bound)
          expect(difference(times(times(a, x), a), a) / (size || 1)).toBeLessThan(bound)
          expect(difference(times(times(x, a), x), x) / (of || 1)).toBeLessThan(bound)
          for (const p of [times(a, x), times(x, a)]) expect(difference(p, transpose(p))).toBeLessThan(bound)
        },
      ),
      { numRuns: 400, seed: 1 },
    )
  })

  it('finds the rank whatever the order of the columns', () => {
    // Graded columns behind zeros and copies: taken in their order, the first would decide what is small.
    const a = [
      [0, 1e-14, 1, 1, 2],
      [0, 0, 1, 1, 3],
      [0, 0, 1, 1, 5],
      [0, 0, 0, 0, 7],
      [0, 0, 0, 0, 1],
    ]
    const [x] = inverses(a)
    expect(difference(times(times(a, x), a), a)).toBeLessThan(1e-12)
    expect(norm(x.flat())).toBeLessThan(10) // nothing was divided by 1e-14
  })

  it('damped, is (A^T A + d I)^-1 A^T for every damping, and goes to the pseudo-inverse of any rank as it vanishes', () => {
    const damped = (a: Rows, damping: number): [Rows, Rows] => {
      const [rows, columns] = [a.length, a[0].length]
      const inverse = new PseudoInverse(rows, columns, damping)
      inverse.a.set(a.flat())
      inverse.factor(precision)
      const vector = (k: number) => Float64Array.from({ length: rows }, (_, i) => Number(i === k))
      const by = a.map((_, k) => {
        const x = vector(k)
        inverse.multiply(x)
        return [...x.subarray(0, columns)]
      })
      const transposed = a[0].map((_, k) => {
        const x = vector(k)
        inverse.multiplyTransposed(x)
        return [...x.subarray(0, rows)]
      })
      return [transpose(by), transposed]
    }
    for (const rank of [4, 2])
      for (const scale of [1, 1e-90, 1e90]) {
        const a = times(gaussian(6, rank, 3), gaussian(rank, 4, 4)).map((row) => row.map((value) => scale * value))
        for (const relative of [1e6, 1, 1e-3, 1e-6]) {
          const damping = relative * scale * scale
          for (const x of damped(a, damping)) {
            // (A^T A + d I) X = A^T, with both sides over the scale
            const left = times(transpose(a), a).map((row, i) => row.map((value, j) => value / scale / scale + (i === j ? relative : 0)))
            const right = transpose(a).map((row) => row.map((value) => value / scale))
            expect(
              difference(
                times(
                  left,
                  x.map((row) => row.map((value) => value * scale)),
                ),
                right,
              ) / norm(right.flat()),
            ).toBeLessThan(1e-12)
          }
        }
        const [plain] = inverses(a)
        for (const relative of [1e-20, 1e-24, 1e-28])
          for (const x of damped(a, relative * scale * scale)) expect(difference(x, plain) / norm(plain.flat())).toBeLessThan(1e-9)
      }
  })

  it('is what it is known to be', () => {
    expect(
      inverses([
        [3, 0],
        [4, 0],
      ])[0],
    ).toEqual([
      [expect.closeTo(0.12, 15), expect.closeTo(0.16, 15)],
      [0, 0],
    ])
    const ones = [
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ]
    inverses(ones)[0]
      .flat()
      .forEach((value) => expect(value).toBeCloseTo(1 / 9, 15))
  })

  it('gives NaN for a matrix that is not finite, damped or not', () => {
    for (const wrong of [Infinity, -Infinity, NaN])
      for (const damping of [0, 0.1]) {
        const inverse = new PseudoInverse(3, 2, damping)
        inverse.a.set([1, 2, 3, wrong, 5, 6])
        inverse.factor(precision)
        for (const direction of ['multiply', 'multiplyTransposed'] as const) {
          const x = Float64Array.of(1, 1, 1)
          inverse[direction](x)
          expect(x.subarray(0, direction === 'multiply' ? 2 : 3).every(Number.isNaN), `${direction} ${wrong}`).toBe(true)
        }
      }
  })
})
