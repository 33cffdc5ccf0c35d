import { floatArray } from '../core/dtype.js'
import type { Admissible } from '../core/validity.js'
import { describe, NgradError, requireNumber, requireOptions } from '../errors.js'
import type { Loss, LossHost } from './loss.js'
import type { Metric } from './metric.js'

/** A loss of one's own: {@link defineLoss}. */
export interface LossDefinition {
  /** For errors and files. */
  readonly name: string
  /**
   * C(h, y) of one sample: of its outputs and its targets, both to be read. `errors` <- dC/dh, all of it.
   *
   * @returns a finite number
   */
  sample(h: Float64Array, y: Float64Array, errors: Float64Array): number
  /** What each target must be; default a finite number. */
  readonly targets?: Admissible
  /** Above what a single output says yes; default 0. */
  readonly threshold?: number
  /** What `evaluate` computes beside loss and accuracy; default nothing. */
  metrics?(): readonly Metric[]
}

const finite: Admissible = { expected: 'a finite number', accepts: Number.isFinite }

/**
 * A loss of one's own, in double precision whatever the network's. Every rule takes it that asks a loss how outputs err; those that hold
 * outputs at their targets refuse it (`hebbian`, `contrastiveHebbian`, `generec`, `recirculation`), as they know no other error than
 * link(h) - y. `gradientCheck(network, backprop(), loss, batch)` says whether the errors are the gradient of the cost. It is many times
 * as slow as those of the library; what it is called with is the same arrays in every call.
 *
 * ```ts
 * // |h - y| beyond 1, half its square within: Huber 1964, Ann. Math. Statist. 35:73
 * const huber = defineLoss({
 *   name: 'huber',
 *   sample: (h, y, errors) => {
 *     let cost = 0
 *     for (let j = 0; j < h.length; j++) {
 *       const error = h[j] - y[j]
 *       errors[j] = Math.max(-1, Math.min(1, error))
 *       cost += Math.abs(error) <= 1 ? (error * error) / 2 : Math.abs(error) - 1 / 2
 *     }
 *     return cost
 *   },
 * })
 * createTrainer(network, { learner: backprop(), loss: huber, optimizer: sgd({ learningRate: 0.1 }) })
 * ```
 *
 * While it runs, the trainer that it is called for takes no other call; what it throws ends the step, which changes nothing then.
 *
 * @throws NgradError `TYPE` for what is no such definition; at a step `NOT_FINITE` or `TYPE` for a cost that is no finite number,
 * `NOT_FINITE` for such errors
 */
export function defineLoss(definition: LossDefinition): Loss {
  const where = 'defineLoss(definition)'
  const { name, sample, targets, threshold, metrics } = requireOptions<LossDefinition>(where, definition, {
    name: true,
    sample: true,
    targets: true,
    threshold: true,
    metrics: true,
  })
  if (typeof name !== 'string' || name === '') throw new NgradError('TYPE', `${where}: name`, 'a name', describe(name))
  if (typeof sample !== 'function') throw new NgradError('TYPE', `${where}: sample`, 'a function (h, y, errors) => cost', describe(sample))
  if (targets !== undefined && typeof targets?.accepts !== 'function')
    throw new NgradError('TYPE', `${where}: targets`, '{ expected, accepts }', describe(targets))
  if (threshold !== undefined) requireNumber(`${where}: threshold`, threshold)
  if (metrics !== undefined && typeof metrics !== 'function')
    throw new NgradError('TYPE', `${where}: metrics`, 'a function () => metrics', describe(metrics))
  const unavailable = (): never => {
    throw new NgradError('UNSUPPORTED', name, 'a loss that is at work on a trainer', 'a definition')
  }
  const loss: Loss = {
    name,
    code: null,
    of: 'outputs',
    unlinked: true,
    targets: targets ?? finite,
    ...(threshold !== undefined && { threshold }),
    ...(metrics && { metrics: () => metrics() }),
    evaluate: unavailable,
    link: unavailable,
    bind: (host) => {
      // Copies: what the user's function may do to the memory of the core, it does before anything is written there.
      let [costs, errors] = [floatArray('f64', 0), floatArray('f64', 0)]
      let [hRow, yRow, eRow] = [floatArray('f64', 0), floatArray('f64', 0), floatArray('f64', 0)]
      return {
        ...loss,
        evaluate: (_ops, h, y, wanted, samples = null) => {
          const { rows, columns } = h
          if (hRow.length !== columns)
            [hRow, yRow, eRow] = [floatArray('f64', columns), floatArray('f64', columns), floatArray('f64', columns)]
          if (costs.length !== rows) [costs, errors] = [floatArray('f64', rows), floatArray('f64', rows * columns)]
          const [outputs, targets] = [h.read(), y.read()]
          aside(host, name, () => {
            for (let row = 0; row < rows; row++) {
              for (let j = 0; j < columns; j++) {
                hRow[j] = outputs[row * columns + j]
                yRow[j] = targets[row * columns + j]
                eRow[j] = NaN
              }
              costs[row] = requireNumber(`${name}: cost of row ${row}`, sample(hRow, yRow, eRow))
              errors.set(eRow, row * columns)
            }
          })
          let sum = 0
          for (let row = 0; row < rows; row++) sum += costs[row]
          wanted?.write(errors)
          samples?.write(costs)
          return sum
        },
      }
    },
  }
  return loss
}

/** Calls what is the user's: meanwhile the trainer takes no other call, and after it must still be there. */
function aside(host: LossHost, where: string, call: () => void): void {
  host.occupation.reading = true
  try {
    call()
  } finally {
    host.occupation.reading = false
    host.requireAlive(where)
  }
}
