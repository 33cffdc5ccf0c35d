// A linear map with average pooling before or after it: linear as well, with the same weights.
import type { Matrix, Region } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import type { AveragePooling } from './average-pooling.js'
import type { LinearMap } from './layer.js'

abstract class PooledMap {
  readonly #region: Region
  readonly #between: Matrix

  /** @param units how many numbers a sample has between the two maps */
  constructor(
    ops: Operations,
    region: Region,
    protected readonly map: LinearMap,
    protected readonly pooling: AveragePooling,
    units: number,
  ) {
    this.#region = region
    this.#between = region.matrix(ops.dtype, 0, units)
  }

  biasStatistic(d: Matrix, g: Matrix, scale: number, accumulate = false): void {
    this.map.biasStatistic(d, g, scale, accumulate)
  }

  activate(code: number, bias: Matrix, z: Matrix, lateral?: Matrix): void {
    this.map.activate(code, bias, z, lateral)
  }

  /** What is handed from one map to the other. It grows to the largest batch it has seen. */
  protected between({ rows }: Matrix): Matrix {
    this.#region.resize(this.#between, rows)
    return this.#between
  }
}

/** z = A(P h; W). */
export class PooledInputs extends PooledMap implements LinearMap {
  forward(h: Matrix, weight: Matrix, z: Matrix, scale = 1, accumulate = false): void {
    const pooled = this.between(h)
    this.pooling.pool(h, pooled)
    this.map.forward(pooled, weight, z, scale, accumulate)
  }

  backward(d: Matrix, weight: Matrix, out: Matrix, scale = 1, accumulate = false): void {
    const pooled = this.between(d)
    this.map.backward(d, weight, pooled)
    this.pooling.unpool(pooled, out, scale, accumulate)
  }

  weightStatistic(d: Matrix, h: Matrix, g: Matrix, scale: number, accumulate = false): void {
    const pooled = this.between(h)
    this.pooling.pool(h, pooled)
    this.map.weightStatistic(d, pooled, g, scale, accumulate)
  }
}

/** z = P A(h; W). */
export class PooledOutputs extends PooledMap implements LinearMap {
  forward(h: Matrix, weight: Matrix, z: Matrix, scale = 1, accumulate = false): void {
    const whole = this.between(h)
    this.map.forward(h, weight, whole)
    this.pooling.pool(whole, z, scale, accumulate)
  }

  backward(d: Matrix, weight: Matrix, out: Matrix, scale = 1, accumulate = false): void {
    const whole = this.between(d)
    this.pooling.unpool(d, whole)
    this.map.backward(whole, weight, out, scale, accumulate)
  }

  weightStatistic(d: Matrix, h: Matrix, g: Matrix, scale: number, accumulate = false): void {
    const whole = this.between(d)
    this.pooling.unpool(d, whole)
    this.map.weightStatistic(whole, h, g, scale, accumulate)
  }
}
