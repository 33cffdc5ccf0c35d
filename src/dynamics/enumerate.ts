// Exact expectations: all states of the free units beside each held row, and their probabilities. The oracle of every
// sampler here, and practical up to `mostUnits` free units.
import { Matrix } from '../core/memory.js'
import { bytesPerElement } from '../core/dtype.js'
import type { Operations } from '../core/operations.js'
import { NgradError } from '../errors.js'

/** 2^12 states beside each example. */
export const mostUnits = 12

/** @throws NgradError `UNSUPPORTED` when there are too many states to go through */
export function requireEnumerable(where: string, freeUnits: number): number {
  if (freeUnits > mostUnits) throw new NgradError('UNSUPPORTED', where, `at most ${mostUnits} units to enumerate`, freeUnits)
  return 1 << freeUnits
}

/**
 * Row n K + k of the layers, side by side, <- the first `held` numbers of x_n, then state k of the other K = 2^free:
 * its binary digits, the highest first. With nothing held, x may be null, and there is one n.
 */
export function enumerateStates(x: Matrix | null, held: number, layers: readonly Matrix[]): void {
  let units = 0
  for (let l = 0; l < layers.length; l++) units += layers[l].columns
  const free = units - held
  let first = 0
  for (let l = 0; l < layers.length; l++) {
    const layer = layers[l]
    const numbers = layer.views()[layer.dtype]
    let at = layer.pointer / bytesPerElement(layer.dtype)
    const from = (x?.pointer ?? 0) / bytesPerElement(layer.dtype)
    for (let row = 0; row < layer.rows; row++) {
      const example = from + (row >>> free) * (x?.columns ?? 0)
      for (let unit = first; unit < first + layer.columns; unit++)
        numbers[at++] = unit < held ? numbers[example + unit] : (row >>> (units - 1 - unit)) & 1
    }
    first += layer.columns
  }
}

/**
 * Log weights, K for each of so many groups, become probabilities: softmax within each group, times the group's own
 * probability (a column of doubles; null for 1).
 */
export function normalizer(ops: Operations, logWeights: Matrix, K: number, weights: Matrix | null): (groups: number) => void {
  const { doubles } = ops
  const table = new Matrix('f64', 0, 0, K)
  return (groups) => {
    table.pointer = logWeights.pointer
    table.rows = groups
    doubles.softmax(table, table)
    if (weights) doubles.scaleRows(weights, table)
  }
}
