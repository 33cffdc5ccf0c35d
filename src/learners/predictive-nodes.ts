// The nodes of predictive coding: x_l, their activities h_l = f(x_l) and errors eps_l, and steps of inference, layer by layer,
// over any linear maps. assembly/rules/infer.ts is the same for dense layers, with all steps in one call.
import type { Descending } from '../core/descent.js'
import type { Matrix } from '../core/memory.js'
import { activationCode } from '../layers/activation.js'
import type { Site } from './learner.js'
import { outputDelta } from './pass.js'

export class Nodes implements Descending {
  readonly x: readonly Matrix[]
  readonly h: readonly Matrix[]
  readonly eps: readonly Matrix[]
  readonly change: readonly Matrix[]
  /** mu_1, which does not change: the inputs are clamped. */
  readonly firstPrediction: Matrix

  y: Matrix | null = null
  meanLoss = 0

  constructor(readonly site: Site, readonly precisions: readonly number[] = site.network.layers.map(() => 1)) {
    this.x = site.activities()
    this.h = site.activities()
    this.eps = site.activities()
    this.change = site.activities()
    this.firstPrediction = site.batch(site.network.layers[0]!.outputs)
  }

  get last(): number {
    return this.h.length - 1
  }

  /** The forward pass: every hidden node at its prediction, every hidden error zero; returns the mean loss. */
  start(y: Matrix): number {
    this.y = y
    for (let l = 1; l <= this.last; l++) {
      this.#predict(l, this.x[l]!)
      this.site.ops.activate(this.#layer(l).code, this.x[l]!, this.h[l]!)
      this.eps[l]!.fill(0)
    }
    this.firstPrediction.copy(this.x[1]!)
    this.#outputError()
    return this.meanLoss
  }

  /** F, of all samples together. */
  get freeEnergy(): number {
    let energy = this.precisions.at(-1)! * this.meanLoss * this.h[0]!.rows
    for (let l = 1; l < this.last; l++) energy += this.site.ops.dot(this.eps[l]!, this.eps[l]!) / (2 * this.precisions[l - 1]!)
    return energy
  }

  /** Steps all hidden nodes at once: x_l <- x_l + rate dx_l. Returns the largest change. */
  step(rate: number): number {
    const largest = this.#pull(rate)
    this.#move(1)
    return largest
  }

  /** Takes half of the last step back. */
  halve(): void {
    for (let l = 1; l < this.last; l++) this.site.ops.combine(0.5, this.change[l]!, 0, this.change[l]!)
    this.#move(-1)
  }

  /** Steps all hidden errors at once, the predictions held. Returns the largest change. */
  stepErrors(rate: number): number {
    const largest = this.#pull(rate)
    for (let l = 1; l < this.last; l++) this.site.ops.combine(1, this.change[l]!, 1, this.eps[l]!)
    return largest
  }

  /** x_l <- x_l + times change_l, and the errors there. */
  #move(times: number): void {
    for (let l = 1; l < this.last; l++) {
      this.site.ops.combine(times, this.change[l]!, 1, this.x[l]!)
      this.site.ops.activate(this.#layer(l).code, this.x[l]!, this.h[l]!)
    }
    this.#refreshErrors()
  }

  /** eps_l = p_l (x_l - mu_l) for the nodes as they are; the outputs follow their prediction, x_L = mu_L. */
  #refreshErrors(): void {
    const { ops } = this.site
    for (let l = 1; l < this.last; l++) {
      if (l === 1) this.eps[l]!.copy(this.firstPrediction)
      else this.#predict(l, this.eps[l]!)
      const precision = this.precisions[l - 1]!
      ops.combine(precision, this.x[l]!, -precision, this.eps[l]!)
    }
    if (this.last > 1) this.#predict(this.last, this.x[this.last]!)
    ops.activate(this.#layer(this.last).code, this.x[this.last]!, this.h[this.last]!)
    this.#outputError()
  }

  #layer(l: number) {
    return this.site.network.layers[l - 1]!
  }

  /** mu_l = W_l h_{l-1} + b_l. */
  #predict(l: number, mu: Matrix): void {
    const { map, parameters } = this.#layer(l)
    map.forward(this.h[l - 1]!, parameters.weight, mu)
    map.activate(activationCode('predictiveCoding', 'identity'), parameters.bias, mu)
  }

  /** eps_L = -p_L dC/dmu_L, and the mean loss. */
  #outputError(): void {
    const { network, loss, ops } = this.site
    const error = this.eps[this.last]!
    this.meanLoss = outputDelta(network, loss, this.h[this.last]!, this.y!, error)
    ops.combine(-this.precisions.at(-1)!, error, 0, error)
  }

  /** change_l = rate ( -eps_l + f'_l (eps_{l+1} W_{l+1}) ) for the hidden layers; returns the largest. */
  #pull(rate: number): number {
    const { ops } = this.site
    let largest = 0
    for (let l = 1; l < this.last; l++) {
      const above = this.#layer(l + 1)
      const change = this.change[l]!
      above.map.backward(this.eps[l + 1]!, above.parameters.weight, change)
      ops.multiplySlope(this.#layer(l).code, this.h[l]!, change)
      ops.combine(-rate, this.eps[l]!, rate, change)
      largest = Math.max(largest, ops.maxAbsolute(change))
    }
    return largest
  }
}
