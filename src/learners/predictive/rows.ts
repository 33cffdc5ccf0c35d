import { momentum, type RegistryRow } from '../row.js'
import { predictiveCoding } from './predictive-coding.js'
import { predictiveLearning } from './predictive-learning.js'
import type { PredictiveHierarchy } from '../../models/predictive-hierarchy.js'

export const rows: readonly RegistryRow[] = [
  {
    name: 'predictiveCoding',
    paper: 'Whittington & Bogacz 2017; Millidge et al. 2022; Song et al. 2020',
    variants: [
      { label: 'predictiveCoding (strict)', learner: predictiveCoding() },
      { label: 'predictiveCoding (hidden precision 2)', learner: predictiveCoding({ hiddenPrecisions: 2 }) },
      { label: 'predictiveCoding (fixedPrediction)', learner: predictiveCoding({ variant: 'fixedPrediction' }) },
      { label: 'predictiveCoding (zeroDivergence)', learner: predictiveCoding({ variant: 'zeroDivergence' }) },
    ],
    task: 'classes',
    recipe: { learner: predictiveCoding(), optimizer: momentum(0.1), epochs: 30, batchSize: 32 },
  },
]

export const modelRows: readonly RegistryRow<PredictiveHierarchy>[] = [
  {
    name: 'predictiveLearning',
    paper: 'Rao & Ballard 1999',
    variants: [{ label: 'predictiveLearning', learner: predictiveLearning() }],
    task: 'hierarchy',
  },
]
