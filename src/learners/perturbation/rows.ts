import { annealed, type RegistryRow } from '../row.js'
import { nodePerturbation } from './node-perturbation.js'
import { weightPerturbation } from './weight-perturbation.js'

export const rows: readonly RegistryRow[] = [
  {
    name: 'weightPerturbation',
    paper: 'Dembo & Kailath 1990; Spall 1992',
    variants: [
      { label: 'weightPerturbation', learner: weightPerturbation() },
      { label: 'weightPerturbation (gaussian, forward)', learner: weightPerturbation({ noise: 'gaussian', difference: 'forward' }) },
    ],
    task: 'classes',
    recipe: { learner: weightPerturbation({ samples: 4 }), optimizer: annealed(1e-2), epochs: 30, batchSize: 32 },
  },
  {
    name: 'nodePerturbation',
    paper: 'Le Cun, Galland & Hinton 1988; Werfel, Xie & Seung 2005',
    variants: [
      { label: 'nodePerturbation', learner: nodePerturbation() },
      { label: 'nodePerturbation (gaussian, forward)', learner: nodePerturbation({ noise: 'gaussian', difference: 'forward' }) },
    ],
    task: 'classes',
    recipe: { learner: nodePerturbation(), optimizer: annealed(1e-2), epochs: 30, batchSize: 32 },
  },
]
