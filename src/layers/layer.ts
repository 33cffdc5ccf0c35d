// A layer is a linear map with a bias, and a nonlinearity: h = f(A(x; W) + b). What a rule needs of the linear
// map are three products; every rule written in terms of them serves every kind of layer.
import type { DType } from '../core/dtype.js'
import type { Matrix, Region } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import type { Activation } from './activation.js'
import type { Shape } from './parameter.js'

/** The weight and the bias of a layer, or a direction for them, or its feedback weights. */
export interface LayerParameters {
  readonly weight: Matrix
  readonly bias: Matrix
  /** V [units x units] of a layer whose units are connected with each other. */
  readonly lateral?: Matrix
}

/** The matrices of layers, one after the other. */
export const matricesOf = (layers: readonly LayerParameters[]): Matrix[] =>
  layers.flatMap(({ weight, bias, lateral }) => (lateral ? [weight, bias, lateral] : [weight, bias]))

/** A layer as data, before it is built. */
export interface LayerDescription {
  readonly kind: string
  /** What the function named `kind` was called with, as JSON holds it: a checkpoint makes the layer again from it. */
  readonly arguments: readonly unknown[]
  readonly activation: Activation
  /** @internal The code of a nonlinearity that is not of the core, and the operations that know it. */
  readonly code?: number
  /** @internal */
  operations?(dtype: DType): Operations
  readonly initialization: Initialization
  readonly lateralInitialization?: Initialization
  /**
   * The shapes that follow from the shape of the inputs.
   * @throws NgradError `SHAPE` when the layer cannot take them
   */
  shapes(where: string, inputs: Shape): LayerShapes
  /** The linear map, at work. `inputs` as they were given to `shapes`. */
  connect(ops: Operations, region: Region, inputs: Shape): LinearMap
  /** What the inputs go through before, from the first to the last. */
  readonly poolings?: readonly PoolingDescription[]
}

/** A step without weights and nonlinearity, as data: it becomes a part of the layer that follows. */
export interface PoolingDescription {
  readonly kind: string
  readonly arguments: readonly unknown[]
  /** @internal The layer with this step before it. */
  before(layer: LayerDescription): LayerDescription
}

/** What a layer becomes behind another one. */
export interface LayerShapes {
  readonly outputs: Shape
  readonly weight: Shape
  readonly bias: Shape
  readonly lateral?: Shape
  /** Inputs that reach one unit, outputs that one input reaches: they scale the initial weights. */
  readonly fanIn: number
  readonly fanOut: number
}

/** The products of a linear map z = A(h; W). Matrices are batch-high, row-major; all but `activate` are linear. */
export interface LinearMap {
  /** Whether A(h; W) is h W^T and nothing else, so that kernels may compute it themselves. */
  readonly isProduct?: boolean
  /** z <- scale A(h; W) (+ z) */
  forward(h: Matrix, weight: Matrix, z: Matrix, scale?: number, accumulate?: boolean): void
  /** out <- scale A^T(d; R) (+ out): the transposed map, with any matrix R of the shape of W. */
  backward(d: Matrix, weight: Matrix, out: Matrix, scale?: number, accumulate?: boolean): void
  /** g <- scale d^T h (+ g): the statistic of a pair of activities, of the shape of W. */
  weightStatistic(d: Matrix, h: Matrix, g: Matrix, scale: number, accumulate?: boolean): void
  /** g <- scale (sum of d) (+ g), of the shape of the bias. */
  biasStatistic(d: Matrix, g: Matrix, scale: number, accumulate?: boolean): void
  /** z <- f(z + bias), in place; with lateral weights V, the fixed point of h = f(z + V h + bias). */
  activate(code: number, bias: Matrix, z: Matrix, lateral?: Matrix): void
}

/**
 * The law of the initial weights; biases start at zero.
 *
 * - `lecunNormal` N(0, gain^2 / fanIn) (LeCun et al. 1998, Efficient BackProp)
 * - `heNormal` N(0, 2 gain^2 / fanIn) (He et al. 2015, ICCV)
 * - `glorotUniform` U(-a, a), a = gain sqrt(6 / (fanIn + fanOut)) (Glorot & Bengio 2010, AISTATS)
 * - `zeros`
 */
export interface Initialization {
  readonly law: 'lecunNormal' | 'heNormal' | 'glorotUniform' | 'zeros'
  /** default 1 */
  readonly gain?: number
}

/** Layers that feed one another: a network, or what is below its readout. */
export interface Layered {
  readonly ops: Operations
  readonly dtype: DType
  /** How many numbers go into the first layer, and come out of the last. */
  readonly inputs: number
  readonly outputs: number
  readonly layers: readonly Layer[]
}

/** A built layer of a network. */
export interface Layer {
  readonly kind: string
  readonly index: number
  readonly inputs: number
  readonly outputs: number
  readonly activation: Activation
  readonly code: number
  readonly map: LinearMap
  readonly parameters: LayerParameters
}
