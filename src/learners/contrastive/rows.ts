import type { RegistryRow } from '../row.js'
import { contrastiveHebbian } from './contrastive-hebbian.js'
import { equilibriumPropagation } from './equilibrium-propagation.js'
import { generec } from './generec.js'
import { postRateHebbian } from './post-rate-hebbian.js'
import { recirculation } from './recirculation.js'

export const rows: readonly RegistryRow[] = [
  {
    make: contrastiveHebbian,
    paper: 'Xie & Seung 2003',
    task: 'classes',
    convolutional: true,
    recipe: { optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0.9 }, epochs: 30, batchSize: 32 },
  },
  {
    make: generec,
    paper: "O'Reilly 1996",
    variants: (['symmetric', 'asymmetric', 'midpoint', 'contrastive'] as const).map((variant) => ({
      label: `generec (${variant})`,
      options: { variant },
    })),
    task: 'classes',
    recipe: {
      options: { tolerance: 1e-3 },
      optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0.9 },
      epochs: 30,
      batchSize: 32,
    },
  },
  {
    make: equilibriumPropagation,
    paper: 'Scellier & Bengio 2017; Laborieux et al. 2021',
    variants: [
      { label: 'equilibriumPropagation (symmetric)', options: {} },
      { label: 'equilibriumPropagation (positive)', options: { nudging: 'positive' } },
      { label: 'equilibriumPropagation (negative)', options: { nudging: 'negative' } },
      { label: 'equilibriumPropagation (readout outside)', options: { readout: 'outside' } },
      { label: 'equilibriumPropagation (potentials)', options: { states: 'potentials' } },
      { label: 'equilibriumPropagation (holomorphic)', options: { nudging: 'holomorphic' }, task: 'values' },
    ],
    task: 'classes',
    convolutional: true,
    recipe: {
      options: { beta: 1, tolerance: 1e-3 },
      optimizer: { kind: 'adam', learningRate: 2e-2, falls: true, weightDecay: 0.1 }, // decay keeps the weights where the network still settles
      epochs: 30,
      batchSize: 16,
    },
  },
  {
    make: postRateHebbian,
    paper: 'Bengio et al. 2017',
    task: 'classes',
    recipe: {
      options: { beta: 0.3 },
      optimizer: { kind: 'adam', learningRate: 2e-3, falls: true }, // its one-sided nudge is biased: faster, and the network leaves its fixed point
      epochs: 30,
      batchSize: 32,
    },
  },
  {
    make: recirculation,
    paper: 'Hinton & McClelland 1988',
    task: 'autoencoder',
  },
]
