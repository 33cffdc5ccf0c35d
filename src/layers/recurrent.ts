import type { Matrix, Region } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import { settle, unsettled } from '../core/settling.js'
import { requireInteger, requireNumber, requireOptions } from '../errors.js'
import { type Activation, activationCode } from './activation.js'
import { DenseMap } from './dense.js'
import { requireInitialization } from './initialization.js'
import type { Initialization, LayerDescription } from './layer.js'
import { sizeOf } from './parameter.js'

export interface RecurrentOptions {
  /** The law of the initial W; default `{ law: 'lecunNormal', gain: 1 }`. */
  readonly initialization?: Initialization
  /** The law of the initial V, whose fan-in is `units`; default `{ law: 'lecunNormal', gain: 0.5 }`, which mostly settles. */
  readonly lateral?: Initialization
  /** The most sweeps of a forward pass; default 200. */
  readonly sweeps?: number
  /** A forward pass ends when no unit changes by more in a sweep; default 1e-6. */
  readonly tolerance?: number
}

/**
 * A layer whose units are connected with each other, at the fixed point h = f(W x + V h + b) that sweeps over all units at
 * once lead to. V [units x units] is the parameter `layers.<l>.lateral`. It settles where the spectral radius of diag(f') V
 * is below 1. Rules that know what a fixed point is teach it: `recurrentBackprop` and `weightPerturbation`; others refuse.
 *
 * @param units the number of units, at least 1
 * @param activation the nonlinearity f; default `tanh`
 * @throws NgradError `RANGE`, `TYPE` or `NOT_FINITE` for a bad setting
 */
export function recurrent(units: number, activation: Activation = 'tanh', options: RecurrentOptions = {}): LayerDescription {
  const where = 'recurrent(..., options)'
  requireInteger('recurrent(units)', units, 1, 1 << 14)
  activationCode('recurrent(units, activation)', activation)
  const {
    initialization: law = { law: 'lecunNormal' }, lateral: lateralLaw = { law: 'lecunNormal', gain: 0.5 }, sweeps = 200, tolerance = 1e-6,
  } = requireOptions(where, options)
  const initialization = requireInitialization(where, law)
  const lateral = requireInitialization(`${where}: lateral`, lateralLaw)
  requireInteger(`${where}: sweeps`, sweeps, 1)
  requireNumber(`${where}: tolerance`, tolerance, 0)
  return {
    kind: 'recurrent',
    arguments: [units, activation, { initialization, lateral, sweeps, tolerance }],
    activation,
    initialization,
    lateralInitialization: lateral,
    shapes: (_where, inputs) => {
      const fanIn = sizeOf(inputs)
      return { outputs: [units], weight: [units, fanIn], bias: [units], lateral: [units, units], fanIn, fanOut: units }
    },
    connect: (ops, region) => new RecurrentMap(ops, region, units, sweeps, tolerance),
  }
}

/** W x as in a dense layer; `activate` settles with V. */
class RecurrentMap extends DenseMap {
  readonly #ops: Operations
  readonly #region: Region
  readonly #sweeps: number
  readonly #tolerance: number
  readonly #drive: Matrix
  readonly #potential: Matrix
  readonly #settling = unsettled()
  /** The pass at hand. */
  #code = 0
  #bias!: Matrix
  #lateral!: Matrix
  #h!: Matrix

  constructor(ops: Operations, region: Region, units: number, sweeps: number, tolerance: number) {
    super(ops)
    this.#ops = ops
    this.#region = region
    this.#sweeps = sweeps
    this.#tolerance = tolerance
    this.#drive = region.matrix(ops.dtype, 1, units)
    this.#potential = region.matrix(ops.dtype, 1, units)
  }

  override activate(code: number, bias: Matrix, z: Matrix, lateral?: Matrix): void {
    if (!lateral) return super.activate(code, bias, z)
    this.#region.resize(this.#drive, z.rows)
    this.#region.resize(this.#potential, z.rows)
    this.#drive.copy(z)
    this.#code = code
    this.#bias = bias
    this.#lateral = lateral
    this.#h = z
    this.#ops.activateRows(code, bias, z)
    settle(this.#settling, this.#sweeps, this.#tolerance, this.#sweep)
  }

  readonly #sweep = (): number => {
    this.#potential.copy(this.#drive)
    this.#ops.multiplyNT(this.#h, this.#lateral, this.#potential, 1, true)
    this.#ops.activateRows(this.#code, this.#bias, this.#potential)
    const residual = this.#ops.maxDifference(this.#potential, this.#h)
    this.#h.copy(this.#potential)
    return residual
  }
}
