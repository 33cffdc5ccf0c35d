// What rules of spikes promise, on trains at random.
import { pairStdp, type PairStdpOptions } from '../../learners/spiking/pair-stdp.js'
import { synapses } from '../../models/synapses.js'
import { sgd } from '../../optimizers/sgd.js'
import { createTrainer } from '../../training/trainer.js'
import { relativeError } from '../distance.js'
import type { Rows } from '../oracles/plain-network.js'
import type { Draws } from '../random-setting.js'
import type { Property } from './property.js'

const rule = 'pairStdp'

interface Trains {
  /** A row for each step of time. */
  readonly pre: Rows
  readonly post: Rows
}

const sumOverPairs = (pairing: 'all' | 'nearest', which: string): Property => ({
  rule,
  kind: 'closedForm',
  claim: `closed form: the double sum over ${which}`,
  expected: 'relative error <= 1e-12',
  conditions: '1 to 5 neurons on each side, 20 to 200 steps, 1 to 4 batches',
  holds: (error) => error <= 1e-12,
  text: (error) => error.toExponential(1),
  measure: (draws) => {
    const options = windows(draws)
    const trains = draw(draws, draws.integer(20, 200), draws.integer(1, 5), draws.integer(1, 5), 0.1)
    return relativeError(learned(trains, { ...options, pairing }, draws.integer(1, 4)), doubleSum(trains, options, pairing === 'nearest'))
  },
})

export const spikingClaims: readonly Property[] = [
  sumOverPairs('all', 'all pairs of spikes'),
  sumOverPairs('nearest', 'each spike and the nearest one before it'),
  {
    rule,
    kind: 'statistic',
    claim: 'statistic: independent Poisson trains drift by rho_x rho_y (A+ tau+ - A- tau-)',
    expected: 'within 5 standard errors of its sum over steps',
    conditions: '20 runs of 1000 steps, 30 and 20 spikes in 1000',
    holds: (z) => z <= 5,
    text: (z) => `${z.toFixed(1)} standard errors`,
    measure: driftDeviation,
  },
]

const windows = (draws: Draws): Required<Omit<PairStdpOptions, 'pairing'>> => ({
  aPlus: draws.uniform(0, 1),
  aMinus: draws.uniform(0, 1),
  tauPlus: draws.uniform(2, 40),
  tauMinus: draws.uniform(2, 40),
  dt: draws.uniform(0.2, 2),
})

function draw(draws: Draws, steps: number, pre: number, post: number, chance: number): Trains {
  const rows = (columns: number): number[][] =>
    Array.from({ length: steps }, () => draws.list(columns, 0, 1).map((value) => (value < chance ? 1 : 0)))
  return { pre: rows(pre), post: rows(post) }
}

/** The weights that a rule brings about from zeros, in so many batches. */
function learned({ pre, post }: Trains, options: PairStdpOptions, batches: number): number[] {
  const model = synapses({ pre: pre[0].length, post: post[0].length }).build({ dtype: 'f64' })
  const trainer = createTrainer(model, { learner: pairStdp(options), optimizer: sgd({ learningRate: 1 }) })
  try {
    const size = Math.ceil(pre.length / batches)
    for (let first = 0; first < pre.length; first += size) {
      const rows = pre.slice(first, first + size).map((row, i) => [...row, ...post[first + i]])
      trainer.step({ x: rows.flat(), size: rows.length })
    }
    return Array.from(model.parameters[0].read())
  } finally {
    trainer.dispose()
    model.dispose()
  }
}

function doubleSum(
  { pre, post }: Trains,
  { aPlus, aMinus, tauPlus, tauMinus, dt }: ReturnType<typeof windows>,
  nearest: boolean,
): number[] {
  const times = (rows: Rows, column: number): number[] => rows.flatMap((row, t) => (row[column] ? [t] : []))
  /** The spikes before one that it makes pairs with. */
  const before = (spikes: readonly number[], at: number): readonly number[] => spikes.filter((t) => t < at).slice(nearest ? -1 : 0)
  return post[0].flatMap((_, i) =>
    pre[0].map((_, j) => {
      const [x, y] = [times(pre, j), times(post, i)]
      let sum = 0
      for (const at of y) for (const t of before(x, at)) sum += aPlus * Math.exp((-(at - t) * dt) / tauPlus)
      for (const at of x) for (const t of before(y, at)) sum -= aMinus * Math.exp((-(at - t) * dt) / tauMinus)
      return sum
    }),
  )
}

/**
 * How many standard errors the mean change of 20 runs is off from its expectation. A pair of steps s apart has spikes at both with the
 * product of their chances, and of T steps there are T - s such pairs.
 */
function driftDeviation(draws: Draws): number {
  const [steps, chanceX, chanceY, runs] = [1000, 0.03, 0.02, 20]
  const options = { ...windows(draws), dt: 1 }
  const changes = Array.from({ length: runs }, () => {
    const { pre } = draw(draws, steps, 1, 1, chanceX)
    const { post } = draw(draws, steps, 1, 1, chanceY)
    return learned({ pre, post }, options, 1)[0]
  })
  let expected = 0
  for (let s = 1; s < steps; s++) {
    const window = options.aPlus * Math.exp(-s / options.tauPlus) - options.aMinus * Math.exp(-s / options.tauMinus)
    expected += (steps - s) * chanceX * chanceY * window
  }
  const mean = changes.reduce((a, b) => a + b) / runs
  const variance = changes.reduce((sum, change) => sum + (change - mean) ** 2, 0) / (runs - 1)
  return Math.abs(mean - expected) / Math.sqrt(variance / runs)
}
