// The claim of rules that hold their outputs at the targets: what is true as the targets approach the outputs.
import type { LimitClaim, Setting } from '../learner.js'
import { contrastiveHebbian } from './contrastive-hebbian.js'
import { Estimator } from '../estimator.js'
import type { Batch } from '../batch.js'
import type { Learner } from '../learner.js'
import { toRounding } from '../../dynamics/relaxation.js'

/** Two rules that agree as the targets approach the outputs. */
export const asDisplacementVanishes = (order: number, rule: () => Learner, reference: () => Learner): LimitClaim => ({
  kind: 'limit',
  knob: 'displacement',
  order,
  values: [0.08, 0.04, 0.02, 0.01, 0.005],
  at: rule,
  batch: displaced,
  reference,
})

/** The batch with the targets t = o + displacement (y - o), o the outputs of the minus phase. */
function displaced(displacement: number, { network, loss, batch, seed }: Setting): Batch {
  const estimator = new Estimator(network, contrastiveHebbian({ ...toRounding, gamma: 1 }), loss, seed, 'measurement')
  try {
    estimator.load('displacement', batch)
    const { outputs } = estimator.predict()
    loss.link(network.ops, outputs, outputs)
    const o = outputs.read()
    return { ...batch, y: Array.from(batch.y, (target, i) => o[i] + displacement * (target - o[i])) }
  } finally {
    estimator.dispose()
  }
}
