// The sweeps of a relaxation, layer by layer, over any linear maps. assembly/dynamics/relax.ts is the same for dense ones,
// and says how the steps follow the residuals.
import type { Matrix } from '../core/memory.js'
import { activationCode } from '../layers/activation.js'
import { type Engine, type EngineSetting, outputMode, type Phase } from './relaxation-engine.js'

const identity = activationCode('relaxation', 'identity')

export class RelaxationByLayer implements Engine {
  readonly #setting: EngineSetting
  readonly #potentials: readonly Matrix[]
  /** 1 for samples that move, 0 for those that have settled. */
  readonly #whole: Matrix
  /** By how much h_L moved: of no interest, its link is a state. */
  readonly #unread: Matrix
  readonly #noBias: Matrix
  #phase!: Phase

  constructor(setting: EngineSetting) {
    this.#setting = setting
    const { network, region, batch, batchDoubles } = setting.site
    this.#potentials = network.layers.map(({ outputs }) => batch(outputs))
    this.#whole = batchDoubles()
    this.#unread = batchDoubles()
    this.#noBias = region.matrix(network.dtype, 1, network.outputs)
  }

  load(): void {}

  begin(phase: Phase): void {
    this.#phase = phase
  }

  feedforward(): void {
    const {
      site: { network, ops, loss },
      parameters,
      outputs,
    } = this.#setting
    const { s, mode } = this.#phase
    for (const { index, map, code } of network.layers) {
      this.#fromBelow(index + 1, s[index + 1])
      const { bias, lateral } = parameters[index]
      map.activate(code, bias, s[index + 1], lateral)
    }
    if (mode !== outputMode.linked) return
    outputs.copy(s.at(-1)!)
    loss.link(ops, outputs, s.at(-1)!)
  }

  relax(sweeps: number): void {
    const { samples } = this.#setting
    const { mode, downwards, s } = this.#phase
    const last = mode === outputMode.clamped ? s.length - 2 : s.length - 1
    for (; sweeps > 0 && samples.choose(); sweeps--) {
      if (mode === outputMode.linked) this.#chooseWhole()
      for (let i = 1; i <= last; i++) this.#update(downwards ? last + 1 - i : i)
      samples.note()
    }
  }

  #chooseWhole(): void {
    const { moving } = this.#setting.samples
    const { f64 } = moving.views()
    for (let i = 0; i < moving.rows; i++) f64[this.#whole.pointer / 8 + i] = f64[moving.pointer / 8 + i] === 0 ? 0 : 1
  }

  /** Updates s_l from its neighbours, and notes by how much it was off. */
  #update(l: number): void {
    const {
      site: { network, ops, loss },
      parameters,
      gamma,
      outputs,
      samples: { moving, worst },
      scales,
    } = this.#setting
    const { s, mode, beta, y } = this.#phase
    const potential = this.#potentials[l - 1]
    const { code } = network.layers[l - 1]
    const { bias, lateral } = parameters[l - 1]
    this.#fromBelow(l, potential)
    if (lateral) ops.multiplyNT(s[l], lateral, potential, 1, true)
    if (l < s.length - 1) {
      network.layers[l].map.backward(s[l + 1], parameters[l].weight, potential, gamma, true)
    } else if (mode === outputMode.nudged) {
      loss.evaluate(ops, s[l], y!, outputs)
      ops.combine(-beta, outputs, 1, potential)
    } else if (mode === outputMode.linked) {
      ops.settle(code, bias, this.#whole, potential, outputs, this.#unread)
      loss.link(ops, outputs, potential)
      ops.settle(identity, this.#noBias, this.#whole, potential, s[l], worst, scales[l - 1])
      return
    }
    ops.settle(code, bias, moving, potential, s[l], worst, scales[l - 1])
  }

  /** potential <- W_l s_{l-1}. */
  #fromBelow(l: number, potential: Matrix): void {
    const { site, parameters, drive } = this.#setting
    if (l === 1) potential.copy(drive)
    else site.network.layers[l - 1].map.forward(this.#phase.s[l - 1], parameters[l - 1].weight, potential)
  }
}
