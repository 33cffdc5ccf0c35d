// A set of examples: what trainers fit, what `evaluate` scores, and itself a batch.

import { describe, type Known, NgradError, requireArray, requireInteger, requireNumber, requireOptions, requireSeed } from '../errors.js'
import { placeOfLargest } from '../core/class-of.js'
import { oneHot } from './rows.js'
import { kindOf, lengthOf, part, requireFinite, takeNumbers, takeRows } from '../core/numbers.js'
import { floatArray } from '../core/dtype.js'
import { permutation } from '../core/permutation.js'

/** Numbers as the library keeps them. */
export type Values = Float32Array | Float64Array

/** Examples side by side: `x` is `[size, inputs]` and `y` is `[size, outputs]`, both row-major. */
export interface Batch {
  readonly x: Values
  readonly y: Values
  readonly size: number
  readonly weights?: Float64Array
}

/** What `dataset` accepts: a batch whose numbers may also come in plain or integer arrays. */
export interface DatasetSource {
  /** `[size, inputs]`, row-major. */
  readonly x: ArrayLike<number>
  /** `[size, outputs]`, row-major: one-hot rows for classes, or the values themselves. */
  readonly y?: ArrayLike<number>
  /** Instead of `y`, the class of each example, an integer in [0, classes): they become one-hot. */
  readonly labels?: ArrayLike<number>
  /** How many classes there are; default one more than the largest label. */
  readonly classes?: number
  /** How much each example counts under a loss that is `weighted`, at least 0; default 1. */
  readonly weights?: ArrayLike<number>
  /** Needed but where there are labels. */
  readonly size?: number
  /** The shape of one example, its product `inputs`: `[height, width, channels]` for images, as networks read them. */
  readonly shape?: readonly number[]
}

/** The stream of Philox that orders splits; a trainer's own streams use other numbers. */
const SPLIT_STREAM = 0x73706c69 // "spli"

/** Examples with their targets. Make one with `dataset`. */
export class Dataset implements Batch {
  readonly x: Values
  readonly y: Values
  /** How many examples there are, at least 1. */
  readonly size: number
  /** Numbers in one example. */
  readonly inputs: number
  /** Numbers in one target. */
  readonly outputs: number
  /** The shape of one example; `[inputs]` unless it was given. */
  readonly shape: readonly number[]
  /** How much each example counts, where it was given. */
  declare readonly weights?: Float64Array

  /** @internal The arrays are trusted; `dataset` is the door. */
  constructor(x: Values, y: Values, size: number, shape?: readonly number[], weights?: Float64Array) {
    this.x = x
    this.y = y
    this.size = size
    this.inputs = lengthOf(x) / size
    this.outputs = lengthOf(y) / size
    this.shape = shape ?? [this.inputs]
    if (weights) this.weights = weights
  }

  /** The first `n` examples, 1 <= n <= size, as a view: nothing is copied. Throws TYPE or RANGE. */
  first(n: number): Dataset {
    requireInteger('first: n', n, 1, this.size)
    return new Dataset(rows(this.x, this.inputs, 0, n), rows(this.y, this.outputs, 0, n), n, this.shape, this.weights?.subarray(0, n))
  }

  /** The examples at `indices`, in that order, repeated where an index is; copied. Throws TYPE, RANGE, or SHAPE for none. */
  subset(indices: ArrayLike<number>): Dataset {
    const size = indices?.length
    if (!Number.isSafeInteger(size) || size < 1) throw new NgradError('SHAPE', 'subset: indices', 'at least one index', describe(indices))
    const from: number[] = []
    for (let row = 0; row < size; row++) from.push(requireInteger(`subset: indices[${row}]`, indices[row], 0, this.size - 1))
    const x = emptyLike(this.x, size * this.inputs)
    const y = emptyLike(this.y, size * this.outputs)
    from.forEach((index, row) => {
      x.set(rows(this.x, this.inputs, index, 1), row * this.inputs)
      y.set(rows(this.y, this.outputs, index, 1), row * this.outputs)
    })
    const { weights } = this
    return new Dataset(x, y, size, this.shape, weights && Float64Array.from(from, (index) => weights[index]))
  }

  /**
   * Two disjoint parts, both in a random order that `seed` (a u32) fixes on every platform.
   * `part` sizes the first: a count when it is an integer >= 1, else a fraction in (0, 1), rounded to whole examples.
   * `stratified: true` takes the same share of each class, the largest target of a row, as nearly as whole examples allow.
   * Neither part may be empty. Throws TYPE, NOT_FINITE or RANGE.
   */
  split(part: number, seed = 0, options: { readonly stratified?: boolean } = {}): [Dataset, Dataset] {
    const { stratified = false } = requireOptions('split: options', options, { stratified: true })
    if (typeof stratified !== 'boolean') throw new NgradError('TYPE', 'split: stratified', 'true or false', describe(stratified))
    requireNumber('split: part', part)
    const count = part < 1 ? Math.round(part * this.size) : part
    if (!Number.isInteger(count) || count < 1 || count >= this.size) {
      throw new NgradError('RANGE', 'split: part', `a fraction or a count that leaves both parts some of ${this.size}`, part)
    }
    const order = permutation(requireSeed('split: seed', seed), SPLIT_STREAM, 0, this.size)
    if (!stratified) return [this.subset(order.subarray(0, count)), this.subset(order.subarray(count))]
    const first = this.#stratum(order, count)
    return [this.subset(order.filter((row) => first.has(row))), this.subset(order.filter((row) => !first.has(row)))]
  }

  /** `count` of the examples, the first of each class in the order given, as many as its share; what is over goes to the largest rests. */
  #stratum(order: Uint32Array, count: number): Set<number> {
    const members = new Map<number, number[]>()
    for (const row of order) {
      const at = row * this.outputs
      const label = this.outputs === 1 ? this.y[at] : placeOfLargest(this.y, at, this.outputs)
      const known = members.get(label)
      if (known) known.push(row)
      else members.set(label, [row])
    }
    const shares = [...members.values()].map((all) => ({ all, share: (all.length * count) / this.size }))
    let over = count - shares.reduce((sum, { share }) => sum + Math.floor(share), 0)
    const byRest = [...shares].sort((a, b) => (b.share % 1) - (a.share % 1) || a.all[0] - b.all[0])
    return new Set(byRest.flatMap(({ all, share }) => all.slice(0, Math.floor(share) + (over-- > 0 ? 1 : 0))))
  }
}

/**
 * Examples `x` with targets `y`, checked: lengths that divide by `size`, a `shape` that fits, every number finite.
 * Float32Array and Float64Array are kept, not copied; other arrays become Float64Array.
 * Throws TYPE, RANGE, SHAPE, or NOT_FINITE with row and column.
 */
export function dataset(source: DatasetSource): Dataset {
  if (typeof source !== 'object' || source === null) throw new NgradError('TYPE', 'dataset', '{ x, y, size }', describe(source))
  const {
    x: givenX,
    y: givenY,
    labels,
    classes,
    weights: givenWeights,
    size: givenSize,
    shape: given,
  } = requireOptions('dataset', source, {
    x: true,
    y: true,
    labels: true,
    classes: true,
    weights: true,
    size: true,
    shape: true,
    inputs: true,
    outputs: true,
  } as Known<DatasetSource>)
  if ((givenY === undefined) === (labels === undefined))
    throw new NgradError('TYPE', 'dataset', 'y or labels', labels === undefined ? 'neither' : 'both')
  const targets = givenY ?? oneHot(labels!, classes)
  const size = requireInteger('dataset: size', givenSize ?? labels?.length ?? NaN, 1)
  const x = matrix('dataset: x', givenX, size)
  const y = matrix('dataset: y', targets, size)
  const weights = givenWeights === undefined ? undefined : weightsOf('dataset: weights', givenWeights, size)
  const shape = given === undefined ? undefined : requireShape('dataset: shape', given, lengthOf(x) / size)
  return new Dataset(x, y, size, shape, weights)
}

/** The extents of an example of so many inputs. Throws `TYPE`, `RANGE` or `SHAPE`. @internal */
export function requireShape(where: string, given: readonly number[], inputs: number): number[] {
  const shape = requireArray(where, given, (length, axis) => requireInteger(`${where}[${axis}]`, length, 1))
  const product = shape.reduce((total, length) => total * length, 1)
  if (product !== inputs) throw new NgradError('SHAPE', where, `a product of ${inputs}, the inputs of x`, `[${shape}]`)
  return shape
}

function weightsOf(where: string, values: ArrayLike<number>, size: number): Float64Array {
  const taken = takeNumbers(where, '', values, 1, size)
  return floatArray('f64', size).map((_, i) => requireNumber(`${where}[${i}]`, taken[i], 0))
}

function matrix(where: string, values: ArrayLike<number>, rows: number): Values {
  const taken = takeRows(where, values, rows)
  const length = lengthOf(taken)
  requireFinite(where, taken, length / rows)
  const kind = kindOf(taken)
  if (kind !== 'Float32Array' && kind !== 'Float64Array') return Float64Array.from(part(taken, 0, length))
  return taken as Values
}

const rows = (values: Values, columns: number, first: number, count: number): Values =>
  part(values, first * columns, count * columns) as Values

function emptyLike(values: Values, length: number): Values {
  return floatArray(kindOf(values) === 'Float32Array' ? 'f32' : 'f64', length)
}
