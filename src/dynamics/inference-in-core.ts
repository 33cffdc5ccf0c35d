// Inference in predictive coding over dense layers, all steps in one call of the core. The weights are packed once for them;
// what the core reads are two records in its memory, which assembly/dynamics/infer.ts describes.
import { columnsOf, rounding } from '../numerics/descent.js'
import type { Matrix } from '../core/memory.js'
import { inferenceRecord as all, nodesRecord as node } from '../core/records.js'
import { largestOf, type SettlingRecord } from '../numerics/fixed-point.js'
import { PackedWeights } from './packed-weights.js'
import type { Nodes } from './predictive-nodes.js'

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
    this.#record = region.allocate(all.bytes)
    this.#layers = region.allocate(node.bytes * (network.layers.length + 1))
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
    record.sweeps = this.#columns.residuals.views().u32[this.#record / 4 + all.steps]
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
    u32[at + node.units] = inputs
    u32[at + node.h] = h[0].pointer
    for (const {
      index,
      outputs,
      code,
      parameters: { bias },
    } of layers) {
      const l = index + 1
      at += node.bytes / 4
      u32[at + node.units] = outputs
      u32[at + node.code] = code
      u32[at + node.x] = x[l].pointer
      u32[at + node.h] = h[l].pointer
      u32[at + node.eps] = eps[l].pointer
      u32[at + node.change] = change[l].pointer
      u32[at + node.bias] = bias.pointer
      u32[at + node.fromBelow] = up[index]
      u32[at + node.fromAbove] = l < layers.length ? down[l] : 0
      f64[at / 2 + node.precision] = precisions[index]
    }
    const { rates, energies, trials, noises, residuals, squares, lastSquares } = this.#columns
    at = this.#record / 4
    u32[at + all.nodes] = this.#layers
    u32[at + all.last] = layers.length
    u32[at + all.samples] = h[0].rows
    u32[at + all.loss] = loss.code!
    u32[at + all.y] = y!.pointer
    u32[at + all.firstPrediction] = firstPrediction.pointer
    u32[at + all.workspace] = ops.workspace
    u32[at + all.steps] = 0
    u32[at + all.rates] = rates.pointer
    u32[at + all.energies] = energies.pointer
    u32[at + all.trials] = trials.pointer
    u32[at + all.noises] = noises.pointer
    u32[at + all.residuals] = residuals.pointer
    u32[at + all.squares] = squares.pointer
    u32[at + all.lastSquares] = lastSquares.pointer
    u32[at + all.order] = this.#order.pointer
    at /= 2
    f64[at + all.rate] = rate
    f64[at + all.tolerance] = tolerance
    f64[at + all.rounding] = rounding[dtype]
  }
}
