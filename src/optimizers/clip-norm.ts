import { requirePositive } from '../errors.js'
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
      update: (direction) => {
        const norm = Math.sqrt(ops.dot(direction, direction))
        if (norm > maximum) ops.combine(maximum / norm, direction, 0, direction)
        return 1
      },
    }),
  }
}
