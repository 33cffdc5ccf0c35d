import type { RegistryRow } from '../row.js'
import { differenceTargetPropagation } from './difference-target-propagation.js'
import { targetPropagation } from './target-propagation.js'

export const rows: readonly RegistryRow[] = [
  {
    make: differenceTargetPropagation,
    paper: 'Lee et al. 2015; Meulemans et al. 2020',
    variants: [
      { label: 'differenceTargetPropagation', options: {} },
      {
        label: 'differenceTargetPropagation (from the outputs)',
        options: { from: 'outputs', reconstruction: 'difference' },
      },
      {
        label: 'differenceTargetPropagation (transposed)',
        options: { from: 'outputs', decoder: 'transposed' },
      },
    ],
    task: 'classes',
    recipe: {
      options: { from: 'outputs' }, // one hidden layer: from it, the rule is backprop
      optimizer: { kind: 'adam', learningRate: 1e-2, falls: true },
      epochs: 60,
      batchSize: 32,
    },
  },
  {
    make: targetPropagation,
    paper: 'Le Cun 1986; Bengio 2014',
    task: 'classes',
  },
]
