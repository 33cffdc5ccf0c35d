import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contrastiveHebbian, generec, ngrad } from '../../../src/index.js'
import { toRounding } from '../../../src/dynamics/relaxation.js'
import { cases, directions, expectClaim, numbers, relative, withCase } from '../claims.js'

describe('generec', () => {
  it.each(['asymmetric', 'midpoint', 'symmetric', 'contrastive'] as const)('%s keeps its claim', (variant) => {
    expectClaim(generec({ variant }))
  })

  it('with both directions at the midpoint is contrastive Hebbian learning to 1e-12', () => {
    fc.assert(
      fc.property(cases, (each) =>
        withCase(each, (network, batch) => {
          const [a, b] = [generec({ ...toRounding, variant: 'contrastive' }), contrastiveHebbian({ ...toRounding, gamma: 1 })]
          expect(relative(directions(network, a, batch).flat(), directions(network, b, batch).flat())).toBeLessThan(1e-12)
        }),
      ),
      { numRuns: 20, seed: 1 },
    )
  })
})

describe('ngrad', () => {
  const rows = (n: number, columns: number, seed: number): number[][] => Array.from({ length: n }, (_, i) => numbers(columns, seed + i))

  it('is -(plus - minus)^T pre / (N scale)', () => {
    expect(Array.from(ngrad([[3, 1]], [[1, 1]], [[5, 7, 11]], 2))).toEqual([-5, -7, -11, 0, 0, 0])
  })

  it('both ways at the midpoint is the difference of the Hebbian statistics', () => {
    const [yPlus, yMinus, xPlus, xMinus] = [rows(4, 3, 1), rows(4, 3, 11), rows(4, 2, 21), rows(4, 2, 31)]
    const middle = (a: number[][], b: number[][]) => a.map((row, n) => row.map((value, i) => (value + b[n][i]) / 2))
    const zero = [
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]
    const hebb = ngrad(zero, yPlus, xPlus).map((value, i) => value - ngrad(zero, yMinus, xMinus)[i])
    const up = ngrad(yPlus, yMinus, middle(xPlus, xMinus))
    const down = ngrad(xPlus, xMinus, middle(yPlus, yMinus)) // [2 x 3]
    up.forEach((value, i) => expect(value + down[(i % 2) * 3 + Math.floor(i / 2)]).toBeCloseTo(-hebb[i], 14))
  })

  it('refuses what does not fit together', () => {
    expect(() => ngrad([[1]], [[1], [2]], [[1]])).toThrow(/stateMinus: expected 1 rows/)
    expect(() => ngrad([[1]], [[1, 2]], [[1]])).toThrow(/stateMinus\[0\]: expected 1 numbers/)
    expect(() => ngrad([[1]], [[NaN]], [[1]])).toThrow(/finite/)
    expect(() => ngrad([[1]], [[1]], [[1]], 0)).toThrow(/other than 0/)
  })
})
