import type { DType, FloatArray } from '../core/dtype.js'
import { bytesPerElement, floatArray } from '../core/dtype.js'
import { Ceiling } from '../core/ceiling.js'
import { Matrix, type Region } from '../core/memory.js'
import { operations } from '../core/operations.js'
import { requireFinite, takeNumbers } from '../core/numbers.js'
import { requireValid, sideBySide, type Validity } from '../core/validity.js'
import { describe, NgradError } from '../errors.js'

/** Row-major extents. */
export type Shape = readonly number[]

/** How many numbers an array of that shape has. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, extent) => product * extent, 1)

/** One named array of parameters, row-major. Its numbers live in WASM memory and are copied in and out. */
export class Parameter {
  readonly #region: Region
  readonly #ceiling: Ceiling

  /** @internal */
  constructor(
    region: Region,
    readonly name: string,
    readonly shape: Shape,
    /** @internal First extent by the product of the others. */
    readonly matrix: Matrix,
    ceiling: Ceiling,
    /** @internal */
    readonly validity?: Validity,
  ) {
    this.#region = region
    this.#ceiling = ceiling
  }

  /** A copy of the values, row-major. Throws `DISPOSED` when the owner is gone. */
  read(): FloatArray {
    this.#region.requireAlive(`${this.name}.read()`)
    return this.matrix.read()
  }

  /**
   * Replaces all values, row-major.
   *
   * @throws NgradError `SHAPE` for another length, `NOT_FINITE` for NaN or infinity, also what is infinite only in f32, `RANGE` for
   * what the model's structure forbids, `TYPE`, `DISPOSED`; the old values then stay
   */
  write(values: ArrayLike<number>): void {
    const where = `${this.name}.write(values)`
    const { dtype, length, columns } = this.matrix
    const taken = floatArray(dtype, length)
    taken.set(takeNumbers(where, '', values, columns, length))
    requireFinite(where, taken, columns)
    this.#region.requireAlive(where)
    requireValid(this.validity, taken, (at, expected) => new NgradError('RANGE', `${where}: number ${at}`, expected, describe(taken[at])))
    this.matrix.write(taken)
    this.#ceiling.value = Infinity
  }
}

/** A parameter before it has memory. */
export interface ParameterSpec {
  readonly name: string
  readonly shape: Shape
  /** What its numbers can be, where not any finite ones. */
  readonly validity?: Validity
}

/**
 * Parameters that are taught together, in one stretch of memory: `flat` lets an optimizer, a norm or a
 * checkpoint go through all of them at once. Each starts on a 16-byte boundary; the gaps hold zeros for ever.
 */
export class ParameterGroup {
  readonly flat: Matrix
  /** @internal How large the numbers may be. */
  readonly ceiling: Ceiling
  readonly parameters: readonly Parameter[]
  readonly #specs: readonly ParameterSpec[]
  readonly #region: Region

  /** @param whole the group that these are a stretch of, and where it begins; else they get memory of their own */
  constructor(
    readonly name: string,
    region: Region,
    readonly dtype: DType,
    specs: readonly ParameterSpec[],
    whole?: { readonly ceiling: Ceiling; readonly pointer: number },
  ) {
    this.#specs = specs
    this.#region = region
    const bytes = bytesPerElement(dtype)
    const aligned = (elements: number): number => Math.ceil((elements * bytes) / 16) * (16 / bytes)
    const total = specs.reduce((sum, { shape }) => sum + aligned(sizeOf(shape)), 0)
    this.flat = whole ? new Matrix(dtype, whole.pointer, 1, total) : region.matrix(dtype, 1, total)
    this.ceiling = whole?.ceiling ?? new Ceiling(operations(dtype), this.flat)
    let pointer = this.flat.pointer
    this.parameters = specs.map(({ name, shape, validity }) => {
      const rows = shape[0] ?? 1
      const matrix = new Matrix(dtype, pointer, rows, sizeOf(shape) / rows)
      pointer += aligned(matrix.length) * bytes
      return new Parameter(region, name, shape, matrix, this.ceiling, validity)
    })
  }

  /** A group of the same layout, all zeros: a direction, or an optimizer's moments. */
  like(region: Region, name: string): ParameterGroup {
    return new ParameterGroup(name, region, this.dtype, this.#specs)
  }

  /** Those from one to before another, in the same memory. */
  part(name: string, from: number, to: number): ParameterGroup {
    const whole = { ceiling: this.ceiling, pointer: this.parameters[from].matrix.pointer }
    return new ParameterGroup(name, this.#region, this.dtype, this.#specs.slice(from, to), whole)
  }

  /** What a vector along `flat` can hold, such as an optimizer's state: it has the structure of what it is for. */
  get structure(): Validity {
    const start = ({ pointer }: Matrix): number => (pointer - this.flat.pointer) / bytesPerElement(this.dtype)
    return sideBySide(this.parameters.map(({ matrix, validity }) => ({ start: start(matrix), length: matrix.length, validity })))
  }

  /** Throws `NOT_FINITE`, and names the parameter, where a number is infinite or NaN. */
  requireFinite(where: string): void {
    const ops = operations(this.dtype)
    const bad = this.parameters.find(({ matrix }) => ops.firstNonFinite(matrix) >= 0)
    if (bad) throw new NgradError('NOT_FINITE', `${where}: ${bad.name}`, `finite numbers in ${this.dtype}`, 'NaN or infinity')
  }

  /** The parameter of a name that is here. */
  named(name: string): Parameter {
    return this.find(name)!
  }

  /** The parameter of that name, if it is here. */
  find(name: string): Parameter | undefined {
    return this.parameters.find((parameter) => parameter.name === name)
  }
}
