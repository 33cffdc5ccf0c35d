import { chain } from '../../optimizers/chain.js'
import { clipNorm } from '../../optimizers/clip-norm.js'
import { annealed, momentum, type RegistryRow } from '../row.js'
import { backprop } from './backprop.js'
import { centralDifferences } from './central-differences.js'
import { gaussNewton } from './gauss-newton.js'
import { recurrentBackprop } from './recurrent-backprop.js'

export const rows: readonly RegistryRow[] = [
  {
    name: 'recurrentBackprop',
    paper: 'Almeida 1987; Pineda 1987',
    variants: [{ label: 'recurrentBackprop', learner: recurrentBackprop() }],
    task: 'classes',
    convolutional: true,
    recipe: {
      learner: recurrentBackprop(),
      optimizer: (steps) => chain(clipNorm(1), annealed(5e-3)(steps)), // its exact gradient explodes near bifurcations
      epochs: 30,
      batchSize: 32,
    },
  },
  {
    name: 'backprop',
    paper: 'Rumelhart, Hinton & Williams 1986',
    variants: [{ label: 'backprop', learner: backprop() }],
    task: 'classes',
    convolutional: true,
    recipe: { learner: backprop(), optimizer: momentum(0.1), epochs: 30, batchSize: 32 },
  },
  {
    name: 'gaussNewton',
    paper: 'Meulemans et al. 2020; Bengio 2020',
    variants: [{ label: 'gaussNewton', learner: gaussNewton() }],
    task: 'classes',
  },
  {
    name: 'centralDifferences',
    paper: 'Jabri & Flower 1992',
    variants: [{ label: 'centralDifferences', learner: centralDifferences() }],
    task: 'classes',
  },
]
