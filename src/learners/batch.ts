import { type Numbers, part, takeNumbers, unreadable } from '../core/numbers.js'
import { describe, NgradError, requireInteger } from '../errors.js'
import type { Layered } from '../layers/layer.js'

/** Samples and their targets, row-major. `size` counts the rows. */
export interface Batch {
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
  readonly size: number
}

/** What is said to be expected where something else came. @internal */
export const aBatch = 'a batch { x, y, size }'

/** A batch with everything in it read, once: the numbers of `size` samples, whole. */
export interface TakenBatch {
  readonly x: Numbers
  readonly y: Numbers
  readonly size: number
}

/**
 * Reads a batch that will be used more than once, or part by part; `name` names it in errors. Whether the numbers of typed arrays
 * are finite is left to their use.
 * @throws NgradError `TYPE`, `RANGE`, `SHAPE`, `NOT_FINITE`
 */
export function takeBatch(where: string, name: string, batch: Batch, { inputs, outputs }: Layered): TakenBatch {
  try {
    if (typeof batch !== 'object' || batch === null) throw new NgradError('TYPE', where, aBatch, describe(batch))
    const { x, y, size } = batch
    requireInteger(`${where}: ${name}.size`, size, 1)
    return {
      x: takeNumbers(where, `: ${name}.x`, x, inputs, size * inputs),
      y: takeNumbers(where, `: ${name}.y`, y, outputs, size * outputs),
      size,
    }
  } catch (cause) {
    throw unreadable(where, aBatch, cause)
  }
}

/** Some rows of a batch, sharing the memory. */
export const rowsOf = ({ x, y, size }: TakenBatch, { inputs, outputs }: Layered, start: number, most: number): TakenBatch => {
  const rows = Math.min(most, size - start)
  return { x: part(x, start * inputs, rows * inputs), y: part(y, start * outputs, rows * outputs), size: rows }
}
