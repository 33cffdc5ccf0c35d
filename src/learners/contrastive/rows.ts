import { annealed, momentum, type RegistryRow } from '../row.js'
import { contrastiveHebbian } from './contrastive-hebbian.js'
import { equilibriumPropagation } from './equilibrium-propagation.js'
import { generec } from './generec.js'
import { postRateHebbian } from './post-rate-hebbian.js'
import { recirculation } from './recirculation.js'

export const rows: readonly RegistryRow[] = [
  {
    name: 'contrastiveHebbian',
    paper: 'Xie & Seung 2003',
    variants: [{ label: 'contrastiveHebbian', learner: contrastiveHebbian() }],
    task: 'classes',
    convolutional: true,
    recipe: { learner: contrastiveHebbian(), optimizer: momentum(0.1), epochs: 30, batchSize: 32 },
  },
  {
    name: 'generec',
    paper: "O'Reilly 1996",
    variants: (['symmetric', 'asymmetric', 'midpoint', 'contrastive'] as const).map((variant) => ({
      label: `generec (${variant})`,
      learner: generec({ variant }),
    })),
    task: 'classes',
    recipe: {
      learner: generec({ tolerance: 1e-3 }),
      optimizer: momentum(0.1),
      epochs: 30,
      batchSize: 32,
    },
  },
  {
    name: 'equilibriumPropagation',
    paper: 'Scellier & Bengio 2017; Laborieux et al. 2021',
    variants: [
      { label: 'equilibriumPropagation (symmetric)', learner: equilibriumPropagation() },
      { label: 'equilibriumPropagation (positive)', learner: equilibriumPropagation({ nudging: 'positive' }) },
      { label: 'equilibriumPropagation (negative)', learner: equilibriumPropagation({ nudging: 'negative' }) },
      { label: 'equilibriumPropagation (readout outside)', learner: equilibriumPropagation({ readout: 'outside' }) },
      { label: 'equilibriumPropagation (potentials)', learner: equilibriumPropagation({ states: 'potentials' }) },
      { label: 'equilibriumPropagation (holomorphic)', learner: equilibriumPropagation({ nudging: 'holomorphic' }), task: 'values' },
    ],
    task: 'classes',
    convolutional: true,
    recipe: {
      learner: equilibriumPropagation({ beta: 1, tolerance: 1e-3 }),
      optimizer: annealed(2e-2, 0.1), // decay keeps the weights where the network still settles
      epochs: 30,
      batchSize: 16,
    },
  },
  {
    name: 'postRateHebbian',
    paper: 'Bengio et al. 2017',
    variants: [{ label: 'postRateHebbian', learner: postRateHebbian() }],
    task: 'classes',
    recipe: {
      learner: postRateHebbian({ beta: 0.3 }),
      optimizer: annealed(2e-3), // its one-sided nudge is biased: faster, and the network leaves its fixed point
      epochs: 30,
      batchSize: 32,
    },
  },
  {
    name: 'recirculation',
    paper: 'Hinton & McClelland 1988',
    variants: [{ label: 'recirculation', learner: recirculation() }],
    task: 'autoencoder',
  },
]
