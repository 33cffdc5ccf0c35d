// That rules of stochastic models which sample are, in the mean, those that enumerate: z-tests over independent draws.
import { Estimator } from '../../learners/estimator.js'
import { boltzmannLearning } from '../../learners/generative/boltzmann-learning.js'
import { wakeSleep } from '../../learners/generative/wake-sleep.js'
import type { Learner } from '../../learners/learner.js'
import { boltzmannMachine } from '../../models/boltzmann-machine.js'
import { helmholtzMachine } from '../../models/helmholtz-machine.js'
import type { Model } from '../../models/model.js'
import { flatten } from '../distance.js'
import { largestDeviation } from '../measure-claim.js'
import type { Draws } from '../random-setting.js'
import type { Property } from './property.js'

const draws = 1500

const unbiased = {
  kind: 'unbiased',
  expected: 'every |z| within its bound',
  holds: (share: number): boolean => share <= 1,
  text: (share: number): string => `largest |z| ${share.toFixed(2)} of it`,
} as const

/** So long at temperature 1 that chains have forgotten where they began. */
const mixing: readonly number[] = new Array<number>(60).fill(1)

export const samplingClaims: readonly Property[] = [
  {
    ...unbiased,
    rule: 'boltzmannLearning',
    claim: 'unbiased: the same at equilibrium (gibbs)',
    conditions: '3 visible, 2 hidden units, weights U(-0.1, 0.1), 60 sweeps',
    measure: (cases) =>
      deviation(
        cases,
        boltzmannMachine({ visible: 3, hidden: 2 }).build({ dtype: 'f64', seed: cases.seed }),
        boltzmannLearning({ expectations: 'gibbs', temperatures: mixing, samples: 2 }),
        boltzmannLearning(),
      ),
  },
  {
    ...unbiased,
    rule: 'wakeSleep',
    claim: 'unbiased: sampled states have the mean of enumerated ones',
    conditions: '3 visible, 2 hidden units',
    measure: (cases) =>
      deviation(
        cases,
        helmholtzMachine({ layers: [3, 2], spread: 1 }).build({ dtype: 'f64', seed: cases.seed }),
        wakeSleep(),
        wakeSleep({ expected: true }),
      ),
  },
]

/** The largest |z| of the mean direction of a rule against the direction of another, over what may be. The model is disposed of. */
function deviation<M extends Model>(cases: Draws, model: M, sampled: Learner<M>, enumerated: Learner<M>): number {
  const size = 4
  const x = cases.list(size * model.width, 0, 1).map((value) => (value < 0.5 ? 0 : 1))
  const withRule = <T>(learner: Learner<M>, use: (direction: () => number[]) => T): T => {
    const estimator = new Estimator<M>(model, learner, null, cases.seed, 'measurement')
    try {
      return use(() => {
        estimator.estimate('verify', { x, size })
        return estimator.directions.flatMap(flatten)
      })
    } finally {
      estimator.dispose()
    }
  }
  try {
    const expected = withRule(enumerated, (direction) => direction())
    const { worst, bound } = withRule(sampled, (direction) => largestDeviation(expected, draws, direction))
    return worst / bound
  } finally {
    model.dispose()
  }
}
