import { requirePositive } from '../errors.js'
import type { Matrix } from '../core/memory.js'
import type { Optimizer } from './optimizer.js'

/**
 * Scales a direction whose Euclidean norm, over all parameters of its group, exceeds `maximum` back to that norm
 * (Pascanu, Mikolov & Bengio 2013, ICML). Use it in a {@link chain}, before the optimizer.
 *
 * @throws NgradError `RANGE` or `TYPE` for a maximum that is not above 0
 */
export function clipNorm(maximum: number): Optimizer {
  requirePositive('clipNorm(maximum)', maximum)
  return {
    prepare: (ops) => ({
      matrices: {},
      size: () => 1,
      bound: (direction) => Math.min(direction, 1.001 * maximum), // with room for rounding
      refresh: () => {},
      update: (direction) => {
        const norm = Math.sqrt(ops.dot(direction, direction))
        if (norm > maximum) ops.combine(Number.isFinite(norm) ? maximum / norm : scaleOfLarge(direction, maximum), direction, 0, direction)
      },
    }),
  }
}

/** maximum / |direction|, where the square of the norm overflows in double precision. */
function scaleOfLarge(direction: Matrix, maximum: number): number {
  const values = direction.read()
  let largest = 0
  for (const value of values) largest = Math.max(largest, Math.abs(value))
  let sum = 0
  for (const value of values) sum += (value / largest) * (value / largest)
  return maximum / largest / Math.sqrt(sum)
}
