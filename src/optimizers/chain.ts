import { describe, NgradError } from '../errors.js'
import type { Optimizer } from './optimizer.js'

/**
 * Applies optimizers to the direction in turn; the step size is the product of theirs. For example
 * `chain(clipNorm(1), adam())`.
 *
 * @throws NgradError `TYPE` for anything that is no optimizer
 */
export function chain(...optimizers: readonly Optimizer[]): Optimizer {
  optimizers.forEach((optimizer, i) => {
    if (typeof optimizer?.prepare !== 'function')
      throw new NgradError('TYPE', `chain(...), argument ${i}`, 'an optimizer', describe(optimizer))
  })
  return {
    prepare: (ops, parameters, region) => {
      const states = optimizers.map((optimizer) => optimizer.prepare(ops, parameters, region))
      return {
        matrices: numbered(states.map(({ matrices }) => matrices)),
        validity: numbered(states.map(({ validity = {} }) => validity)),
        update: (direction, step) => {
          let size = 1
          for (const state of states) size *= state.update(direction, step)
          return size
        },
      }
    },
  }
}

/** All of them in one, their names after the number of their optimizer. */
const numbered = <T>(records: readonly Readonly<Record<string, T>>[]): Record<string, T> =>
  Object.fromEntries(records.flatMap((record, i) => Object.entries(record).map(([name, value]) => [`${i}.${name}`, value] as const)))
