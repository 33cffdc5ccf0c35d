// The sweeps of a relaxation of dense layers, a whole phase in one call of the core. The weights are packed once, when
// they are loaded; what the core reads are two records in its memory, which assembly/dynamics/relax.ts describes.
import type { Matrix } from '../core/memory.js'
import { layerRecord as layer, phaseRecord as phase } from '../core/records.js'
import { PackedWeights } from './packed-weights.js'
import type { Engine, EngineSetting, Phase } from './relaxation-engine.js'

export class RelaxationInCore implements Engine {
  readonly #setting: EngineSetting
  readonly #potentials: readonly Matrix[]
  /** Where samples stand; of its doubles half are used. */
  readonly #order: Matrix
  readonly #record: number
  readonly #layers: number
  readonly #weights: PackedWeights

  constructor(setting: EngineSetting) {
    this.#setting = setting
    const { region, network, batch, batchDoubles } = setting.site
    this.#potentials = network.layers.map(({ outputs }) => batch(outputs))
    this.#order = batchDoubles()
    this.#record = region.allocate(phase.bytes)
    this.#layers = region.allocate(layer.bytes * (network.layers.length + 1))
    this.#weights = new PackedWeights(setting.site, setting.parameters)
  }

  load(): void {
    this.#weights.load()
  }

  begin({ s, mode, downwards, beta, y }: Phase): void {
    const {
      site: { network, ops, loss },
      parameters,
      gamma,
      samples,
      scales,
      drive,
      outputs,
    } = this.#setting
    const {
      settings: { adaptive, byResidual, amplified, floor = 0 },
      steps,
      residuals,
      worst,
      rates,
      errors,
    } = samples
    const { layers } = network
    const { up, down } = this.#weights
    const { u32, f64 } = drive.views()
    let at = this.#layers / 4
    u32[at + layer.units] = network.inputs
    u32[at + layer.s] = s[0].pointer
    for (let l = 1; l <= layers.length; l++) {
      at += layer.bytes / 4
      u32[at + layer.units] = layers[l - 1].outputs
      u32[at + layer.code] = layers[l - 1].code
      u32[at + layer.s] = s[l].pointer
      u32[at + layer.potential] = this.#potentials[l - 1].pointer
      u32[at + layer.bias] = parameters[l - 1].bias.pointer
      u32[at + layer.fromBelow] = up[l - 1]
      u32[at + layer.fromAbove] = l < layers.length ? down[l] : 0
      f64[at / 2 + layer.scale] = scales[l - 1]
    }
    at = this.#record / 4
    u32[at + phase.layers] = this.#layers
    u32[at + phase.last] = layers.length
    u32[at + phase.samples] = s[1].rows
    u32[at + phase.drive] = drive.pointer
    u32[at + phase.mode] = mode
    u32[at + phase.downwards] = downwards ? 1 : 0
    u32[at + phase.adaptive] = adaptive ? 1 : 0
    u32[at + phase.loss] = loss.code!
    u32[at + phase.y] = y === null ? 0 : y.pointer
    u32[at + phase.outputs] = outputs.pointer
    u32[at + phase.steps] = steps.pointer
    u32[at + phase.residuals] = residuals.pointer
    u32[at + phase.worst] = worst.pointer
    u32[at + phase.rates] = rates.pointer
    u32[at + phase.errors] = errors.pointer
    u32[at + phase.order] = this.#order.pointer
    u32[at + phase.workspace] = ops.workspace
    u32[at + phase.sweeps] = 0
    u32[at + phase.measure] = byResidual ? 1 : amplified ? 2 : 0
    at /= 2
    f64[at + phase.gamma] = gamma
    f64[at + phase.beta] = beta
    f64[at + phase.tolerance] = samples.restsAt
    f64[at + phase.floor] = floor
  }

  feedforward(): void {
    this.#setting.site.ops.feedforward(this.#record)
  }

  relax(sweeps: number): void {
    const {
      site: { ops },
      samples,
      drive,
    } = this.#setting
    ops.relax(this.#record, sweeps)
    samples.sweeps = drive.views().u32[this.#record / 4 + phase.sweeps]
  }
}
