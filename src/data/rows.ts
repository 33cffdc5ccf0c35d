// Bytes of images and labels as rows of a data set.
import { floatArray } from '../core/dtype.js'
import { takeNumbers, lengthOf } from '../core/numbers.js'
import { requireInteger } from '../errors.js'

/** `bytes / unit`, so that 0 .. unit becomes [0, 1]. A plain loop: `Float32Array.from` with a function takes many times as long. */
export function scaled(bytes: Uint8Array, unit: number): Float32Array {
  const values = floatArray('f32', bytes.length)
  for (let i = 0; i < bytes.length; i++) values[i] = bytes[i] / unit
  return values
}

/** More classes than anyone tells apart: 2^24 numbers a label would be a mistake. */
const mostClasses = 1 << 20

/**
 * Labels as targets: for each a row of zeros with a 1 at the label.
 *
 * ```ts
 * oneHot([2, 0], 3) // Float32Array [0, 0, 1, 1, 0, 0]
 * ```
 *
 * @param labels integers in [0, classes)
 * @param classes from 1 to 2^20; default one more than the largest label
 * @returns row-major [labels.length, classes]
 * @throws NgradError `TYPE`, `NOT_FINITE`, `OUT_OF_MEMORY`; `RANGE`, with its place, for a label that is no class
 */
export function oneHot(labels: ArrayLike<number>, classes?: number): Float32Array {
  const where = 'oneHot(labels, classes)'
  const taken = takeNumbers(where, ': labels', labels, 1)
  const count = lengthOf(taken)
  if (classes !== undefined) requireInteger(`${where}: classes`, classes, 1, mostClasses)
  const most = classes ?? mostClasses
  let largest = 0
  for (let row = 0; row < count; row++) largest = Math.max(largest, requireInteger(`${where}: labels[${row}]`, taken[row], 0, most - 1))
  const columns = classes ?? largest + 1
  const rows = floatArray('f32', count * columns)
  for (let row = 0; row < count; row++) rows[row * columns + taken[row]] = 1
  return rows
}
