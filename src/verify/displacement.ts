// Targets as near to the outputs as one likes: the knob of rules that hold their outputs at the targets.
import { toRounding } from '../dynamics/relaxation.js'
import type { Batch } from '../learners/batch.js'
import { contrastiveHebbian } from '../learners/contrastive/contrastive-hebbian.js'
import { Estimator } from '../learners/estimator.js'
import type { Setting } from '../learners/learner.js'

/** The batch with the targets t = o + displacement (y - o), o the outputs of the settled network's minus phase. */
export function displaced(displacement: number, { network, loss, batch, seed }: Setting): Batch {
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
