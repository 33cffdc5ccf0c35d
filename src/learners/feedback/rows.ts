import type { RegistryRow } from '../row.js'
import { directFeedbackAlignment } from './direct-feedback-alignment.js'
import { feedbackAlignment } from './feedback-alignment.js'
import { kolenPollack } from './kolen-pollack.js'

export const rows: readonly RegistryRow[] = [
  {
    make: directFeedbackAlignment,
    paper: 'Nokland 2016',
    task: 'classes',
    recipe: { optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0.9 }, epochs: 30, batchSize: 32 },
  },
  {
    make: feedbackAlignment,
    paper: 'Lillicrap et al. 2016',
    task: 'classes',
    recipe: { optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0.9 }, epochs: 30, batchSize: 32 },
  },
  {
    make: kolenPollack,
    paper: 'Kolen & Pollack 1994; Akrout et al. 2019',
    task: 'classes',
    recipe: { optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0.9 }, epochs: 30, batchSize: 32 },
  },
]
