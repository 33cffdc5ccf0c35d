import type { RegistryRow } from '../row.js'
import { predictiveCoding } from './predictive-coding.js'
import { predictiveLearning } from './predictive-learning.js'

export const rows: readonly RegistryRow[] = [
  {
    make: predictiveCoding,
    paper: 'Whittington & Bogacz 2017; Millidge et al. 2022; Song et al. 2020',
    variants: [
      { label: 'predictiveCoding (strict)', options: {} },
      { label: 'predictiveCoding (hidden precision 2)', options: { hiddenPrecisions: 2 } },
      { label: 'predictiveCoding (fixedPrediction)', options: { variant: 'fixedPrediction' } },
      { label: 'predictiveCoding (zeroDivergence)', options: { variant: 'zeroDivergence' } },
    ],
    task: 'classes',
    recipe: { optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0.9 }, epochs: 30, batchSize: 32 },
  },
  {
    make: predictiveLearning,
    paper: 'Rao & Ballard 1999',
    task: 'hierarchy',
  },
]
