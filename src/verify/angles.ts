import { requireOwn } from '../errors.js'
import { Estimator } from '../learners/estimator.js'
import { requireParts } from '../learners/parts.js'
import { type Batch, takeBatch } from '../learners/batch.js'
import type { Learner } from '../learners/learner.js'
import { Trainer } from '../training/trainer.js'
import { angleDegrees, norm } from './distance.js'

/** How one parameter's direction lies to its reference. */
export interface Angle {
  readonly parameter: string
  /** In [0, 180]; NaN where either direction vanishes. */
  readonly degrees: number
  /** |direction| / |reference|; Infinity where only the reference vanishes, NaN where both do. */
  readonly normRatio: number
}

/**
 * The angle between the trainer's direction and the reference rule's, parameter by parameter, on a batch. Changes
 * nothing.
 *
 * @param reference usually `backprop()`, or `recurrentBackprop()` for rules that settle
 * @throws NgradError as `trainer.direction` does
 */
export function angles(trainer: Trainer, reference: Learner, batch: Batch): Angle[] {
  const where = 'angles(trainer, reference, batch)'
  requireOwn(where, trainer, Trainer, 'a trainer')
  const loss = trainer.loss ?? null
  requireParts(where, trainer.network, reference, loss)
  const taken = takeBatch(where, 'batch', batch, trainer.network, loss)
  const direction = trainer.direction(taken)
  const estimator = new Estimator(trainer.network, reference, loss, trainer.seed, 'measurement')
  try {
    estimator.estimate(where, taken)
    return estimator.direction.parameters.map(({ name, matrix }) => {
      const u = direction.of(name)
      const v = matrix.read()
      return { parameter: name, degrees: angleDegrees(u, v), normRatio: norm(u) / norm(v) }
    })
  } finally {
    estimator.dispose()
  }
}
