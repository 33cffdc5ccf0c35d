import type { Matrix } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import { requireInteger, requireOptions } from '../errors.js'
import { type Activation, activationCode } from './activation.js'
import { requireInitialization } from './initialization.js'
import type { Initialization, LayerDescription, LinearMap } from './layer.js'
import { sizeOf } from './parameter.js'

/** Options of {@link dense}. */
export interface DenseOptions {
  /** The law of the initial weights; default `{ law: 'lecunNormal', gain: 1 }`. */
  readonly initialization?: Initialization
}

/**
 * A fully connected layer, h = f(W x + b) with W [units x inputs].
 *
 * @param units the number of outputs, at least 1
 * @param activation the nonlinearity f; default `identity`
 * @throws NgradError `RANGE` or `TYPE` for a bad number of units, activation or initialization
 */
export function dense(units: number, activation: Activation = 'identity', options: DenseOptions = {}): LayerDescription {
  requireInteger('dense(units)', units, 1, 1 << 24)
  activationCode('dense(units, activation)', activation)
  const { initialization: law = { law: 'lecunNormal' } } = requireOptions('dense(_, _, options)', options, { initialization: true })
  const initialization = requireInitialization('dense(..., options)', law)
  return {
    kind: 'dense',
    arguments: [units, activation, { initialization }],
    activation,
    initialization,
    shapes: (_where, inputs) => {
      const fanIn = sizeOf(inputs)
      return { outputs: [units], weight: [units, fanIn], bias: [units], fanIn, fanOut: units }
    },
    connect: (ops) => new DenseMap(ops),
  }
}

/** z = h W^T; its transpose is d W, and its statistic d^T h: the three forms of a matrix product. */
export class DenseMap implements LinearMap {
  readonly isProduct = true
  readonly #ops: Operations

  constructor(ops: Operations) {
    this.#ops = ops
  }

  forward(h: Matrix, weight: Matrix, z: Matrix, scale = 1, accumulate = false): void {
    this.#ops.multiplyNT(h, weight, z, scale, accumulate)
  }

  backward(d: Matrix, weight: Matrix, out: Matrix, scale = 1, accumulate = false): void {
    this.#ops.multiplyNN(d, weight, out, scale, accumulate)
  }

  weightStatistic(d: Matrix, h: Matrix, g: Matrix, scale: number, accumulate = false): void {
    this.#ops.multiplyTN(d, h, g, scale, accumulate)
  }

  biasStatistic(d: Matrix, g: Matrix, scale: number, accumulate = false): void {
    this.#ops.columnSums(d, g, scale, accumulate)
  }

  activate(code: number, bias: Matrix, z: Matrix): void {
    this.#ops.activateRows(code, bias, z)
  }
}
