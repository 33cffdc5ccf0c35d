import { type Numbers, part, takeNumbers, unreadable } from '../core/numbers.js'
import { describe, NgradError, requireInteger } from '../errors.js'
import type { Objective } from '../losses/loss.js'
import type { Model } from '../models/model.js'
import { Network } from '../models/network.js'

/** Samples and their targets, row-major. `size` counts the rows. */
export interface Batch {
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
  readonly size: number
  /** How much each sample counts, at least 0; default 1. For losses that are `weighted` alone. */
  readonly weights?: ArrayLike<number>
}

/** Samples that a model learns from without targets, row-major. */
export interface Examples {
  readonly x: ArrayLike<number>
  readonly size: number
  /** The probability of each example, summing to 1; default all alike. */
  readonly weights?: ArrayLike<number>
}

/** What a model learns from. */
export type BatchOf<M extends Model> = M extends Network ? Batch | Examples : Examples

/** What is said to be expected where something else came. @internal */
export const aBatch = 'a batch { x, y, size }, of a model without outputs { x, size }'

/** A batch with everything in it read, once: the numbers of `size` samples, whole. */
export interface TakenBatch<Targets extends Numbers | null = Numbers | null> {
  readonly x: Numbers
  readonly y: Targets
  readonly size: number
  readonly weights?: Numbers
}

/** How many numbers a sample's targets have, where there are any. */
const outputsOf = (model: Model, targets: boolean): number => (targets && model instanceof Network ? model.outputs : 0)

/**
 * Reads a batch that will be used more than once, or part by part; `name` names it in errors. Whether the numbers of typed arrays
 * are finite is left to their use.
 * @throws NgradError `TYPE`, `RANGE`, `SHAPE`, `NOT_FINITE`; `UNSUPPORTED` for samples with weights that the objective does not weigh
 */
export function takeBatch(where: string, name: string, batch: Batch | Examples, model: Model, objective: Objective): TakenBatch<Numbers>
export function takeBatch(where: string, name: string, batch: Batch | Examples, model: Model, objective: Objective | null): TakenBatch
export function takeBatch(where: string, name: string, batch: Batch | Examples, model: Model, objective: Objective | null): TakenBatch {
  try {
    if (typeof batch !== 'object' || batch === null) throw new NgradError('TYPE', where, aBatch, describe(batch))
    const { x, y, size, weights } = batch as Batch & Examples
    requireInteger(`${where}: ${name}.size`, size, 1)
    if (weights !== undefined && !objective?.weighs) throw unweighed(`${where}: ${name}`)
    const outputs = outputsOf(model, objective !== null)
    return {
      x: takeNumbers(where, `: ${name}.x`, x, model.width, size * model.width),
      y: outputs > 0 ? takeNumbers(where, `: ${name}.y`, y, outputs, size * outputs) : null,
      size,
      ...(weights !== undefined && { weights: takeNumbers(where, `: ${name}.weights`, weights, 1, size) }),
    }
  } catch (cause) {
    throw unreadable(where, aBatch, cause)
  }
}

/** The error of samples with weights where all count alike. */
export const unweighed = (where: string): NgradError =>
  new NgradError('UNSUPPORTED', `${where}.weights`, 'none without weighted(loss)', 'weights')

/** Some rows of a batch, sharing the memory. */
export function rowsOf({ x, y, size, weights }: TakenBatch, model: Model, start: number, most: number): Batch {
  const rows = Math.min(most, size - start)
  const outputs = outputsOf(model, y !== null)
  return {
    x: part(x, start * model.width, rows * model.width),
    y: y ? part(y, start * outputs, rows * outputs) : [],
    size: rows,
    ...(weights && { weights: part(weights, start, rows) }),
  }
}
