// The kernels that the models brought along, against plain arithmetic.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Matrix, Region } from '../../src/core/memory.js'
import { operations } from '../../src/core/operations.js'
import { Random } from '../../src/core/random.js'
import { uniform } from '../support/numbers.js'

const shapes = fc.record({
  rows: fc.integer({ min: 1, max: 5 }),
  columns: fc.integer({ min: 1, max: 9 }),
  seed: fc.nat(),
  dtype: fc.constantFrom('f32' as const, 'f64' as const),
})

function within(use: (region: Region) => void): void {
  const region = new Region('test')
  try {
    use(region)
  } finally {
    region.dispose()
  }
}

function filled(matrix: Matrix, values: ArrayLike<number>): Matrix {
  matrix.write(values)
  return matrix
}

it('bernoulliOf is 1 where the uniform number of the place is below the probability', () => {
  fc.assert(
    fc.property(shapes, ({ rows, columns, seed, dtype }) =>
      within((region) => {
        const p = filled(
          region.matrix(dtype, rows, columns),
          uniform(rows * columns, seed).map((x) => Math.min(1, Math.max(0, 0.5 + x))),
        )
        const [out, u] = [region.matrix(dtype, rows, columns), region.matrix(dtype, rows, columns)]
        new Random(7, 2).bernoulliOf(p, out)
        new Random(7, 2).uniform(u, 0, 1)
        const numbers = u.read()
        expect([...out.read()]).toEqual([...p.read()].map((value, i) => (numbers[i] < value ? 1 : 0)))
      }),
    ),
  )
})

it('dotRows multiplies row by row, or all rows with one', () => {
  fc.assert(
    fc.property(shapes, fc.boolean(), ({ rows, columns, seed, dtype }, shared) =>
      within((region) => {
        const x = filled(region.matrix(dtype, rows, columns), uniform(rows * columns, seed))
        const y = filled(region.matrix(dtype, shared ? 1 : rows, columns), uniform((shared ? 1 : rows) * columns, seed + 1))
        const dots = filled(region.matrix('f64', rows, 1), Array(rows).fill(3))
        operations(dtype).dotRows(x, y, dots, -2, true)
        const [a, b] = [x.read(), y.read()]
        dots.read().forEach((dot, i) => {
          let sum = 0
          for (let j = 0; j < columns; j++) sum += a[i * columns + j] * b[(shared ? 0 : i) * columns + j]
          expect(dot).toBeCloseTo(3 - 2 * sum, 12)
        })
      }),
    ),
  )
})

it('sweepUnits lets each unit see the newest of the others, and leaves the held ones', () => {
  fc.assert(
    fc.property(shapes, fc.boolean(), fc.integer({ min: 0, max: 3 }), ({ rows, columns: n, seed }, noisy, held) =>
      within((region) => {
        const dtype = 'f64'
        const weight = filled(region.matrix(dtype, n, n), uniform(n * n, seed))
        const bias = filled(region.matrix(dtype, n, 1), uniform(n, seed + 1))
        const s = filled(region.matrix(dtype, rows, n), uniform(rows * n, seed + 2).map(Math.abs))
        const uniforms = filled(region.matrix(dtype, rows, n), uniform(rows * n, seed + 3).map(Math.abs))
        const [w, b, u, expected] = [weight.read(), bias.read(), uniforms.read(), s.read()]
        // Every other sample rests.
        const steps = filled(
          region.matrix('f64', rows, 1),
          Array.from({ length: rows }, (_, row) => (row % 2 === 0 ? 1 : 0)),
        )
        const worst = region.matrix('f64', rows, 1)
        const largest = new Array<number>(rows).fill(0)
        for (let row = 0; row < rows; row += 2)
          for (let i = held; i < n; i++) {
            let drive = b[i]
            for (let j = 0; j < n; j++) drive += w[i * n + j] * expected[row * n + j]
            const p = 1 / (1 + Math.exp(-drive / 1.5))
            const next = noisy ? (u[row * n + i] < p ? 1 : 0) : p
            largest[row] = Math.max(largest[row], Math.abs(next - expected[row * n + i]))
            expected[row * n + i] = next
          }
        operations(dtype).sweepUnits(weight, bias, 1.5, noisy ? uniforms : null, held, s, steps, worst)
        s.read().forEach((value, i) => expect(value).toBeCloseTo(expected[i], 12))
        worst.read().forEach((value, row) => expect(value).toBeCloseTo(largest[row], 12))
      }),
    ),
  )
})
