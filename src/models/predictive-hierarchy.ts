// A hierarchy of causes for data, each layer predicted by the one above it:
//
//   mu_k = U_k f(x_{k+1}) + b_k,  k < K;   mu_K = b_K         what layer k should be, x_0 the data
//   F(x) = sum_k p_k |x_k - mu_k|^2 / 2                        -ln P(x_0 ... x_K) up to a constant, with precisions p_k
//
// Inference of the causes descends F, from what the prior b_K predicts:
//
//   eps_k = p_k (x_k - mu_k),     dx_k = rate ( -eps_k + f'(x_k) (eps_{k-1} U_{k-1}) ),  k > 0
//
// Each unit needs its own error and those of the layer that it predicts. Where a step would raise an example's F it is
// halved (src/numerics/descent.ts, assembly/dynamics/nodes.ts). Rao & Ballard 1999, Nature Neuroscience 2:79; Friston 2005, Phil. Trans. R. Soc. B 360:815.
// Departs from the first in having no spatial arrangement, and Gaussian priors with learned means.
import { defineModel } from './define-model.js'
import type { FloatArray } from '../core/dtype.js'
import { ValueNodes } from '../dynamics/value-nodes.js'
import { type Descending, Descent } from '../numerics/descent.js'
import { lengthOf, takeNumbers } from '../core/numbers.js'
import type { Matrix } from '../core/memory.js'
import { Random, stream } from '../core/random.js'
import { type Settling, type SettlingRecord, unsettled } from '../numerics/fixed-point.js'
import { mostRepeats, NgradError } from '../errors.js'
import { type OptionTable, resolveOptions } from '../options.js'
import { type Activation, activationCode, activations } from '../layers/activation.js'
import { readFinite } from './network.js'
import { identity } from '../dynamics/gibbs.js'
import { type BuildOptions, drawn, BinaryModel, unitsOfLayers, writeRows } from './model.js'

/** Options of {@link predictiveHierarchy}. */
export interface PredictiveHierarchyOptions {
  /** Units of each layer, the visible one first: from 2 to 1024 layers. */
  readonly layers: readonly number[]
  /** f; default `tanh`. */
  readonly activation?: Activation
  /** Inverse variances of the layers, above 0: one for each, or one for all; default 1. */
  readonly precisions?: number | readonly number[]
}

/** How causes are inferred. */
export interface InferenceOptions {
  /** The most steps, up to 10^6; default 50. */
  readonly steps?: number
  /** Size of a step, above 0; default 0.1. */
  readonly rate?: number
  /** An example is inferred when a step of that size would change no cause by more; default 1e-4. */
  readonly tolerance?: number
}

/** What inference found. */
export interface Causes {
  /** x_1 ... x_K, each row-major [rows, units]. */
  readonly causes: readonly FloatArray[]
  /** mu_0, what the causes say of the data; row-major [rows, visible]. */
  readonly prediction: FloatArray
  /** The mean of F. */
  readonly freeEnergy: number
  readonly settling: Settling
}

/**
 * A hierarchical generative model. Parameters `layers.k.weight` [units of k, units of k + 1] and `layers.k.bias`.
 *
 * @throws NgradError `RANGE`, `TYPE` or `SHAPE` for layers or precisions that make no hierarchy
 */
export const predictiveHierarchy = defineModel<PredictiveHierarchyOptions, PredictiveHierarchy>(
  'predictiveHierarchy',
  {
    layers: unitsOfLayers,
    activation: { kind: 'choice', choices: activations, default: 'tanh' },
    precisions: { kind: 'numbers', orOne: true, above: 0, default: 1 },
  },
  ({ layers, activation, precisions }, where) => {
    const each = typeof precisions === 'number' ? layers.map(() => precisions) : precisions
    if (each.length !== layers.length)
      throw new NgradError('SHAPE', `${where}: precisions`, `${layers.length}, one for each layer`, each.length)
    return (build) => drawn(new PredictiveHierarchy(layers, activation, each, build))
  },
)

/** A built hierarchy of causes. */
export class PredictiveHierarchy extends BinaryModel {
  readonly visible: number

  /** @internal Use {@link predictiveHierarchy}. */
  constructor(
    readonly layers: readonly number[],
    readonly activation: Activation,
    readonly precisions: readonly number[],
    build: BuildOptions,
  ) {
    super(
      'predictive hierarchy',
      {
        hierarchy: layers.flatMap((units, k) => [
          ...(k + 1 < layers.length ? [{ name: `layers.${k}.weight`, shape: [units, layers[k + 1]] }] : []),
          { name: `layers.${k}.bias`, shape: [units] },
        ]),
      },
      build,
    )
    this.visible = layers[0]
    const random = new Random(this.seed, stream.initialization)
    for (const { weight } of this.connections()) if (weight) random.normal(weight, 1 / Math.sqrt(weight.columns))
  }

  /** @internal By layer, of this model's group or of one with its layout; the top has no weight, nothing predicts it. */
  connections(group = this.groups[0]): { weight: Matrix | null; bias: Matrix }[] {
    return this.layers.map((_, k) => ({
      weight: group.find(`layers.${k}.weight`)?.matrix ?? null,
      bias: group.named(`layers.${k}.bias`).matrix,
    }))
  }

  /**
   * Infers the causes of each row of x.
   *
   * @param x row-major [rows, visible]
   * @throws NgradError `RANGE` or `TYPE` for a setting outside its range; `SHAPE`, `TYPE`, `NOT_FINITE`, `DISPOSED`
   */
  infer(x: ArrayLike<number>, options: InferenceOptions = {}): Causes {
    const where = 'infer(x, options)'
    const { steps, rate, tolerance } = resolveOptions(where, inferenceTable, options)
    const values = takeNumbers(where, '', x, this.visible)
    return this.borrow(where, (region) => {
      const rows = lengthOf(values) / this.visible
      if (rows === 0) throw new NgradError('RANGE', where, 'at least one row', 0)
      const inference = new Inference(
        this,
        (columns) => region.matrix(this.dtype, rows, columns),
        () => region.matrix('f64', rows, 1),
      )
      const data = region.matrix(this.dtype, rows, this.visible)
      writeRows(where, '', values, data)
      const settling = unsettled()
      inference.run(data, steps, rate, tolerance, settling)
      const causes = inference.x.slice(1).map((matrix) => readFinite(`${where}: causes`, matrix))
      const prediction = readFinite(`${where}: prediction`, inference.predict(0, data))
      const freeEnergy = inference.freeEnergy / rows
      if (!Number.isFinite(freeEnergy)) throw new NgradError('NOT_FINITE', `${where}: free energy`, 'a finite number', freeEnergy)
      return { causes, prediction, freeEnergy, settling: { ...settling } }
    })
  }
}

/** @internal */
export const inferenceTable: OptionTable<InferenceOptions> = {
  steps: { kind: 'integer', min: 1, max: mostRepeats, default: 50 },
  rate: { kind: 'number', above: 0, default: 0.1 },
  tolerance: { kind: 'number', min: 0, default: 1e-4 },
}

/** Nodes x_k, activities f(x_k) and errors eps_k, and the steps between them. @internal */
export class Inference implements Descending {
  readonly x: readonly Matrix[]
  readonly h: readonly Matrix[]
  readonly eps: readonly Matrix[]
  /** The causes, which move; the data are held. */
  readonly #causes: ValueNodes
  readonly #sendBack: (l: number, out: Matrix) => void
  readonly #code: number
  readonly #connections: readonly { weight: Matrix | null; bias: Matrix }[]
  readonly #descent: Descent
  /** F of each example. */
  readonly #energies: Matrix

  /**
   * @param batch gives matrices with a row for each example
   * @param column gives columns of doubles, likewise
   */
  constructor(
    readonly model: PredictiveHierarchy,
    batch: (columns: number) => Matrix,
    column: () => Matrix,
  ) {
    const nodes = (): Matrix[] => model.layers.map((units) => batch(units))
    this.x = nodes()
    this.h = nodes()
    this.eps = nodes()
    this.#code = activationCode('predictiveHierarchy', model.activation)
    this.#connections = model.connections()
    const { x, h, eps } = this
    this.#causes = new ValueNodes(
      model.ops,
      model.layers.slice(1).map((units, l) => ({ code: this.#code, x: x[l + 1], h: h[l + 1], eps: eps[l + 1], change: batch(units) })),
    )
    this.#sendBack = (l, out) => model.ops.multiplyNN(eps[l], this.#connections[l].weight!, out)
    this.#descent = new Descent(this, model.dtype, column)
    this.#energies = column()
  }

  /** F, of all examples together. */
  get freeEnergy(): number {
    this.measure(this.#energies)
    return Array.from(this.#energies.read()).reduce((sum, energy) => sum + energy, 0)
  }

  /** From what the prior predicts, at most that many steps. */
  run(x: Matrix, steps: number, rate: number, tolerance: number, settling: SettlingRecord): void {
    for (let k = this.x.length - 1; k > 0; k--) {
      this.predict(k, this.x[k])
      this.model.ops.activate(this.#code, this.x[k], this.h[k])
    }
    this.x[0].copy(x)
    this.#refresh()
    this.#descent.run(settling, steps, rate, tolerance)
  }

  /** out <- mu_k. */
  predict(k: number, out: Matrix): Matrix {
    const { weight, bias } = this.#connections[k]
    if (weight) this.model.ops.multiplyNT(this.h[k + 1], weight, out)
    else out.fill(0)
    this.model.ops.activateRows(identity, bias, out)
    return out
  }

  measure(energies: Matrix): void {
    for (let k = 0; k < this.eps.length; k++)
      this.model.ops.dotRows(this.eps[k], this.eps[k], energies, 1 / (2 * this.model.precisions[k]), k > 0)
  }

  /** On all causes at once: change_k = rate_i dx_k. */
  pull(rates: Matrix, scale: number, residuals: Matrix, squares: Matrix): void {
    this.#causes.pull(rates, scale, true, residuals, squares, this.#sendBack)
  }

  move(energies: Matrix): void {
    this.#causes.move(true)
    this.#refresh()
    this.measure(energies)
  }

  moveBack(shares: Matrix, energies: Matrix): void {
    this.#causes.moveBack(shares)
    this.#refresh()
    this.measure(energies)
  }

  #refresh(): void {
    for (let k = 0; k < this.x.length; k++) {
      const precision = this.model.precisions[k]
      this.model.ops.combine(precision, this.x[k], -precision, this.predict(k, this.eps[k]))
    }
  }
}
