// A stochastic model: parameters in WASM memory, in groups that are taught together. It does not know how it is taught.
import type { DType } from '../core/dtype.js'
import { type Disposable, disposable } from '../core/disposable.js'
import { type Matrix, Region } from '../core/memory.js'
import { notFinite, type Numbers } from '../core/numbers.js'
import { type Operations, operations, type Simd } from '../core/operations.js'
import type { Admissible } from '../core/validity.js'
import { requireOneOf, requireOptions, requireSeed } from '../errors.js'
import type { NumbersOption } from '../options.js'
import { type Parameter, ParameterGroup, type ParameterSpec } from '../layers/parameter.js'

/** How a model is built. */
export interface BuildOptions {
  /** Element type of all numbers; default `f32`. */
  readonly dtype?: DType
  /** Seed of the initial weights, a u32; default 0. The same seed gives the same bits everywhere. */
  readonly seed?: number
}

/** Units of the layers of a stochastic model, as an option: far more layers than it learns with. @internal */
export const unitsOfLayers: NumbersOption & { readonly required: true } = {
  kind: 'numbers',
  whole: true,
  min: 1,
  max: 1 << 20,
  least: 2,
  most: 1 << 10,
  required: true,
}

/** A model as data: build it as often as you like. */
export interface ModelDescription<M extends Model> {
  /** The name of the function that makes it; none of networks. */
  readonly name?: string
  /**
   * Allocates the parameters and draws the initial ones.
   * @throws NgradError `OUT_OF_MEMORY`, and nothing is kept; `RANGE` for a bad dtype or seed
   */
  build(options?: BuildOptions): M
}

/** A model whose parameters were drawn. Throws `NOT_FINITE`, and keeps nothing, where the settings made them overflow. @internal */
export function drawn<M extends Model>(model: M): M {
  try {
    for (const group of model.groups) group.requireFinite('build(options)')
    return model
  } catch (error) {
    model.dispose()
    throw error
  }
}

/** What all built models share, networks among them. */
export abstract class Model implements Disposable {
  /** Lets `using` dispose of it, in hosts that know the symbol. */
  declare readonly [Symbol.dispose]: () => void
  /** What kind of model it is. */
  readonly kind: string
  readonly dtype: DType
  readonly seed: number
  /** Which build of the core computes: `portable`, the same bits everywhere, or `relaxed`. */
  readonly simd: Simd
  /** @internal How many numbers an example has; and what they must be, where not any finite ones. */
  abstract readonly width: number
  abstract readonly examples: Admissible | null
  /** @internal */
  ops: Operations
  /** @internal */
  readonly groups: readonly ParameterGroup[]
  /** @internal */
  readonly region: Region

  /** @internal */
  constructor(kind: string, specs: Readonly<Record<string, readonly ParameterSpec[]>>, options: BuildOptions) {
    const { dtype = 'f32', seed = 0 } = requireOptions('build(options)', options, { dtype: true, seed: true })
    this.kind = kind
    this.dtype = requireOneOf('build({ dtype })', dtype, ['f32', 'f64'])
    this.seed = requireSeed('build({ seed })', seed)
    this.ops = operations(dtype)
    this.simd = this.ops.simd
    this.region = new Region(kind)
    try {
      this.groups = Object.entries(specs).map(([group, list]) => new ParameterGroup(group, this.region, dtype, list))
    } catch (error) {
      this.region.dispose()
      throw error
    }
    disposable(this)
  }

  /** @internal Copies rows of examples into a matrix, as the model reads them. Errors count rows from `first`. */
  load(where: string, name: string, values: Numbers, x: Matrix, first: number): void {
    writeRows(where, name, values, x, first)
  }

  /** All parameters, group by group. */
  get parameters(): readonly Parameter[] {
    return this.groups.flatMap(({ parameters }) => parameters)
  }

  /** Whether `dispose` has been called. */
  get disposed(): boolean {
    return this.region.disposed
  }

  /**
   * Frees the parameters. Twice is nothing; any later use throws `DISPOSED`. A model that was forgotten is freed once it has been
   * collected: at a turn of the event loop, or, in Node, at the latest when memory runs out; elsewhere a program that gives the
   * event loop no turn must dispose.
   */
  dispose(): void {
    this.region.dispose()
  }

  /** @internal */
  requireAlive(where: string): void {
    this.region.requireAlive(where)
  }

  /** @internal Lends memory to a computation, and takes it back. */
  borrow<T>(where: string, use: (region: Region) => T): T {
    this.requireAlive(where)
    const region = new Region(where)
    try {
      return use(region)
    } finally {
      region.dispose()
    }
  }
}

/** A model of binary units that the data are about. */
export abstract class BinaryModel extends Model {
  /** Binary units that the data are about: the numbers in one example. */
  abstract readonly visible: number
  readonly examples: Admissible = { expected: 'a number in [0, 1]', accepts: (value) => value >= 0 && value <= 1 }

  get width(): number {
    return this.visible
  }
}

/** Copies numbers that were taken into a matrix of as many rows, and checks that they are finite there. Errors count rows from `first`. @internal */
export function writeRows(where: string, name: string, values: Numbers, matrix: Matrix, first = 0): void {
  matrix.write(values)
  const at = operations(matrix.dtype).firstNonFinite(matrix)
  if (at >= 0) throw notFinite(where, name, at, matrix.columns, values[at], first)
}
