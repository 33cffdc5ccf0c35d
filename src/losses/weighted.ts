import { describe, NgradError } from '../errors.js'
import type { Objective } from './loss.js'

/**
 * The same loss of samples that count by weights of their own: the mean of w_i C(h_i, y_i) over a batch's `size` samples, so that a
 * sample of weight 2 counts as two would, and one of weight 0 not at all. The weights come with the batch, or with the data, where
 * `fit` and `evaluate` find them; without any, each is 1. Errors are weighted where the loss makes them, dC/dh = w_i (link(h_i) - y_i):
 * rules that hold outputs at their targets instead refuse it (`hebbian`, `contrastiveHebbian`, `generec`, `recirculation`), and so do
 * phases round a circle.
 *
 * ```ts
 * const trainer = createTrainer(network, { learner: backprop(), loss: weighted(crossEntropy()), optimizer: adam() })
 * await trainer.fit({ ...train, weights: classWeights(train) }) // rare classes count as much as frequent ones
 * ```
 *
 * @throws NgradError `TYPE` for what is no loss; `UNSUPPORTED` for one that is weighted
 */
export function weighted<L extends Objective>(loss: L): L {
  const where = 'weighted(loss)'
  if (typeof loss?.evaluate !== 'function') throw new NgradError('TYPE', where, 'a loss, such as crossEntropy()', describe(loss))
  if (loss.weighs) throw new NgradError('UNSUPPORTED', where, 'a loss that is not weighted', 'a weighted one')
  // The core's own loops know no weights: no code, and errors that are no mere differences.
  const unserved = { ...loss, code: null, quadratic: false, unlinked: true, weighs: true }
  return {
    ...unserved,
    bind: (host, weights, costs): L => {
      const inner = loss.bind?.(host, weights, costs) ?? loss
      return {
        ...unserved,
        evaluate: (ops, h, y, errors, samples = null) => {
          const each = samples ?? costs
          inner.evaluate(ops, h, y, errors, each)
          if (errors !== null) ops.scaleRows(weights, errors)
          const sum = ops.doubles.dot(weights, each)
          if (samples) ops.doubles.multiply(1, weights, samples)
          return sum
        },
      }
    },
  }
}
