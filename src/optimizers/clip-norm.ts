import { safeMagnitude } from '../core/dtype.js'
import { requirePositive } from '../errors.js'
import type { Matrix } from '../core/memory.js'
import type { Optimizer } from './optimizer.js'

/** Below it a scale may have no digits left in single precision: then its root is applied twice. */
const leastScale = 1e-30

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
      // With room for rounding. What may have overflowed before cannot be clipped.
      bound: (direction) => (direction <= safeMagnitude[ops.dtype] ? Math.min(direction, 1.001 * maximum) : Infinity),
      refresh: () => {},
      update: (direction) => {
        const norm = Math.sqrt(ops.dot(direction, direction))
        if (!(norm > maximum)) return
        const scale = Number.isFinite(norm) ? maximum / norm : scaleOfLarge(direction, ops.maxAbsolute(direction), maximum)
        if (scale >= leastScale) return ops.combine(scale, direction, 0, direction)
        for (let i = 0; i < 2; i++) ops.combine(Math.sqrt(scale), direction, 0, direction)
      },
    }),
  }
}

/** maximum / |direction|, of which no number exceeds `largest`, where the square of the norm overflows in double precision. */
function scaleOfLarge(direction: Matrix, largest: number, maximum: number): number {
  let sum = 0
  for (const value of direction.read()) sum += (value / largest) * (value / largest)
  return maximum / largest / Math.sqrt(sum)
}
