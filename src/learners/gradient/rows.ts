import type { RegistryRow } from '../row.js'
import { backprop } from './backprop.js'
import { centralDifferences } from './central-differences.js'
import { gaussNewton } from './gauss-newton.js'
import { recurrentBackprop } from './recurrent-backprop.js'

export const rows: readonly RegistryRow[] = [
  {
    make: recurrentBackprop,
    paper: 'Almeida 1987; Pineda 1987',
    task: 'classes',
    convolutional: true,
    recipe: {
      optimizer: { kind: 'adam', learningRate: 5e-3, falls: true, clip: 1 }, // its exact gradient explodes near bifurcations
      epochs: 30,
      batchSize: 32,
    },
  },
  {
    make: backprop,
    paper: 'Rumelhart, Hinton & Williams 1986',
    task: 'classes',
    convolutional: true,
    recipe: { optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0.9 }, epochs: 30, batchSize: 32 },
  },
  {
    make: gaussNewton,
    paper: 'Meulemans et al. 2020; Bengio 2020',
    task: 'classes',
  },
  {
    make: centralDifferences,
    paper: 'Jabri & Flower 1992',
    task: 'classes',
  },
]
