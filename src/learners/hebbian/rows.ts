import { sgd } from '../../optimizers/sgd.js'
import type { RegistryRow } from '../row.js'
import { hebbian } from './hebbian.js'
import type { AssociativeMemory } from '../../models/associative-memory.js'
import { hopfield } from './hopfield.js'
import { oja } from './oja.js'

export const rows: readonly RegistryRow[] = [
  {
    name: 'hebbian',
    paper: 'Hebb 1949',
    variants: [{ label: 'hebbian', learner: hebbian() }],
    task: 'classes',
    recipe: { learner: hebbian(), optimizer: () => sgd({ learningRate: 0.01, weightDecay: 0.5 }), epochs: 10, batchSize: 32 },
  },
  { name: 'oja', paper: 'Oja 1982; Oja 1989', variants: [{ label: 'oja', learner: oja() }], task: 'patterns' },
]

export const memoryRows: readonly RegistryRow<AssociativeMemory>[] = [
  { name: 'hopfield', paper: 'Hopfield 1982', variants: [{ label: 'hopfield', learner: hopfield() }], task: 'memory' },
]
