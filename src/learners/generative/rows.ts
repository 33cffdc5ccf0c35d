import type { RegistryRow } from '../row.js'
import { boltzmannLearning } from './boltzmann-learning.js'
import { contrastiveDivergence } from './contrastive-divergence.js'
import { meanFieldLearning } from './mean-field-learning.js'
import { rbmLikelihood } from './rbm-likelihood.js'
import { wakeSleep } from './wake-sleep.js'

export const rows: readonly RegistryRow[] = [
  {
    make: boltzmannLearning,
    paper: 'Ackley, Hinton & Sejnowski 1985',
    variants: [
      { label: 'boltzmannLearning', options: {} },
      { label: 'boltzmannLearning (gibbs)', options: { expectations: 'gibbs' } },
    ],
    task: 'boltzmann',
  },
  {
    make: meanFieldLearning,
    paper: 'Peterson & Anderson 1987; Hinton 1989',
    task: 'boltzmann',
  },
  {
    make: rbmLikelihood,
    paper: 'Smolensky 1986; Hinton 2002',
    task: 'rbm',
  },
  {
    make: contrastiveDivergence,
    paper: 'Hinton 2002; Tieleman 2008',
    variants: [
      { label: 'contrastiveDivergence', options: {} },
      { label: 'contrastiveDivergence (persistent)', options: { persistent: 3 } },
      { label: 'contrastiveDivergence (expected)', options: { expected: true } },
    ],
    task: 'rbm',
  },
  {
    make: wakeSleep,
    paper: 'Hinton, Dayan, Frey & Neal 1995',
    variants: [
      { label: 'wakeSleep', options: {} },
      { label: 'wakeSleep (expected)', options: { expected: true } },
    ],
    task: 'helmholtz',
  },
]
