// Inputs of comparable size, by what the training data say.
import { type Normalization, normalization } from '../core/normalization.js'
import { lengthOf, requireFinite, takeRows } from '../core/numbers.js'
import { describe, NgradError, requireInteger, requireNumber, requireOneOf, requireOptions } from '../errors.js'
import { requireShape } from './dataset.js'

/** Data by which inputs are normalised: those to train on. */
export interface Normalized {
  /** Row-major [size, inputs]. */
  readonly x: ArrayLike<number>
  readonly size: number
  /** The shape of one example, `[height, width, channels]` of images; needed for `per: 'channel'`. */
  readonly shape?: readonly number[]
}

/** What inputs have in common: nothing (each its own numbers), the channel (the last extent of the shape), or all. */
export type Per = 'input' | 'channel' | 'all'

/** Options of {@link standardization}. */
export interface StandardizationOptions {
  /** What is taken together; default `input`. */
  readonly per?: Per
}

/** Options of {@link rescaling}. */
export interface RescalingOptions extends StandardizationOptions {
  /** Where the least number goes, default 0; and the greatest, default 1. */
  readonly from?: number
  readonly to?: number
}

/**
 * Inputs of mean 0 and variance 1, over the data given: offset = mean, scale = 1 / standard deviation (divided by the number, not one
 * less). Inputs that are all alike become 0.
 *
 * ```ts
 * const normalization = standardization(train)
 * const network = sequential(4, [dense(16, 'tanh'), dense(3)], { normalization }).build()
 * ```
 *
 * @throws NgradError `TYPE`, `SHAPE`, `RANGE`, `NOT_FINITE` for what is no such data or option
 */
export function standardization(data: Normalized, options: StandardizationOptions = {}): Normalization {
  const where = 'standardization(data, options)'
  const { per } = requireOptions(where, options, { per: true })
  return grouped(where, data, per, (values) => {
    let [mean, deviation, count] = [0, 0, 0]
    values((value) => {
      const distance = value - mean // Welford 1962, Technometrics 4:419
      mean += distance / ++count
      deviation += distance * (value - mean)
    })
    return { offset: mean, scale: deviation > 0 ? 1 / Math.sqrt(deviation / count) : 1 }
  })
}

/**
 * Inputs from `from` to `to`: the least number of the data becomes the one, the greatest the other. Inputs that are all alike become
 * `from`.
 *
 * @throws NgradError `TYPE`, `SHAPE`, `RANGE`, `NOT_FINITE` for what is no such data or option
 */
export function rescaling(data: Normalized, options: RescalingOptions = {}): Normalization {
  const where = 'rescaling(data, options)'
  const { per, from = 0, to = 1 } = requireOptions(where, options, { per: true, from: true, to: true })
  requireNumber(`${where}: from`, from)
  requireNumber(`${where}: to`, to)
  if (!(to > from)) throw new NgradError('RANGE', `${where}: to`, `a number above ${from}`, to)
  return grouped(where, data, per, (values) => {
    let [least, greatest] = [Infinity, -Infinity]
    values((value) => {
      least = Math.min(least, value)
      greatest = Math.max(greatest, value)
    })
    const scale = greatest > least ? (to - from) / (greatest - least) : 1
    return { offset: least - from / scale, scale }
  })
}

/** The numbers that belong together, one after the other, made offset and scale of. */
function grouped(
  where: string,
  data: Normalized,
  per: Per = 'input',
  of: (values: (each: (value: number) => void) => void) => { offset: number; scale: number },
): Normalization {
  if (typeof data !== 'object' || data === null) throw new NgradError('TYPE', where, 'data { x, size }', describe(data))
  const { x, size, shape } = data
  requireInteger(`${where}: data.size`, size, 1)
  const taken = takeRows(`${where}: data.x`, x, size)
  const count = lengthOf(taken)
  const inputs = count / size
  requireFinite(`${where}: data.x`, taken, inputs)
  requireOneOf(`${where}: per`, per, ['input', 'channel', 'all'])
  const extents = shape === undefined ? undefined : requireShape(`${where}: data.shape`, shape, inputs)
  const channels = extents?.at(-1)
  if (per === 'channel' && !(extents && extents.length > 1))
    throw new NgradError('SHAPE', `${where}: data.shape`, `[height, width, channels] of ${inputs} inputs`, describe(shape))
  const groups = per === 'input' ? inputs : per === 'all' ? 1 : channels!
  const [offset, scale] = [new Float64Array(inputs), new Float64Array(inputs)]
  for (let group = 0; group < groups; group++) {
    const found = of((each) => {
      for (let i = group; i < count; i += groups) each(taken[i])
    })
    for (let input = group; input < inputs; input += groups) {
      offset[input] = found.offset
      scale[input] = found.scale
    }
  }
  return normalization(offset, scale)
}
