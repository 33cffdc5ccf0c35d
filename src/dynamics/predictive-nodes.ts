// The nodes of predictive coding: x_l, their activities h_l = f(x_l) and errors eps_l, and steps of inference, layer by layer,
// over any linear maps. assembly/dynamics/infer.ts is the same for dense layers, with all steps in one call.
import type { Descending } from '../numerics/descent.js'
import type { Matrix } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import { activationCode } from '../layers/activation.js'
import { ValueNodes } from './value-nodes.js'
import type { Workspace } from './workspace.js'

export class Nodes implements Descending {
  readonly x: readonly Matrix[]
  readonly h: readonly Matrix[]
  readonly eps: readonly Matrix[]
  readonly change: readonly Matrix[]
  /** mu_1, which does not change: the inputs are clamped. */
  readonly firstPrediction: Matrix

  y: Matrix | null = null
  /** What those who step without descending do not read. */
  readonly #unread: Matrix
  readonly #doubles: Operations
  /** Those of the hidden layers, which move. */
  readonly #hidden: ValueNodes
  /** out <- eps_{l+1} W_{l+1}, to a hidden layer, counted from 0. */
  readonly #sendBack: (l: number, out: Matrix) => void

  constructor(
    readonly site: Workspace,
    readonly precisions: readonly number[] = site.network.layers.map(() => 1),
  ) {
    this.#doubles = site.ops.doubles
    this.#unread = site.batchDoubles()
    this.x = site.activities()
    this.h = site.activities()
    this.eps = site.activities()
    this.change = site.activities()
    this.firstPrediction = site.batch(site.network.layers[0].outputs)
    const { x, h, eps, change } = this
    const { layers } = site.network
    this.#hidden = new ValueNodes(
      site.ops,
      layers.slice(0, -1).map(({ code }, l) => ({ code, x: x[l + 1], h: h[l + 1], eps: eps[l + 1], change: change[l + 1] })),
    )
    this.#sendBack = (l, out) => {
      const above = layers[l + 1]
      above.map.backward(eps[l + 2], above.parameters.weight, out)
    }
  }

  get last(): number {
    return this.h.length - 1
  }

  /** The forward pass: every hidden node at its prediction, every hidden error zero; returns the mean loss. */
  start(y: Matrix): number {
    this.y = y
    for (let l = 1; l <= this.last; l++) {
      this.#predict(l, this.x[l])
      this.site.ops.activate(this.#layer(l).code, this.x[l], this.h[l])
      this.eps[l].fill(0)
    }
    this.firstPrediction.copy(this.x[1])
    return this.#outputError(null) / y.rows
  }

  measure(energies: Matrix): void {
    const { loss, ops } = this.site
    loss.evaluate(ops, this.h[this.last], this.y!, null, energies)
    this.#freeEnergies(energies)
  }

  pull(rates: Matrix, scale: number, residuals: Matrix, squares: Matrix): void {
    this.#hidden.pull(rates, scale, true, residuals, squares, this.#sendBack)
  }

  move(energies: Matrix): void {
    this.#hidden.move(true)
    this.#refreshErrors(energies)
  }

  moveBack(shares: Matrix, energies: Matrix): void {
    this.#hidden.moveBack(shares)
    this.#refreshErrors(energies)
  }

  /** Steps all hidden nodes at once, wherever that leads: x_l <- x_l + rate_i dx_l. residuals_i <- the largest change. */
  step(rates: Matrix, residuals: Matrix): void {
    this.#hidden.pull(rates, 1, false, residuals, this.#unread, this.#sendBack)
    this.#hidden.move(false)
    this.#refreshErrors(null)
  }

  /** Steps all hidden errors at once, the predictions held. residuals_i <- the largest change, where that is larger. */
  stepErrors(rates: Matrix, rate: number, residuals: Matrix): void {
    this.#hidden.pull(rates, rate, false, residuals, this.#unread, this.#sendBack)
    for (let l = 1; l < this.last; l++) this.site.ops.combine(1, this.change[l], 1, this.eps[l])
  }

  /** eps_l = p_l (x_l - mu_l) for the nodes as they are; the outputs follow their prediction, x_L = mu_L. Energies, if wanted, <- F. */
  #refreshErrors(energies: Matrix | null): void {
    const { ops } = this.site
    for (let l = 1; l < this.last; l++) {
      if (l === 1) this.eps[l].copy(this.firstPrediction)
      else this.#predict(l, this.eps[l])
      const precision = this.precisions[l - 1]
      ops.combine(precision, this.x[l], -precision, this.eps[l])
    }
    if (this.last > 1) this.#predict(this.last, this.x[this.last])
    ops.activate(this.#layer(this.last).code, this.x[this.last], this.h[this.last])
    this.#outputError(energies)
    if (energies) this.#freeEnergies(energies)
  }

  /** From the loss of each sample, its F. */
  #freeEnergies(energies: Matrix): void {
    this.#doubles.combine(this.precisions.at(-1)!, energies, 0, energies)
    for (let l = 1; l < this.last; l++) this.site.ops.dotRows(this.eps[l], this.eps[l], energies, 1 / (2 * this.precisions[l - 1]), true)
  }

  #layer(l: number) {
    return this.site.network.layers[l - 1]
  }

  /** mu_l = W_l h_{l-1} + b_l. */
  #predict(l: number, mu: Matrix): void {
    const { map, parameters } = this.#layer(l)
    map.forward(this.h[l - 1], parameters.weight, mu)
    map.activate(activationCode('predictiveCoding', 'identity'), parameters.bias, mu)
  }

  /** eps_L = -p_L dC/dmu_L; losses, if wanted, <- those of the samples. Returns their sum. */
  #outputError(losses: Matrix | null): number {
    const { loss, ops } = this.site
    const [output, error] = [this.h[this.last], this.eps[this.last]]
    const total = loss.evaluate(ops, output, this.y!, error, losses)
    ops.multiplySlope(this.#layer(this.last).code, output, error)
    ops.combine(-this.precisions.at(-1)!, error, 0, error)
    return total
  }
}
