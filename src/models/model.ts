// A stochastic model: parameters in WASM memory, in groups that are taught together. It does not know how it is taught.
import type { DType } from '../core/dtype.js'
import { disposable } from '../core/disposable.js'
import { Region } from '../core/memory.js'
import { type Operations, operations } from '../core/operations.js'
import { requireOneOf, requireOptions, requireSeed } from '../errors.js'
import type { BuildOptions } from './network.js'
import { type Parameter, ParameterGroup, type ParameterSpec } from '../layers/parameter.js'

/** Far more than a stochastic model learns with. */
export const mostLayers = 1 << 10

/** A model as data: build it as often as you like. */
export interface ModelDescription<M extends Model> {
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

/** What all built models share. */
export abstract class Model {
  /** What kind of model it is. */
  readonly kind: string
  readonly dtype: DType
  readonly seed: number
  /** Binary units that the data are about: the numbers in one example. */
  abstract readonly visible: number
  /** @internal */
  readonly ops: Operations
  /** @internal */
  readonly groups: readonly ParameterGroup[]
  readonly #region: Region

  /** @internal */
  constructor(kind: string, specs: Readonly<Record<string, readonly ParameterSpec[]>>, options: BuildOptions) {
    const { dtype = 'f32', seed = 0 } = requireOptions('build(options)', options)
    this.kind = kind
    this.dtype = requireOneOf('build({ dtype })', dtype, ['f32', 'f64'])
    this.seed = requireSeed('build({ seed })', seed)
    this.ops = operations(dtype)
    this.#region = new Region(kind)
    try {
      this.groups = Object.entries(specs).map(([group, list]) => new ParameterGroup(group, this.#region, dtype, list))
    } catch (error) {
      this.#region.dispose()
      throw error
    }
    disposable(this)
  }

  /** All parameters, group by group. */
  get parameters(): readonly Parameter[] {
    return this.groups.flatMap(({ parameters }) => parameters)
  }

  /** Whether `dispose` has been called. */
  get disposed(): boolean {
    return this.#region.disposed
  }

  /** Frees the parameters. Twice is nothing; any later use throws `DISPOSED`. */
  dispose(): void {
    this.#region.dispose()
  }

  /** @internal */
  requireAlive(where: string): void {
    this.#region.requireAlive(where)
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
