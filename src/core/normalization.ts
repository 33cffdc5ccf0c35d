// Inputs of comparable size: x <- (x - offset) * scale, before the first layer sees them.
import { NgradError } from '../errors.js'
import { bytesPerElement } from './dtype.js'
import type { Matrix } from './memory.js'
import { notFinite, requireFinite, takeNumbers } from './numbers.js'
import { operations } from './operations.js'

/** How inputs are normalised: x <- (x - offset) * scale, for each input. `sequential(inputs, layers, { normalization })` keeps it. */
export interface Normalization {
  /** Copies. */
  readonly offset: Float64Array
  readonly scale: Float64Array
  /** @internal Throws `SHAPE` where it is one of other inputs. */
  require(where: string, inputs: number): void
  /** @internal In place. Throws `NOT_FINITE`, with rows counted from `first`, where a number is not any more. */
  apply(where: string, name: string, x: Matrix, first: number): void
}

/**
 * x <- (x - offset) * scale; `standardization` and `rescaling` of `ngrad/data` make one of data.
 *
 * ```ts
 * sequential(2, [dense(3)], { normalization: normalization([0, 100], [1, 0.01]) })
 * ```
 *
 * @param offset a number for each input
 * @param scale likewise, none of them 0
 * @throws NgradError `TYPE`, `SHAPE`, `NOT_FINITE`; `RANGE` for a scale of 0, in which an input would be lost
 */
export function normalization(offset: ArrayLike<number>, scale: ArrayLike<number>): Normalization {
  const where = 'normalization(offset, scale)'
  const offsets = Float64Array.from(takeNumbers(where, ': offset', offset, 1))
  const inputs = offsets.length
  const scales = Float64Array.from(takeNumbers(where, ': scale', scale, inputs, inputs))
  requireFinite(`${where}: offset`, offsets, inputs)
  requireFinite(`${where}: scale`, scales, inputs)
  const lost = scales.indexOf(0)
  if (lost >= 0) throw new NgradError('RANGE', `${where}: scale[${lost}]`, 'another number', 0)
  return {
    offset: offsets,
    scale: scales,
    require: (of, count) => {
      if (count !== inputs) throw new NgradError('SHAPE', of, `${count} inputs`, inputs)
    },
    apply: (of, name, x, first) => {
      const numbers = x.views()[x.dtype]
      const from = x.pointer / bytesPerElement(x.dtype)
      for (let i = 0, input = 0; i < x.length; i++, input = input + 1 === inputs ? 0 : input + 1)
        numbers[from + i] = (numbers[from + i] - offsets[input]) * scales[input]
      const at = operations(x.dtype).firstNonFinite(x)
      if (at >= 0) throw notFinite(of, `${name}, normalised`, at, inputs, numbers[from + at], first)
    },
  }
}
