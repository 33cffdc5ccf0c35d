import type { Matrix, Region } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import { SampleSettling } from '../numerics/fixed-point.js'
import { requireInteger, requireNumber, requireOptions } from '../errors.js'
import { type Activation, activationCode } from './activation.js'
import { DenseMap } from './dense.js'
import { requireInitialization } from './initialization.js'
import type { Initialization, LayerDescription } from './layer.js'
import { sizeOf } from './parameter.js'

/** Options of {@link recurrent}. */
export interface RecurrentOptions {
  /** The law of the initial W; default `{ law: 'lecunNormal', gain: 1 }`. */
  readonly initialization?: Initialization
  /** The law of the initial V, whose fan-in is `units`; default `{ law: 'lecunNormal', gain: 0.5 }`, which mostly settles. */
  readonly lateral?: Initialization
  /** The most sweeps of a forward pass, up to 10^4; default 200. */
  readonly sweeps?: number
  /** A sample has settled when none of its units changes by more in a sweep; default 1e-6. */
  readonly tolerance?: number
}

/** A description comes in files too, which must not say how long a pass takes. */
const mostSweeps = 10_000

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
    initialization: law = { law: 'lecunNormal' },
    lateral: lateralLaw = { law: 'lecunNormal', gain: 0.5 },
    sweeps = 200,
    tolerance = 1e-6,
  } = requireOptions(where, options, { initialization: true, lateral: true, sweeps: true, tolerance: true })
  const initialization = requireInitialization(where, law)
  const lateral = requireInitialization(`${where}: lateral`, lateralLaw)
  requireInteger(`${where}: sweeps`, sweeps, 1, mostSweeps)
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
  readonly #batchHigh: Matrix[]
  readonly #drive: Matrix
  readonly #potential: Matrix
  readonly #samples: SampleSettling
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
    this.#drive = region.matrix(ops.dtype, 1, units)
    this.#potential = region.matrix(ops.dtype, 1, units)
    this.#batchHigh = [this.#drive, this.#potential]
    this.#samples = new SampleSettling({ tolerance, adaptive: false, step: 1, byResidual: true }, () => {
      const column = region.matrix('f64', 1, 1)
      this.#batchHigh.push(column)
      return column
    })
  }

  override activate(code: number, bias: Matrix, z: Matrix, lateral?: Matrix): void {
    if (!lateral) return super.activate(code, bias, z)
    for (let i = 0; i < this.#batchHigh.length; i++) this.#region.resize(this.#batchHigh[i], z.rows)
    this.#drive.copy(z)
    this.#code = code
    this.#bias = bias
    this.#lateral = lateral
    this.#h = z
    this.#ops.activateRows(code, bias, z)
    this.#samples.run(this.#sweeps, this.#sweep)
  }

  readonly #sweep = (): void => {
    this.#potential.copy(this.#drive)
    this.#ops.multiplyNT(this.#h, this.#lateral, this.#potential, 1, true)
    this.#ops.settle(this.#code, this.#bias, this.#samples.moving, this.#potential, this.#h, this.#samples.worst)
  }
}
