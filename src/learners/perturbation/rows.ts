import type { RegistryRow } from '../row.js'
import { nodePerturbation } from './node-perturbation.js'
import { weightPerturbation } from './weight-perturbation.js'

export const rows: readonly RegistryRow[] = [
  {
    make: weightPerturbation,
    paper: 'Dembo & Kailath 1990; Spall 1992',
    variants: [
      { label: 'weightPerturbation', options: {} },
      { label: 'weightPerturbation (gaussian, forward)', options: { noise: 'gaussian', difference: 'forward' } },
    ],
    task: 'classes',
    recipe: { options: { samples: 4 }, optimizer: { kind: 'adam', learningRate: 1e-2, falls: true }, epochs: 30, batchSize: 32 },
  },
  {
    make: nodePerturbation,
    paper: 'Le Cun, Galland & Hinton 1988; Werfel, Xie & Seung 2005',
    variants: [
      { label: 'nodePerturbation', options: {} },
      { label: 'nodePerturbation (gaussian, forward)', options: { noise: 'gaussian', difference: 'forward' } },
    ],
    task: 'classes',
    recipe: { optimizer: { kind: 'adam', learningRate: 1e-2, falls: true }, epochs: 30, batchSize: 32 },
  },
]
