// Steps down an energy, each sample by itself, on parabolas: E(x) = a x^2 / 2, whose steps x <- x - rate a x raise it for rates
// above 2 / a.
import { describe, expect, it } from 'vitest'
import { type Descending, Descent } from '../../src/numerics/descent.js'
import { type Matrix, memoryViews, Region } from '../../src/core/memory.js'
import { unsettled } from '../../src/numerics/fixed-point.js'

/** One parabola a sample; what they did, and where they are. */
function parabolas(samples: readonly { a: number; x: number }[], offset = 0) {
  const region = new Region('test')
  const x = samples.map(({ x }) => x)
  const change = samples.map(() => 0)
  const rates: number[][] = samples.map(() => [])
  const at = (column: Matrix, i: number): number => column.pointer / 8 + i
  const measure = (energies: Matrix): void =>
    samples.forEach(({ a }, i) => (memoryViews().f64[at(energies, i)] = offset + (a * x[i] * x[i]) / 2))
  const of: Descending = {
    measure,
    pull: (column, scale, residuals, squares) =>
      samples.forEach(({ a }, i) => {
        const { f64 } = memoryViews()
        const rate = f64[at(column, i)]
        if (rate === 0) return void (change[i] = 0)
        rates[i].push(rate)
        change[i] = -rate * a * x[i]
        f64[at(residuals, i)] = Math.abs(scale * a * x[i])
        f64[at(squares, i)] = (a * x[i]) ** 2
      }),
    move: (energies) => {
      change.forEach((by, i) => (x[i] += by))
      measure(energies)
    },
    moveBack: (shares, energies) => {
      change.forEach((by, i) => {
        change[i] = by * memoryViews().f64[at(shares, i)]
        x[i] -= change[i]
      })
      measure(energies)
    },
  }
  const descent = new Descent(of, 'f64', () => region.matrix('f64', samples.length, 1))
  const run = (steps: number, rate: number, tolerance = 0) => {
    const record = unsettled()
    descent.run(record, steps, rate, tolerance)
    return record
  }
  return { x, rates, run }
}

describe('a descent', () => {
  it('takes steps as they are where they lower the energy', () => {
    const { x, rates, run } = parabolas([{ a: 1, x: 8 }])
    expect(run(3, 0.5)).toEqual({ sweeps: 3, residual: 1, converged: false })
    expect(x).toEqual([1])
    expect(rates).toEqual([[0.5, 0.5, 0.5]])
  })

  it('halves a step until it does, and goes on with that rate until it begins anew', () => {
    const { x, rates, run } = parabolas([{ a: 3, x: 8 }])
    run(2, 2) // 2 and 1 go beyond 2/3; 0.5 does not
    expect(rates).toEqual([[2, 0.5]])
    expect(x).toEqual([2])
    run(1, 0.25)
    expect(rates[0].at(-1)).toBe(0.25)
  })

  it('measures rest by the first rate, however far its steps are halved', () => {
    const { run } = parabolas([{ a: 3, x: 8 }])
    // At x = 2 a step of the first rate would move by 12, one of the rate that is left by 3.
    expect(run(2, 2, 5)).toEqual({ sweeps: 2, residual: 24, converged: false })
  })

  it('goes on for some samples and not for others, each as if alone', () => {
    const samples = [
      { a: 3, x: 8 },
      { a: 0.5, x: 1 },
      { a: 40, x: -3 },
      { a: 1, x: 1e-9 },
    ]
    const whole = parabolas(samples)
    const record = whole.run(200, 1, 1e-6)
    const alone = samples.map((sample) => {
      const one = parabolas([sample])
      return { record: one.run(200, 1, 1e-6), x: one.x[0], rates: one.rates[0] }
    })
    expect(whole.x).toEqual(alone.map(({ x }) => x))
    expect(whole.rates).toEqual(alone.map(({ rates }) => rates))
    expect(record).toEqual({
      sweeps: Math.max(...alone.map((one) => one.record.sweeps)),
      residual: Math.max(...alone.map((one) => one.record.residual)),
      converged: true,
    })
  })

  // The energy is 1e6 and more, so that its rounding hides the parabola: only what pulls tells that steps are too long.
  it('judges steps that the energy cannot by what pulls', () => {
    const { x, run } = parabolas([{ a: 2.2, x: 1e-5 }], 1e6)
    expect(run(200, 1, 1e-12).converged).toBe(true)
    expect(Math.abs(x[0])).toBeLessThan(1e-12)
  })

  it('ends where an energy is no number', () => {
    expect(parabolas([{ a: NaN, x: 1 }]).run(3, 1)).toEqual({ sweeps: 3, residual: NaN, converged: false })
  })
})
