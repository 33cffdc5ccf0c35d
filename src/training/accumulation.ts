// Steps by directions that are put together: of several batches, or by the caller.
import { type Numbers, takeNumbers, unreadable } from '../core/numbers.js'
import { NgradError, requireArray, requireOwn } from '../errors.js'
import type { ParameterGroup } from '../layers/parameter.js'
import type { BatchOf } from '../learners/batch.js'
import type { Model } from '../models/model.js'
import { type LossOf, requireCountable } from './fit.js'
import { Trainer } from './trainer.js'

/** The sums of a trainer's directions: made once. */
const sums = new WeakMap<object, readonly ParameterGroup[]>()

/**
 * One step over several batches: their directions are averaged, by the batches' sizes. For more examples than there is memory for at
 * once.
 *
 * ```ts
 * const loss = accumulate(trainer, [first, second, third])
 * ```
 *
 * @returns the mean loss over all of their examples, before the step
 * @throws NgradError as `trainer.step` does, and nothing has changed then; `RANGE` for no batch; `UNSUPPORTED` for a rule that keeps more
 * than parameters from step to step
 */
export function accumulate<M extends Model>(trainer: Trainer<M>, batches: readonly BatchOf<M>[]): LossOf<M> {
  const where = 'accumulate(trainer, batches)'
  requireStateless(where, trainer)
  const { estimator, model } = trainer
  const list = requireArray(where, batches)
  if (list.length === 0) throw new NgradError('RANGE', where, 'at least one batch', 'none')
  const groups = estimator.allDirections
  let of = sums.get(trainer)
  if (of === undefined) sums.set(trainer, (of = groups.map((group) => group.like(estimator.region, `sum of ${group.name}`))))
  estimator.mark()
  try {
    let [rows, costs] = [0, 0]
    let figure: number | undefined
    for (const batch of list) {
      figure = estimator.estimate(where, batch)
      const size = estimator.rows
      for (const [i, { flat }] of of.entries()) model.ops.combine(size, groups[i].flat, rows === 0 ? 0 : 1, flat)
      rows += size
      costs += size * (figure ?? 0)
    }
    for (const [i, { flat }] of of.entries()) model.ops.combine(1 / rows, flat, 0, groups[i].flat)
    const mean = figure === undefined ? undefined : costs / rows
    estimator.requireFinite(where, mean)
    trainer.commit(where)
    return mean as LossOf<M>
  } catch (error) {
    estimator.rewind()
    throw error
  }
}

/**
 * Applies a direction as `trainer.step` does its own: one that `trainer.direction` gave, changed or averaged with others.
 *
 * ```ts
 * const [a, b] = [trainer.direction(first), trainer.direction(second)]
 * apply(trainer, { of: (name) => a.of(name).map((value, i) => (value + b.of(name)[i]) / 2) })
 * ```
 *
 * @param direction to be subtracted: the numbers for each parameter, row-major
 * @throws NgradError `SHAPE`, `TYPE`, `NOT_FINITE`, `DISPOSED`, and nothing has changed then; `UNSUPPORTED` for a rule that keeps more
 * than parameters from step to step, whose step this is not
 */
export function apply<M extends Model>(trainer: Trainer<M>, direction: { of(parameter: string): ArrayLike<number> }): void {
  const where = 'apply(trainer, direction)'
  requireStateless(where, trainer)
  const { estimator } = trainer
  const parameters = estimator.allDirections.flatMap((group) => group.parameters)
  let taken: Numbers[]
  estimator.occupation.reading = true
  try {
    taken = parameters.map(({ name, matrix: { length } }) => takeNumbers(where, `.of('${name}')`, direction.of(name), length, length))
  } catch (cause) {
    throw unreadable(where, 'a direction { of(parameter) }', cause)
  } finally {
    estimator.occupation.reading = false
  }
  estimator.requireAlive(where)
  for (const [i, { matrix }] of parameters.entries()) matrix.write(taken[i])
  estimator.requireFinite(where, undefined)
  trainer.commit(where)
}

function requireStateless<M extends Model>(where: string, trainer: Trainer<M>): void {
  requireOwn(where, trainer, Trainer, 'a trainer')
  const { estimator, learner, steps } = trainer
  requireCountable(steps)
  estimator.occupation.requireNone(where)
  estimator.requireAlive(where)
  if (estimator.states.length > 0 || estimator.source)
    throw new NgradError('UNSUPPORTED', where, 'a rule that keeps nothing but parameters', learner.name)
}
