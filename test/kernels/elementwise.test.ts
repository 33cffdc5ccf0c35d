// The kernels that are no product, against their equations in plain TypeScript: every length and lane residue, in both
// precisions, with guards around what they write.
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { Matrix, Region } from '../../src/core/memory.js'
import { operations } from '../../src/core/operations.js'
import { type Activation, activationCode, activations } from '../../src/layers/activation.js'
import { uniform } from '../support/numbers.js'
import { dtypes } from '../support/teaching.js'

const region = new Region('test')
afterAll(() => region.dispose())

const guard = 16
const guardValue = -12345
const most = 9 * 257
const arenas = dtypes.flatMap((dtype) => Array.from({ length: 4 }, () => region.matrix(dtype, 1, most + 2 * guard)))

const functions: Record<Activation, (z: number) => number> = {
  identity: (z) => z,
  tanh: Math.tanh,
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  relu: (z) => Math.max(z, 0),
  softplus: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
  hardSigmoid: (z) => Math.min(Math.max(z, 0), 1),
  shiftedSigmoid: (z) => 1 / (1 + Math.exp(2 - 4 * z)),
}
const slopesOf: Record<Activation, (h: number) => number> = {
  identity: () => 1,
  tanh: (h) => 1 - h * h,
  sigmoid: (h) => h * (1 - h),
  relu: (h) => (h > 0 ? 1 : 0),
  softplus: (h) => -Math.expm1(-h),
  hardSigmoid: (h) => (h > 0 && h < 1 ? 1 : 0),
  shiftedSigmoid: (h) => 4 * h * (1 - h),
}

const lengths = fc.nat(257)
const shapes = fc.record({ m: fc.integer({ min: 1, max: 9 }), n: fc.integer({ min: 1, max: 257 }), seed: fc.nat() })

describe.each(dtypes)('in %s', (dtype) => {
  const ops = operations(dtype)
  /** What the element type holds of a number. */
  const rounded = (x: number): number => (dtype === 'f32' ? Math.fround(x) : x)
  const size = dtype === 'f32' ? 4 : 8
  const epsilon = dtype === 'f32' ? 2 ** -23 : 2 ** -52
  const arena = arenas.filter((matrix) => matrix.dtype === dtype)

  /** Matrix `which` of this many rows and columns, with guards on both sides. It starts at any element, aligned or not. */
  function place(which: number, rows: number, columns: number, values: readonly number[], offset = guard - 1): Matrix {
    const whole = arena[which]
    whole.fill(guardValue)
    const matrix = new Matrix(dtype, whole.pointer + offset * size, rows, columns)
    matrix.write(values)
    return matrix
  }

  /** What surrounds the matrices is the guard still. */
  function expectGuards(...matrices: Matrix[]): void {
    matrices.forEach((matrix) => {
      const whole = arena.find(({ pointer, length }) => matrix.pointer >= pointer && matrix.pointer < pointer + length * size)!
      const start = (matrix.pointer - whole.pointer) / size
      const around = whole.read().filter((_, i) => i < start || i >= start + matrix.length)
      expect(around.every((value) => value === guardValue)).toBe(true)
    })
  }

  /** A column of doubles, one a sample. */
  const doublesOf = (values: readonly number[]): Matrix => {
    const column = region.matrix('f64', values.length, 1)
    column.write(values)
    return column
  }

  const numbers = (n: number, seed: number, size = 2): number[] => uniform(n, seed, size).map(rounded)

  /** |measured - expected| <= ulps * epsilon * scale, element by element; the scale is at least that of the result. */
  function expectClose(measured: ArrayLike<number>, expected: readonly number[], ulps: number, scale = 0): void {
    expect(measured.length).toBe(expected.length)
    const bad = expected.findIndex((value, i) => !(Math.abs(measured[i] - value) <= ulps * epsilon * Math.max(Math.abs(value), scale)))
    if (bad >= 0) expect.fail(`element ${bad} is ${measured[bad]}, and not ${expected[bad]}`)
  }

  describe('arithmetic', () => {
    const each = (check: (n: number, x: number[], y: number[], seed: number) => void) =>
      fc.assert(
        fc.property(lengths, fc.nat(), (n, seed) => check(n, numbers(n, seed), numbers(n, seed + 1), seed)),
        { numRuns: 200 },
      )

    it.each([
      [0.7, 0],
      [0.7, 1],
      [-1.5, 0.3],
      [0, 2],
    ])('combine: y <- %f x + %f y', (a, b) => {
      each((n, xs, ys) => {
        const [x, y] = [place(0, 1, n, xs), place(1, 1, n, b === 0 ? ys.map(() => NaN) : ys)]
        ops.combine(a, x, b, y)
        const expected = xs.map((value, i) => a * value + (b === 0 ? 0 : b * ys[i]))
        expectClose(y.read(), expected, 2, 4) // terms below 4, each rounded once
        expectGuards(x, y)
        expect(Array.from(x.read())).toEqual(xs)
      })
    })

    it('affine: y <- a y + b, and multiply: y <- a x y', () => {
      each((n, xs, ys) => {
        const [x, y] = [place(0, 1, n, xs), place(1, 1, n, ys)]
        ops.affine(1.25, -0.5, y)
        expectClose(
          y.read(),
          ys.map((value) => 1.25 * value - 0.5),
          2,
          4,
        )
        y.write(ys)
        ops.multiply(-1.5, x, y)
        expectClose(
          y.read(),
          xs.map((value, i) => -1.5 * value * ys[i]),
          2,
        )
        expectGuards(x, y)
      })
    })

    it('scaleRows multiplies each row by its own double', () => {
      fc.assert(
        fc.property(shapes, ({ m, n, seed }) => {
          const [factors, values] = [uniform(m, seed), numbers(m * n, seed + 1)]
          const column = region.matrix('f64', m, 1)
          column.write(factors)
          const y = place(0, m, n, values)
          ops.scaleRows(column, y)
          expectClose(
            y.read(),
            values.map((value, i) => rounded(rounded(factors[Math.floor(i / n)]) * value)),
            0,
          )
          expectGuards(y)
          region.free(column.pointer)
        }),
      )
    })
  })

  describe('reductions', () => {
    it('dot sums in double precision', () => {
      fc.assert(
        fc.property(lengths, fc.nat(), (n, seed) => {
          const [xs, ys] = [numbers(n, seed), numbers(n, seed + 1)]
          const expected = xs.reduce((sum, value, i) => sum + value * ys[i], 0)
          expect(Math.abs(ops.dot(place(0, 1, n, xs), place(1, 1, n, ys)) - expected)).toBeLessThanOrEqual(n * 2 ** -52 * 4 * n)
        }),
      )
    })

    it('maxDifference and maxAbsolute are the largest, wherever it stands', () => {
      fc.assert(
        fc.property(lengths, fc.nat(), (n, seed) => {
          const [xs, ys] = [numbers(n, seed), numbers(n, seed + 1)]
          const [x, y] = [place(0, 1, n, xs), place(1, 1, n, ys)]
          expect(ops.maxAbsolute(x)).toBe(Math.max(0, ...xs.map(Math.abs)))
          expect(ops.maxDifference(x, y)).toBe(Math.max(0, ...xs.map((value, i) => Math.abs(rounded(value - ys[i])))))
        }),
      )
    })

    it('columnSums: sums <- scale (sum of the rows) (+ sums)', () => {
      fc.assert(
        fc.property(shapes, fc.boolean(), ({ m, n, seed }, accumulate) => {
          const [values, before] = [numbers(m * n, seed), numbers(n, seed + 1)]
          const [x, sums] = [place(0, m, n, values), place(1, 1, n, accumulate ? before : before.map(() => NaN))]
          ops.columnSums(x, sums, 0.3, accumulate)
          const expected = before.map((value, j) => {
            let sum = 0
            for (let i = 0; i < m; i++) sum = rounded(sum + values[i * n + j])
            const scaled = rounded(rounded(0.3) * sum)
            return accumulate ? rounded(value + scaled) : scaled
          })
          expect(Array.from(sums.read())).toEqual(expected)
          expectGuards(x, sums)
        }),
      )
    })

    it.each([NaN, Infinity, -Infinity])('finds %f at every place, and reports it', (bad) => {
      for (let n = 1; n <= 19; n++)
        for (let i = 0; i < n; i++) {
          const values = numbers(n, n)
          const x = place(
            0,
            1,
            n,
            values.map((value, j) => (j === i ? bad : value)),
          )
          const y = place(1, 1, n, values)
          expect(ops.firstNonFinite(y)).toBe(-1)
          expect(ops.firstNonFinite(x)).toBe(i)
          expect(ops.maxAbsolute(x)).toBe(Math.abs(bad))
          expect(ops.maxDifference(x, y)).toBe(Math.abs(bad))
          expect(ops.maxDifference(y, x)).toBe(Math.abs(bad))
        }
    })

    it('firstNonFinite finds the first of several, and passes the largest numbers', () => {
      const huge = dtype === 'f32' ? 3.4028234663852886e38 : Number.MAX_VALUE
      expect(ops.firstNonFinite(place(0, 1, 7, [huge, -huge, huge, 1, NaN, 1, Infinity]))).toBe(4)
      expect(ops.firstNonFinite(place(0, 1, 0, []))).toBe(-1)
    })
  })

  describe.each(activations)('%s', (name) => {
    const code = activationCode('test', name)
    // Where f is steep, the potential must be the one that the kernel sees: 4z - 2 is rounded once.
    const f = name === 'shiftedSigmoid' ? (z: number) => functions.sigmoid(rounded(4 * z - 2)) : functions[name]

    it('is f(z), alone and with a bias, and multiplySlope multiplies by its slope', () => {
      fc.assert(
        fc.property(shapes, ({ m, n, seed }) => {
          const [zs, biases, ds] = [numbers(m * n, seed, 4), numbers(n, seed + 1, 1), numbers(m * n, seed + 2)]
          const [z, h, bias, d] = [place(0, m, n, zs), place(1, m, n, zs), place(2, 1, n, biases), place(3, m, n, ds)]
          ops.activate(code, z, h)
          expectClose(h.read(), zs.map(f), 4)
          const hs = Array.from(h.read())
          ops.multiplySlope(code, h, d)
          expectClose(
            d.read(),
            ds.map((value, i) => value * slopesOf[name](hs[i])),
            4,
            2,
          ) // 1 - h^2 cancels
          h.write(zs)
          ops.activateRows(code, bias, h)
          expectClose(
            h.read(),
            zs.map((value, i) => f(rounded(value + biases[i % n]))),
            4,
          )
          expectGuards(z, h, bias, d)
        }),
        { numRuns: 60 },
      )
    })

    it('has the same bits in every lane, in whole vectors and in the last of a row', () => {
      const special = [0, -0, 1e-30, -1e-30, 0.5, 1, -1, 20, -20, 90, -90, 1e30, -1e30, Infinity, -Infinity, NaN].map(rounded)
      for (const z of [...special, ...numbers(16, 7, 8)]) {
        const alone = place(1, 1, 1, [z])
        ops.activate(code, alone, alone)
        const [h] = alone.read()
        for (let n = 1; n <= 9; n++) {
          const row = Array.from({ length: n }, () => z)
          const [zero, states] = [
            place(
              0,
              1,
              n,
              row.map(() => -0),
            ),
            place(2, 1, n, row),
          ] // z + -0 is z, of -0 too
          ops.activate(code, states, states)
          expect(Array.from(states.read()), `activate, ${n} times ${z}`).toEqual(row.map(() => h))
          states.write(row)
          ops.activateRows(code, zero, states)
          expect(Array.from(states.read()), `activateRows, ${n} times ${z}`).toEqual(row.map(() => h))
          const d = place(
            3,
            1,
            n,
            row.map(() => 1),
          )
          ops.multiplySlope(code, states, d)
          expect(new Set(Array.from(d.read(), (value) => (Object.is(value, -0) ? '-0' : `${value}`))).size, `slope, ${n} times ${h}`).toBe(
            1,
          )
          const potential = place(3, 1, n, row)
          states.fill(0)
          ops.settle(code, zero, doublesOf([1]), potential, states, doublesOf([0]))
          expect(Array.from(states.read()), `settle, ${n} times ${z}`).toEqual(row.map(() => h))
        }
      }
    })

    it('settle: s_i <- s_i + step_i (f(potential + bias) - s_i), and the largest change of each sample', () => {
      fc.assert(
        fc.property(shapes, fc.integer({ min: 1, max: 3 }), fc.constantFrom(0, 0.3, 1, 1.4), ({ m, n: most, seed }, repeats, first) => {
          const n = Math.ceil(most / repeats / 2)
          const columns = n * repeats
          const [zs, biases, old] = [numbers(m * columns, seed, 4), numbers(n, seed + 1, 1), numbers(m * columns, seed + 2)]
          const [z, bias, s] = [place(0, m, columns, zs), place(1, 1, n, biases), place(2, m, columns, old)]
          const steps = Array.from({ length: m }, (_, i) => (i % 2 === 0 ? first : 0.7))
          const before = Array.from({ length: m }, (_, i) => (i % 3 === 0 ? 100 : 0))
          const [stepColumn, worst] = [doublesOf(steps), doublesOf(before)]
          ops.settle(code, bias, stepColumn, z, s, worst)
          const targets = zs.map((value, i) => f(rounded(value + biases[i % n])))
          expectClose(
            s.read(),
            old.map((value, i) => value + steps[Math.floor(i / columns)] * (targets[i] - value)),
            8,
            4,
          )
          const changes = targets.map((target, i) => Math.abs(target - old[i]))
          expectClose(
            worst.read(),
            before.map((value, i) => (steps[i] === 0 ? value : Math.max(value, ...changes.slice(i * columns, (i + 1) * columns)))),
            8,
            4,
          )
          expectGuards(z, bias, s)
        }),
        { numRuns: 60 },
      )
    })

    it('settle leaves samples of step 0 as they are, to the bit', () => {
      const s = place(2, 1, 3, [-0, NaN, Infinity])
      const worst = doublesOf([0])
      ops.settle(code, place(1, 1, 3, [1, 1, 1]), doublesOf([0]), place(0, 1, 3, [1, 2, 3]), s, worst)
      expect([...s.read(), ...worst.read()]).toEqual([-0, NaN, Infinity, 0])
    })

    it('settle reports a state that is no number, in every lane', () => {
      for (let n = 1; n <= 9; n++)
        for (let i = 0; i < n; i++) {
          const s = place(
            2,
            1,
            n,
            Array.from({ length: n }, (_, j) => (j === i ? NaN : 0)),
          )
          const worst = doublesOf([0])
          ops.settle(code, place(1, 1, n, numbers(n, 1)), doublesOf([0.5]), place(0, 1, n, numbers(n, 2)), s, worst)
          expect(worst.read()[0]).toBeNaN()
        }
    })
  })

  describe('losses', () => {
    const softmaxOf = (h: readonly number[]): number[] => {
      const largest = Math.max(...h)
      const sum = h.reduce((total, value) => total + Math.exp(value - largest), 0)
      return h.map((value) => Math.exp(value - largest) / sum)
    }
    const logSumOf = (h: readonly number[]): number => {
      const largest = Math.max(...h)
      return largest + Math.log(h.reduce((total, value) => total + Math.exp(value - largest), 0))
    }
    const references = {
      squaredError: {
        loss: (h: number[], y: number[]) => h.reduce((sum, value, j) => sum + (value - y[j]) ** 2 / 2, 0),
        errors: (h: number[], y: number[]) => h.map((value, j) => value - y[j]),
      },
      crossEntropy: {
        loss: (h: number[], y: number[]) => y.reduce((sum, target, j) => sum + target * (logSumOf(h) - h[j]), 0),
        errors: (h: number[], y: number[]) => softmaxOf(h).map((p, j) => p * y.reduce((a, b) => a + b) - y[j]),
      },
      binaryCrossEntropy: {
        loss: (h: number[], y: number[]) => h.reduce((sum, value, j) => sum + functions.softplus(value) - y[j] * value, 0),
        errors: (h: number[], y: number[]) => h.map((value, j) => functions.sigmoid(value) - y[j]),
      },
    }

    it.each(Object.keys(references) as (keyof typeof references)[])('%s: the sum, that of each row, and dC/dh', (name) => {
      fc.assert(
        fc.property(shapes, fc.boolean(), ({ m, n, seed }, wanted) => {
          const hs = numbers(m * n, seed, 3)
          const ys = numbers(m * n, seed + 1).map(Math.abs)
          const row = (values: number[], i: number): number[] => values.slice(i * n, (i + 1) * n)
          const [h, y, errors] = [
            place(0, m, n, hs),
            place(1, m, n, ys),
            place(
              2,
              m,
              n,
              ys.map(() => NaN),
            ),
          ]
          const samples = region.matrix('f64', m, 1)
          const total = ops[name](h, y, wanted ? errors : null, wanted ? samples : null)
          const losses = Array.from({ length: m }, (_, i) => references[name].loss(row(hs, i), row(ys, i)))
          expectClose([total], [losses.reduce((a, b) => a + b)], 8 * n)
          if (wanted) {
            expectClose(samples.read(), losses, 8 * n)
            const expected = losses.flatMap((_, i) => references[name].errors(row(hs, i), row(ys, i)))
            expectClose(errors.read(), expected, 4 * n, 4) // the mass of n targets
          }
          expect([Array.from(h.read()), Array.from(y.read())]).toEqual([hs, ys])
          expectGuards(h, y, errors)
          region.free(samples.pointer)
        }),
        { numRuns: 60 },
      )
    })

    it('softmax adds up to 1 and stays finite for logits of any size', () => {
      fc.assert(
        fc.property(shapes, fc.constantFrom(1, 100, 1e4, 1e30), ({ m, n, seed }, size) => {
          const hs = numbers(m * n, seed, size)
          const [h, p] = [place(0, m, n, hs), place(1, m, n, hs)]
          ops.softmax(h, p)
          const expected = Array.from({ length: m }, (_, i) => softmaxOf(hs.slice(i * n, (i + 1) * n))).flat()
          // h - max is rounded, by half a unit in its last place: an absolute error of the exponent.
          expectClose(p.read(), expected, 8 + n, size === 1 ? 0 : 1)
          for (let i = 0; i < m; i++) {
            const sum = Array.from(p.read().slice(i * n, (i + 1) * n)).reduce((a, b) => a + b, 0)
            expect(Math.abs(sum - 1)).toBeLessThan(2 * n * epsilon)
          }
          expectGuards(h, p)
        }),
      )
    })

    it('cross-entropies of large logits are finite, and linear in the logits', () => {
      const [h, y, errors] = [place(0, 1, 3, [1000, -1000, 0]), place(1, 1, 3, [0, 1, 0]), place(2, 1, 3, [0, 0, 0])]
      expect(ops.crossEntropy(h, y, errors, null)).toBe(2000)
      expect(Array.from(errors.read())).toEqual([1, -1, 0])
      expect(ops.binaryCrossEntropy(h, y, errors, null)).toBeCloseTo(2000 + Math.LN2, 3)
      expect(Array.from(errors.read())).toEqual([1, -1, 0.5])
    })

    it('countCorrect compares the places of the largest, the first of equals', () => {
      const h = place(0, 4, 3, [1, 3, 2, 5, 5, 1, -1, -2, -3, 0, 0, 1])
      const y = place(1, 4, 3, [0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1])
      expect(ops.countCorrect(h, y)).toBe(3)
    })
  })

  describe('optimizers', () => {
    it.each([false, true])('momentum, Nesterov %s', (nesterov) => {
      fc.assert(
        fc.property(lengths, fc.nat(), (n, seed) => {
          const [vs, gs] = [numbers(n, seed), numbers(n, seed + 1)]
          const [v, g] = [place(0, 1, n, vs), place(1, 1, n, gs)]
          ops.momentum(0.9, nesterov, v, g)
          const velocity = vs.map((value, i) => 0.9 * value + gs[i])
          expectClose(v.read(), velocity, 2, 4)
          expectClose(g.read(), nesterov ? velocity.map((value, i) => gs[i] + 0.9 * value) : velocity, 4, 4)
          expectGuards(v, g)
        }),
      )
    })

    it('adam', () => {
      fc.assert(
        fc.property(lengths, fc.nat(), (n, seed) => {
          const [ms, vs, gs] = [numbers(n, seed), numbers(n, seed + 1).map(Math.abs), numbers(n, seed + 2)]
          const [m, v, g] = [place(0, 1, n, ms), place(1, 1, n, vs), place(2, 1, n, gs)]
          const [beta1, beta2, c1, c2, tiny] = [0.9, 0.99, 1.5, 2.5, 1e-3]
          ops.adam(beta1, beta2, c1, c2, tiny, m, v, g)
          const first = ms.map((value, i) => beta1 * value + (1 - beta1) * gs[i])
          const second = vs.map((value, i) => beta2 * value + (1 - beta2) * gs[i] ** 2)
          expectClose(m.read(), first, 4, 2)
          expectClose(v.read(), second, 16) // 1 - 0.99 loses digits
          const [mBits, vBits] = [Array.from(m.read()), Array.from(v.read())]
          expectClose(
            g.read(),
            mBits.map((value, i) => (value * c1) / (Math.sqrt(vBits[i] * c2) + tiny)),
            8,
          )
          expectGuards(m, v, g)
        }),
      )
    })
  })
})
