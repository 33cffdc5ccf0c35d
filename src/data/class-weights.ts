import { classOf } from '../core/class-of.js'
import { floatArray } from '../core/dtype.js'
import { takeNumbers } from '../core/numbers.js'
import { requireNumber, requireOwn } from '../errors.js'
import { Dataset } from './dataset.js'

/**
 * The weight of each example by its class, for a loss that is `weighted`: those given, or such that all classes that occur count alike
 * and the mean weight is 1, that is size / (classes x examples of the class). The class of a row is its largest target; of a single
 * target, no or yes, above 1/2.
 *
 * ```ts
 * dataset({ ...train, weights: classWeights(train) })
 * dataset({ ...train, weights: classWeights(train, [1, 5]) }) // an example of class 1 counts five times
 * ```
 *
 * @param weights one for each class, at least 0
 * @returns one for each example
 * @throws NgradError `TYPE`, `NOT_FINITE`, `RANGE`, `SHAPE`
 */
export function classWeights(data: Dataset, weights?: ArrayLike<number>): Float64Array {
  const where = 'classWeights(data, weights)'
  const { y, size, outputs } = requireOwn(where, data, Dataset, 'a dataset(...)')
  const classes = Math.max(2, outputs)
  const labels = Array.from({ length: size }, (_, row) => classOf(y, row * outputs, outputs, 0.5))
  const given = weights === undefined ? null : takeNumbers(where, ': weights', weights, 1, classes)
  const counts = new Array<number>(classes).fill(0)
  for (const label of labels) counts[label]++
  const occurring = counts.filter((count) => count > 0).length
  const of = counts.map((count, label) =>
    given ? requireNumber(`${where}: weights[${label}]`, given[label], 0) : size / (occurring * count),
  )
  return floatArray('f64', size).map((_, row) => of[labels[row]])
}
