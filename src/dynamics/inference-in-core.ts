// Inference in predictive coding over dense layers, all steps in one call of the core. The weights are packed once for them;
// what the core reads are two records in its memory, which assembly/dynamics/infer.ts describes.
import { columnsOf, rounding } from '../numerics/descent.js'
import type { Matrix } from '../core/memory.js'
import { largestOf, type SettlingRecord } from '../numerics/fixed-point.js'
import { PackedWeights } from './packed-weights.js'
import type { Nodes } from './predictive-nodes.js'

/** Bytes of a layer's record, whose last 8 are a double; and numbers in the one of all, which goes on with doubles. */
const layerBytes = 48
const fields = 18
const doubles = 3
const stepsField = 7

export class InferenceInCore {
  readonly #nodes: Nodes
  readonly #columns: ReturnType<typeof columnsOf>
  /** Where samples stand; of its doubles half are used. */
  readonly #order: Matrix
  readonly #record: number
  readonly #layers: number
  readonly #weights: PackedWeights

  constructor(nodes: Nodes) {
    this.#nodes = nodes
    const { site } = nodes
    const { region, network } = site
    this.#columns = columnsOf(() => site.batchDoubles())
    this.#order = site.batchDoubles()
    this.#record = region.allocate(4 * fields + 8 * doubles)
    this.#layers = region.allocate(layerBytes * (network.layers.length + 1))
    this.#weights = new PackedWeights(
      site,
      network.layers.map(({ parameters }) => parameters),
    )
  }

  /** At most `steps` steps, each sample until nothing changes in it by more than the tolerance; from where the nodes are. */
  run(record: SettlingRecord, steps: number, rate: number, tolerance: number): void {
    this.#weights.load()
    this.#write(rate, tolerance)
    this.#nodes.site.ops.infer(this.#record, steps)
    record.sweeps = this.#columns.residuals.views().u32[this.#record / 4 + stepsField]
    record.residual = largestOf(this.#columns.residuals)
    record.converged = record.residual <= tolerance
  }

  #write(rate: number, tolerance: number): void {
    const {
      site: {
        network: { dtype, inputs, layers },
        loss,
        ops,
      },
      x,
      h,
      eps,
      change,
      y,
      firstPrediction,
      precisions,
    } = this.#nodes
    const { up, down } = this.#weights
    const { u32, f64 } = firstPrediction.views()
    let at = this.#layers / 4
    u32[at] = inputs
    u32[at + 3] = h[0].pointer
    for (const {
      index,
      outputs,
      code,
      parameters: { bias },
    } of layers) {
      const l = index + 1
      at += layerBytes / 4
      u32[at] = outputs
      u32[at + 1] = code
      u32[at + 2] = x[l].pointer
      u32[at + 3] = h[l].pointer
      u32[at + 4] = eps[l].pointer
      u32[at + 5] = change[l].pointer
      u32[at + 6] = bias.pointer
      u32[at + 7] = up[index]
      u32[at + 8] = l < layers.length ? down[l] : 0
      f64[at / 2 + 5] = precisions[index]
    }
    const { rates, energies, trials, noises, residuals, squares, lastSquares } = this.#columns
    at = this.#record / 4
    u32[at] = this.#layers
    u32[at + 1] = layers.length
    u32[at + 2] = h[0].rows
    u32[at + 3] = loss.code!
    u32[at + 4] = y!.pointer
    u32[at + 5] = firstPrediction.pointer
    u32[at + 6] = ops.workspace
    u32[at + stepsField] = 0
    u32[at + 8] = rates.pointer
    u32[at + 9] = energies.pointer
    u32[at + 10] = trials.pointer
    u32[at + 11] = noises.pointer
    u32[at + 12] = residuals.pointer
    u32[at + 13] = squares.pointer
    u32[at + 14] = lastSquares.pointer
    u32[at + 15] = this.#order.pointer
    at = (at + fields) / 2
    f64[at] = rate
    f64[at + 1] = tolerance
    f64[at + 2] = rounding[dtype]
  }
}
