// What memories promise, on patterns at random.
import { hopfield } from '../../learners/hebbian/hopfield.js'
import { type AssociativeMemory, associativeMemory } from '../../models/associative-memory.js'
import { sgd } from '../../optimizers/sgd.js'
import { createTrainer } from '../../training/trainer.js'
import { relativeError } from '../distance.js'
import { dot, type Rows, rowsOf } from '../oracles/plain-network.js'
import type { Draws } from '../random-setting.js'
import { exact, type Property } from './property.js'

const rule = 'hopfield'

export const memoryClaims: readonly Property[] = [
  {
    ...exact,
    rule,
    claim: 'exact: W = (1/n) sum xi xi^T, diagonal 0',
    conditions: '2 to 12 units, 1 to 5 patterns',
    measure: (draws) => {
      const patterns = signs(draws, draws.integer(1, 5), draws.integer(2, 12))
      return withStored(patterns, (memory) => {
        const n = memory.units
        const sum = Array.from({ length: n * n }, (_, at) => {
          const [i, j] = [Math.floor(at / n), at % n]
          return i === j ? 0 : patterns.reduce((total, xi) => total + (xi[i] * xi[j]) / n, 0)
        })
        return relativeError(memory.parameters[0].read(), sum)
      })
    },
  },
  {
    ...exact,
    rule: 'associativeMemory',
    kind: 'closedForm',
    claim: 'closed form: E(s) = -1/2 sum_ij w_ij s_i s_j',
    conditions: '2 to 12 units, 1 to 5 patterns, 5 states at random',
    measure: (draws) => {
      const patterns = signs(draws, draws.integer(1, 5), draws.integer(2, 12))
      return withStored(patterns, (memory) => {
        const states = signs(draws, 5, memory.units)
        const w = rowsOf(memory.parameters[0].read(), memory.units)
        const energies = states.map((s) => -s.reduce((sum, si, i) => sum + si * dot(w[i], s), 0) / 2)
        return relativeError(memory.energy(states.flat()), energies)
      })
    },
  },
  {
    rule: 'associativeMemory',
    kind: 'monotone',
    claim: 'monotone: no sweep of recall raises the energy, and the last changes nothing',
    expected: 'a rise <= 1e-12',
    conditions: '10 to 40 units, loads of 0.1 to 0.5, cues at random',
    holds: (rise) => rise <= 1e-12,
    text: (rise) => rise.toExponential(1),
    measure: (draws) => {
      const units = draws.integer(10, 40)
      const patterns = signs(draws, Math.ceil(units * draws.uniform(0.1, 0.5)), units)
      return withStored(patterns, (memory) => {
        const cues = signs(draws, 5, units).flat()
        let [before, rise] = [memory.energy(cues), 0]
        for (let sweeps = 1; ; sweeps++) {
          const { states, rests } = memory.recall(cues, { sweeps })
          const after = memory.energy(states)
          after.forEach((energy, row) => (rise = Math.max(rise, energy - before[row])))
          if (rests) return rise
          before = after
        }
      })
    },
  },
  {
    rule,
    kind: 'statistic',
    claim: 'statistic: units that the first step of a stored pattern gets wrong',
    expected: 'within 5 standard errors of the binomial tail',
    conditions: '100 units, 20 or 30 patterns at random, 20 memories',
    holds: (z) => z <= 5,
    text: (z) => `${z.toFixed(1)} standard errors`,
    measure: (draws) => errorRateDeviation(draws, 100, draws.oneOf([20, 30])),
  },
]

const signs = (draws: Draws, rows: number, columns: number): number[][] =>
  rowsOf(
    draws.list(rows * columns, -1, 1).map((value) => (value < 0 ? -1 : 1)),
    columns,
  )

function withStored<T>(patterns: Rows, use: (memory: AssociativeMemory) => T): T {
  const memory = associativeMemory({ units: patterns[0].length }).build({ dtype: 'f64' })
  const trainer = createTrainer(memory, { learner: hopfield(), optimizer: sgd({ learningRate: 1 }) })
  try {
    trainer.step({ x: patterns.flat(), size: patterns.length })
    return use(memory)
  } finally {
    trainer.dispose()
    memory.dispose()
  }
}

/**
 * How many standard errors the mean of 20 memories is off. A unit is wrong where its crosstalk, a sum of (n - 1)(P - 1) signs, is below
 * -(n - 1): a tail of the binomial distribution, near 1/2 erfc(sqrt(n / (2 (P - 1)))).
 */
function errorRateDeviation(draws: Draws, n: number, count: number): number {
  const rates = Array.from({ length: 20 }, () => {
    const patterns = signs(draws, count, n)
    return withStored(patterns, (memory) => {
      const w = rowsOf(memory.parameters[0].read(), n)
      const wrong = patterns.reduce((sum, xi) => sum + w.filter((row, i) => dot(row, xi) * xi[i] < 0).length, 0)
      return wrong / (n * count)
    })
  })
  const mean = rates.reduce((a, b) => a + b) / rates.length
  const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / (rates.length - 1)
  return Math.abs(mean - signTail((n - 1) * (count - 1), n - 1)) / Math.sqrt(variance / rates.length)
}

/** P(a sum of m signs < -most). */
export function signTail(m: number, most: number): number {
  // With k of them up the sum is 2 k - m: all k < (m - most) / 2, from the largest down.
  const below = Math.ceil((m - most) / 2) - 1
  let logChoose = 0
  for (let k = 1; k <= below; k++) logChoose += Math.log((m - k + 1) / k)
  let [term, sum] = [Math.exp(logChoose - m * Math.LN2), 0]
  for (let k = below; k >= 0 && term > 0; k--) {
    sum += term
    term *= k / (m - k + 1)
  }
  return sum
}
