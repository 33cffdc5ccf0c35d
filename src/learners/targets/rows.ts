import { annealed, type RegistryRow } from '../row.js'
import { differenceTargetPropagation } from './difference-target-propagation.js'
import { targetPropagation } from './target-propagation.js'

export const rows: readonly RegistryRow[] = [
  {
    name: 'differenceTargetPropagation',
    paper: 'Lee et al. 2015; Meulemans et al. 2020',
    variants: [
      { label: 'differenceTargetPropagation', learner: differenceTargetPropagation() },
      {
        label: 'differenceTargetPropagation (from the outputs)',
        learner: differenceTargetPropagation({ from: 'outputs', reconstruction: 'difference' }),
      },
      {
        label: 'differenceTargetPropagation (transposed)',
        learner: differenceTargetPropagation({ from: 'outputs', decoder: 'transposed' }),
      },
    ],
    task: 'classes',
    recipe: {
      learner: differenceTargetPropagation({ from: 'outputs' }), // one hidden layer: from it, the rule is backprop
      optimizer: annealed(1e-2),
      epochs: 60,
      batchSize: 32,
    },
  },
  {
    name: 'targetPropagation',
    paper: 'Le Cun 1986; Bengio 2014',
    variants: [{ label: 'targetPropagation', learner: targetPropagation() }],
    task: 'classes',
  },
]
