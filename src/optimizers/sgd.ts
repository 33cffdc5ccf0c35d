import { Ceiling } from '../core/ceiling.js'
import type { Matrix, Region } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import { NgradError, requireNumber, requireOptions } from '../errors.js'
import type { Optimizer, OptimizerState } from './optimizer.js'
import { schedule, type Schedule } from './schedule.js'

/** Options of {@link sgd}. */
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
  const {
    learningRate,
    momentum = 0,
    nesterov = false,
    weightDecay = 0,
  } = requireOptions('sgd(options)', options, { learningRate: true, momentum: true, nesterov: true, weightDecay: true })
  const rate = schedule('sgd({ learningRate })', learningRate)
  requireNumber('sgd({ momentum })', momentum, 0)
  if (momentum >= 1) throw new NgradError('RANGE', 'sgd({ momentum })', 'a number in [0, 1)', momentum)
  requireNumber('sgd({ weightDecay })', weightDecay, 0)
  return { prepare: (ops, parameters, region) => new SgdState(ops, parameters, region, rate, { momentum, nesterov, weightDecay }) }
}

type Settings = Required<Omit<SgdOptions, 'learningRate'>>

class SgdState implements OptimizerState {
  readonly matrices: Readonly<Record<string, Matrix>>
  readonly #velocity: Matrix | null
  readonly #ceiling: Ceiling | null

  constructor(
    readonly ops: Operations,
    readonly parameters: Matrix,
    region: Region,
    readonly size: Schedule,
    readonly settings: Settings,
  ) {
    this.#velocity = settings.momentum > 0 ? region.matrix(ops.dtype, 1, parameters.length) : null
    this.#ceiling = this.#velocity && new Ceiling(ops, this.#velocity)
    this.matrices = this.#velocity ? { velocity: this.#velocity } : {}
  }

  bound(direction: number, size: number): number {
    const { momentum, nesterov, weightDecay } = this.settings
    const g = direction + weightDecay * Math.max(size, 1)
    if (!this.#ceiling) return g
    this.#ceiling.value = momentum * this.#ceiling.value + g
    return nesterov ? g + momentum * this.#ceiling.value : this.#ceiling.value
  }

  refresh(): void {
    this.#ceiling?.refresh()
  }

  update(direction: Matrix): void {
    const { momentum, nesterov, weightDecay } = this.settings
    if (weightDecay > 0) this.ops.combine(weightDecay, this.parameters, 1, direction)
    if (this.#velocity) this.ops.momentum(momentum, nesterov, this.#velocity, direction)
  }
}
