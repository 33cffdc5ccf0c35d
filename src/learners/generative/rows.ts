import type { BoltzmannMachine } from '../../models/boltzmann-machine.js'
import type { HelmholtzMachine } from '../../models/helmholtz-machine.js'
import type { Rbm } from '../../models/rbm.js'
import type { RegistryRow } from '../row.js'
import { boltzmannLearning } from './boltzmann-learning.js'
import { contrastiveDivergence } from './contrastive-divergence.js'
import { meanFieldLearning } from './mean-field-learning.js'
import { rbmLikelihood } from './rbm-likelihood.js'
import { wakeSleep } from './wake-sleep.js'

export const rows: readonly (RegistryRow<BoltzmannMachine> | RegistryRow<Rbm> | RegistryRow<HelmholtzMachine>)[] = [
  {
    name: 'boltzmannLearning',
    paper: 'Ackley, Hinton & Sejnowski 1985',
    variants: [
      { label: 'boltzmannLearning', learner: boltzmannLearning() },
      { label: 'boltzmannLearning (gibbs)', learner: boltzmannLearning({ expectations: 'gibbs' }) },
    ],
    task: 'boltzmann',
  },
  {
    name: 'meanFieldLearning',
    paper: 'Peterson & Anderson 1987; Hinton 1989',
    variants: [{ label: 'meanFieldLearning', learner: meanFieldLearning() }],
    task: 'boltzmann',
  },
  {
    name: 'rbmLikelihood',
    paper: 'Smolensky 1986; Hinton 2002',
    variants: [{ label: 'rbmLikelihood', learner: rbmLikelihood() }],
    task: 'rbm',
  },
  {
    name: 'contrastiveDivergence',
    paper: 'Hinton 2002; Tieleman 2008',
    variants: [
      { label: 'contrastiveDivergence', learner: contrastiveDivergence() },
      { label: 'contrastiveDivergence (persistent)', learner: contrastiveDivergence({ persistent: 3 }) },
      { label: 'contrastiveDivergence (expected)', learner: contrastiveDivergence({ expected: true }) },
    ],
    task: 'rbm',
  },
  {
    name: 'wakeSleep',
    paper: 'Hinton, Dayan, Frey & Neal 1995',
    variants: [
      { label: 'wakeSleep', learner: wakeSleep() },
      { label: 'wakeSleep (expected)', learner: wakeSleep({ expected: true }) },
    ],
    task: 'helmholtz',
  },
]
