// The sweeps of a relaxation of dense layers, a whole phase in one call of the core. The weights are packed once, when
// they are loaded; what the core reads are two records in its memory, which assembly/dynamics/relax.ts describes.
import type { Matrix } from '../core/memory.js'
import { PackedWeights } from './packed-weights.js'
import type { Engine, EngineSetting, Phase } from './relaxation-engine.js'

/** Numbers of 4 bytes in a layer's record, the last two a double, and in a phase's, which goes on with doubles. */
const layerFields = 10
const phaseFields = 20
const phaseDoubles = 4
const sweepsField = 18

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
    this.#record = region.allocate(4 * phaseFields + 8 * phaseDoubles)
    this.#layers = region.allocate(4 * layerFields * (network.layers.length + 1))
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
    u32[at] = network.inputs
    u32[at + 2] = s[0].pointer
    for (let l = 1; l <= layers.length; l++) {
      at += layerFields
      u32[at] = layers[l - 1].outputs
      u32[at + 1] = layers[l - 1].code
      u32[at + 2] = s[l].pointer
      u32[at + 3] = this.#potentials[l - 1].pointer
      u32[at + 4] = parameters[l - 1].bias.pointer
      u32[at + 5] = up[l - 1]
      u32[at + 6] = l < layers.length ? down[l] : 0
      f64[at / 2 + 4] = scales[l - 1]
    }
    at = this.#record / 4
    u32[at] = this.#layers
    u32[at + 1] = layers.length
    u32[at + 2] = s[1].rows
    u32[at + 3] = drive.pointer
    u32[at + 4] = mode
    u32[at + 5] = downwards ? 1 : 0
    u32[at + 6] = adaptive ? 1 : 0
    u32[at + 7] = loss.code!
    u32[at + 8] = y === null ? 0 : y.pointer
    u32[at + 9] = outputs.pointer
    u32[at + 10] = steps.pointer
    u32[at + 11] = residuals.pointer
    u32[at + 12] = worst.pointer
    u32[at + 13] = rates.pointer
    u32[at + 14] = errors.pointer
    u32[at + 15] = this.#order.pointer
    u32[at + 17] = ops.workspace
    u32[at + sweepsField] = 0
    u32[at + 19] = byResidual ? 1 : amplified ? 2 : 0
    at = (at + phaseFields) / 2
    f64[at] = gamma
    f64[at + 1] = beta
    f64[at + 2] = samples.restsAt
    f64[at + 3] = floor
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
    samples.sweeps = drive.views().u32[this.#record / 4 + sweepsField]
  }
}
