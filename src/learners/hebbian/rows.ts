import type { RegistryRow } from '../row.js'
import { hebbian } from './hebbian.js'
import { hopfield } from './hopfield.js'
import { oja } from './oja.js'

export const rows: readonly RegistryRow[] = [
  {
    make: hebbian,
    paper: 'Hebb 1949',
    task: 'classes',
    recipe: { optimizer: { kind: 'sgd', learningRate: 0.01, weightDecay: 0.5 }, epochs: 10, batchSize: 32 },
  },
  { make: oja, paper: 'Oja 1982; Oja 1989', task: 'patterns' },
  { make: hopfield, paper: 'Hopfield 1982', task: 'memory' },
]
