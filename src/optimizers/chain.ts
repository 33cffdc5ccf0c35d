import { describe, NgradError } from '../errors.js'
import type { Optimizer } from './optimizer.js'

/**
 * Applies optimizers to the direction in turn; the step size is the product of theirs. For example
 * `chain(clipNorm(1), adam())`.
 *
 * @throws NgradError `TYPE` for anything that is no optimizer; `UNSUPPORTED` for `byLayer(...)`, which takes chains
 */
export function chain(...optimizers: readonly Optimizer[]): Optimizer {
  optimizers.forEach((optimizer, i) => {
    if (typeof optimizer?.prepare !== 'function')
      throw new NgradError('TYPE', `chain(...), argument ${i}`, 'an optimizer', describe(optimizer))
    if (optimizer.stretches) throw new NgradError('UNSUPPORTED', `chain(...), argument ${i}`, 'byLayer(...) around the chain', 'within it')
  })
  return {
    prepare: (ops, parameters, region) => {
      const states = optimizers.map((optimizer) => optimizer.prepare(ops, parameters, region))
      return {
        matrices: Object.fromEntries(
          states.flatMap(({ matrices }, i) => Object.entries(matrices).map(([name, matrix]) => [`${i}.${name}`, matrix] as const)),
        ),
        nonNegative: states.flatMap(({ nonNegative = [] }, i) => nonNegative.map((name) => `${i}.${name}`)),
        size: (step) => {
          let size = 1
          for (const state of states) size *= state.size(step)
          return size
        },
        bound: (direction, parameters) => {
          for (const state of states) direction = state.bound(direction, parameters)
          return direction
        },
        refresh: () => {
          for (const state of states) state.refresh()
        },
        update: (direction, step) => {
          for (const state of states) state.update(direction, step)
        },
      }
    },
  }
}
