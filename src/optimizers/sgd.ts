import { Ceiling } from '../core/ceiling.js'
import { NgradError, requireNumber, requireOptions } from '../errors.js'
import type { Optimizer } from './optimizer.js'
import { schedule, type Schedule } from './schedule.js'

export interface SgdOptions {
  readonly learningRate: number | Schedule
  /** mu in [0, 1); default 0. */
  readonly momentum?: number
  /** Nesterov's form of the momentum; default false. */
  readonly nesterov?: boolean
  /** lambda, added to the direction as lambda times the parameters; default 0. */
  readonly weightDecay?: number
}

/**
 * Stochastic gradient descent, with heavy-ball momentum (Polyak 1964) or Nesterov's (1983):
 *
 *   g <- g + weightDecay p,   v <- momentum v + g,   p <- p - learningRate v
 *
 * (Nesterov: p <- p - learningRate (g + momentum v)).
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range
 */
export function sgd(options: SgdOptions): Optimizer {
  const { learningRate, momentum = 0, nesterov = false, weightDecay = 0 } = requireOptions('sgd(options)', options)
  const rate = schedule('sgd({ learningRate })', learningRate)
  requireNumber('sgd({ momentum })', momentum, 0)
  if (momentum >= 1) throw new NgradError('RANGE', 'sgd({ momentum })', 'a number in [0, 1)', momentum)
  requireNumber('sgd({ weightDecay })', weightDecay, 0)
  return {
    prepare: (ops, parameters, region) => {
      const velocity = momentum > 0 ? region.matrix(ops.dtype, 1, parameters.length) : null
      const ceiling = velocity && new Ceiling(ops, velocity)
      return {
        matrices: velocity ? { velocity } : {},
        size: rate,
        bound: (direction, size) => {
          const g = direction + weightDecay * Math.max(size, 1)
          if (!ceiling) return g
          ceiling.value = momentum * ceiling.value + g
          return nesterov ? g + momentum * ceiling.value : ceiling.value
        },
        refresh: () => ceiling?.refresh(),
        update: (direction) => {
          if (weightDecay > 0) ops.combine(weightDecay, parameters, 1, direction)
          if (velocity) ops.momentum(momentum, nesterov, velocity, direction)
        },
      }
    },
  }
}
