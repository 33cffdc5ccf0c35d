// Exact expectations: all states of the free units beside each held row, and their probabilities. The oracle of every
// sampler here, and practical up to `mostUnits` free units.
import type { Matrix } from '../core/memory.js'
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
  const units = layers.reduce((sum, { columns }) => sum + columns, 0)
  const free = units - held
  let first = 0
  for (const layer of layers) {
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
 * Log weights, K for each of `groups` rows, become probabilities: softmax within each group, times the group's own
 * probability (a column of doubles; null for 1).
 */
export function toProbabilities(ops: Operations, logWeights: Matrix, groups: number, weights: Matrix | null): void {
  const table = logWeights.as(groups, logWeights.rows / groups)
  const { doubles } = ops
  doubles.softmax(table, table)
  if (weights) doubles.scaleRows(weights, table)
}
