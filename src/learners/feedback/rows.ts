import { momentum, type RegistryRow } from '../row.js'
import { directFeedbackAlignment } from './direct-feedback-alignment.js'
import { feedbackAlignment } from './feedback-alignment.js'
import { kolenPollack } from './kolen-pollack.js'

export const rows: readonly RegistryRow[] = [
  {
    name: 'directFeedbackAlignment',
    paper: 'Nokland 2016',
    variants: [{ label: 'directFeedbackAlignment', learner: directFeedbackAlignment() }],
    task: 'classes',
    recipe: { learner: directFeedbackAlignment(), optimizer: momentum(0.1), epochs: 30, batchSize: 32 },
  },
  {
    name: 'feedbackAlignment',
    paper: 'Lillicrap et al. 2016',
    variants: [{ label: 'feedbackAlignment', learner: feedbackAlignment() }],
    task: 'classes',
    recipe: { learner: feedbackAlignment(), optimizer: momentum(0.1), epochs: 30, batchSize: 32 },
  },
  {
    name: 'kolenPollack',
    paper: 'Kolen & Pollack 1994; Akrout et al. 2019',
    variants: [{ label: 'kolenPollack', learner: kolenPollack() }],
    task: 'classes',
    recipe: { learner: kolenPollack(), optimizer: momentum(0.1), epochs: 30, batchSize: 32 },
  },
]
