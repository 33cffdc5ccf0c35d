// The sweeps of a relaxation, layer by layer, over any linear maps. assembly/rules/relax.ts is the same for dense ones,
// and says how the steps follow the residuals.
import type { Matrix } from '../core/memory.js'
import type { SettlingRecord } from '../core/settling.js'
import { activationCode } from '../layers/activation.js'
import { type Engine, type EngineSetting, outputMode, type Phase } from './relaxation-engine.js'

const growth = 0.25
const largestStep = 1.75
const identity = activationCode('relaxation', 'identity')

export class RelaxationByLayer implements Engine {
  readonly #setting: EngineSetting
  readonly #potentials: readonly Matrix[]
  /** The steps of this sweep: 0 for samples that have settled. */
  readonly #moving: Matrix
  /** The same with 1 for the others. */
  readonly #whole: Matrix
  readonly #worst: Matrix
  /** By how much h_L moved: of no interest, its link is a state. */
  readonly #unread: Matrix
  readonly #noBias: Matrix
  #phase!: Phase

  constructor(setting: EngineSetting) {
    this.#setting = setting
    const { network, region, batch, batchDoubles } = setting.site
    this.#potentials = network.layers.map(({ outputs }) => batch(outputs))
    this.#moving = batchDoubles()
    this.#whole = batchDoubles()
    this.#worst = batchDoubles()
    this.#unread = batchDoubles()
    this.#noBias = region.matrix(network.dtype, 1, network.outputs)
  }

  load(): void {}

  begin(phase: Phase): void {
    this.#phase = phase
  }

  feedforward(): void {
    const { site: { network, ops, loss }, parameters, outputs } = this.#setting
    const { s, mode } = this.#phase
    for (const { index, map, code } of network.layers) {
      this.#fromBelow(index + 1, s[index + 1]!)
      const { bias, lateral } = parameters[index]!
      map.activate(code, bias, s[index + 1]!, lateral)
    }
    if (mode !== outputMode.linked) return
    outputs.copy(s.at(-1)!)
    loss.link(ops, outputs, s.at(-1)!)
  }

  relax(record: SettlingRecord, sweeps: number): void {
    const { mode, downwards, s } = this.#phase
    const last = mode === outputMode.clamped ? s.length - 2 : s.length - 1
    for (; sweeps > 0 && this.#chooseMoving(); sweeps--) {
      this.#worst.fill(0)
      for (let i = 1; i <= last; i++) this.#update(downwards ? last + 1 - i : i)
      record.sweeps++
      this.#adapt()
    }
  }

  /** Samples that have settled stay where they are; returns whether there are others. */
  #chooseMoving(): boolean {
    const { steps, residuals, tolerance } = this.#setting
    const { f64 } = steps.views()
    let any = false
    for (let i = 0; i < steps.rows; i++) {
      const moves = !(f64[residuals.pointer / 8 + i]! <= tolerance)
      f64[this.#moving.pointer / 8 + i] = moves ? f64[steps.pointer / 8 + i]! : 0
      f64[this.#whole.pointer / 8 + i] = moves ? 1 : 0
      any ||= moves
    }
    return any
  }

  /** Notes the residuals of the samples that moved, and adapts their steps. */
  #adapt(): void {
    const { steps, residuals, adaptive } = this.#setting
    const { f64 } = steps.views()
    for (let i = 0; i < steps.rows; i++) {
      if (f64[this.#moving.pointer / 8 + i] === 0) continue
      const [step, residual] = [steps.pointer / 8 + i, residuals.pointer / 8 + i]
      const now = f64[this.#worst.pointer / 8 + i]!
      if (adaptive) f64[step] = nextStep(f64[step]!, now / f64[residual]!)
      f64[residual] = now
    }
  }

  /** Updates s_l from its neighbours; `worst` <- by how much it was off. */
  #update(l: number): void {
    const { site: { network, ops, loss }, parameters, gamma, outputs } = this.#setting
    const { s, mode, beta, y } = this.#phase
    const potential = this.#potentials[l - 1]!
    const { code } = network.layers[l - 1]!
    const { bias, lateral } = parameters[l - 1]!
    this.#fromBelow(l, potential)
    if (lateral) ops.multiplyNT(s[l]!, lateral, potential, 1, true)
    if (l < s.length - 1) {
      network.layers[l]!.map.backward(s[l + 1]!, parameters[l]!.weight, potential, gamma, true)
    } else if (mode === outputMode.nudged) {
      loss.evaluate(ops, s[l]!, y!, outputs)
      ops.combine(-beta, outputs, 1, potential)
    } else if (mode === outputMode.linked) {
      ops.settle(code, bias, this.#whole, potential, outputs, this.#unread)
      loss.link(ops, outputs, potential)
      ops.settle(identity, this.#noBias, this.#whole, potential, s[l]!, this.#worst)
      return
    }
    ops.settle(code, bias, this.#moving, potential, s[l]!, this.#worst)
  }

  /** potential <- W_l s_{l-1}. */
  #fromBelow(l: number, potential: Matrix): void {
    const { site, parameters, drive } = this.#setting
    if (l === 1) potential.copy(drive)
    else site.network.layers[l - 1]!.map.forward(this.#phase.s[l - 1]!, parameters[l - 1]!.weight, potential)
  }
}

/** The step after one that shrank the residual by `lambda`. Where it did not shrink it goes back towards 1. */
function nextStep(step: number, lambda: number): number {
  if (!(lambda < 1)) return 1 + (step - 1) / 2
  if (!(lambda > step - 1)) return step
  const mu = (lambda + step - 1) / (step * Math.sqrt(lambda))
  return Math.min(2 / (1 + Math.sqrt(Math.max(0, 1 - mu * mu))), step + growth, largestStep)
}
