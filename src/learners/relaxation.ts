// The relaxation engine: a layered network whose neighbouring layers drive each other, settled to a fixed point
//
//   s_l = f_l( W_l s_{l-1} + gamma W_{l+1}^T s_{l+1} + b_l ),       s_0 = x clamped,
//   s_L = f_L( W_L s_{L-1} + b_L - beta dC/ds_L )                    nudged by beta, *before* the nonlinearity,
//   s_L = y                                                          or clamped,
//
// by sweeps over the layers, each using the newest states of its neighbours (Gauss-Seidel). For gamma = 1 a
// sweep is a block coordinate descent on the energy of the symmetric network, which is why it settles where
// synchronous updates oscillate. The drive of the clamped inputs is computed once for a batch.
import type { Matrix } from '../core/memory.js'
import { settle, type Settling, unsettled } from '../core/settling.js'
import type { LayerParameters } from '../layers/layer.js'
import { forward } from '../layers/network.js'
import { requireInteger, requireNumber, requirePositive } from '../errors.js'
import type { SettlingSite } from './learner.js'

export interface RelaxationOptions {
  /** The most sweeps of a free phase. */
  readonly freeSweeps?: number
  /** The most sweeps of a nudged or clamped phase, which starts from the free state. */
  readonly nudgedSweeps?: number
  /** A phase ends when no state changes by more in a sweep; 0 runs all sweeps. */
  readonly tolerance?: number
  /** How far a state moves towards its equation's right-hand side, in (0, 1]. */
  readonly step?: number
}

/** Checks the options of a settling rule, and fills in what is left out. */
export function relaxationOptions(
  where: string, { freeSweeps = 50, nudgedSweeps = 20, tolerance = 1e-5, step = 1 }: RelaxationOptions,
): Required<RelaxationOptions> {
  requireInteger(`${where}: freeSweeps`, freeSweeps, 1)
  requireInteger(`${where}: nudgedSweeps`, nudgedSweeps, 1)
  requireNumber(`${where}: tolerance`, tolerance, 0)
  requirePositive(`${where}: step`, step)
  requireNumber(`${where}: step`, step, 0, 1)
  return { freeSweeps, nudgedSweeps, tolerance, step }
}

/** Settles to rounding, for measurements. */
export const toRounding: Required<RelaxationOptions> = {
  freeSweeps: 20_000, nudgedSweeps: 20_000, tolerance: 1e-15, step: 1,
}

export class Relaxation {
  /** How the last phase went. */
  get settling(): Settling {
    return this.#settling
  }

  readonly #settling = unsettled()
  readonly #site: SettlingSite
  readonly #parameters: readonly LayerParameters[]
  readonly #gamma: number
  readonly #options: Required<RelaxationOptions>
  readonly #linked: boolean
  readonly #potentials: readonly Matrix[]
  readonly #inputDrive: Matrix
  readonly #errors: Matrix
  /** The phase at hand. */
  #s: readonly Matrix[] = []
  #beta = 0
  #y: Matrix | null = null
  #clamped = false
  #afterSweep: (() => void) | null = null
  /** h_L before the link, where the state of the outputs is the linked one. */
  readonly #outputs: Matrix

  /**
   * @param gamma the gain of the feedback from the layer above
   * @param linked whether the output state is link(h_L), so that it can be compared with targets
   */
  constructor(
    site: SettlingSite, parameters: readonly LayerParameters[], gamma: number, options: Required<RelaxationOptions>,
    linked = false,
  ) {
    this.#site = site
    this.#parameters = parameters
    this.#gamma = gamma
    this.#options = options
    this.#linked = linked
    this.#potentials = site.network.layers.map(({ outputs }) => site.batch(outputs))
    this.#inputDrive = site.batch(site.network.layers[0]!.outputs)
    this.#errors = site.batch(site.network.outputs)
    this.#outputs = linked ? site.batch(site.network.outputs) : this.#errors
  }

  /** The free phase, from the feedforward pass. */
  free(s: readonly Matrix[]): void {
    const { network, loss, ops } = this.#site
    const first = network.layers[0]!
    first.map.forward(s[0]!, this.#parameters[0]!.weight, this.#inputDrive)
    forward(network.layers, s, this.#parameters)
    if (this.#linked) {
      this.#outputs.copy(s.at(-1)!)
      loss.link(ops, this.#outputs, s.at(-1)!)
    }
    this.#settle(s, this.#options.freeSweeps, 0, null, false)
  }

  /** A phase whose outputs are pulled down the loss by beta; from the states at hand. */
  nudged(s: readonly Matrix[], beta: number, y: Matrix, afterSweep?: () => void): void {
    this.#settle(s, this.#options.nudgedSweeps, beta, y, false, afterSweep)
  }

  /** A phase whose outputs are held at y; from the states at hand. */
  clamped(s: readonly Matrix[], y: Matrix): void {
    s.at(-1)!.copy(y)
    this.#settle(s, this.#options.nudgedSweeps, 0, null, true)
  }

  /** The outputs h_L of the last free phase. */
  outputs(s: readonly Matrix[]): Matrix {
    return this.#linked ? this.#outputs : s.at(-1)!
  }

  #settle(
    s: readonly Matrix[], sweeps: number, beta: number, y: Matrix | null, clamped: boolean,
    afterSweep: (() => void) | null = null,
  ): void {
    this.#s = s
    this.#beta = beta
    this.#y = y
    this.#clamped = clamped
    this.#afterSweep = afterSweep
    settle(this.#settling, sweeps, this.#options.tolerance, this.#sweep)
  }

  /** One sweep over the states, from the outputs down; returns the largest change. */
  readonly #sweep = (): number => {
    const last = this.#parameters.length
    let residual = 0
    for (let l = this.#clamped ? last - 1 : last; l > 0; l--) residual = Math.max(residual, this.#update(l))
    this.#afterSweep?.()
    return residual
  }

  /** Updates s_l from its neighbours; returns by how much it was off. */
  #update(l: number): number {
    const s = this.#s
    const { network, ops, loss } = this.#site
    const { map, code } = network.layers[l - 1]!
    const { weight, bias } = this.#parameters[l - 1]!
    const potential = this.#potentials[l - 1]!
    const isOutput = l === network.layers.length
    if (l === 1) potential.copy(this.#inputDrive)
    else map.forward(s[l - 1]!, weight, potential)
    if (!isOutput) {
      const above = network.layers[l]!
      above.map.backward(s[l + 1]!, this.#parameters[l]!.weight, potential, this.#gamma, true)
    } else if (this.#beta !== 0) {
      loss.evaluate(ops, s[l]!, this.#y!, this.#errors)
      ops.combine(-this.#beta, this.#errors, 1, potential)
    } else if (this.#linked) {
      ops.settle(code, bias, 1, potential, this.#outputs)
      loss.link(ops, this.#outputs, potential)
      const residual = ops.maxDifference(potential, s[l]!)
      s[l]!.copy(potential)
      return residual
    }
    return ops.settle(code, bias, this.#options.step, potential, s[l]!)
  }
}
