import { BatchHigh } from '../core/batch-high.js'
import type { FloatArray } from '../core/dtype.js'
import { type Disposable, disposable } from '../core/disposable.js'
import { Region } from '../core/memory.js'
import type { Forward } from '../dynamics/forward.js'
import type { Workspace } from '../dynamics/workspace.js'
import type { Loss, Objective } from '../losses/loss.js'
import type { Network } from '../models/network.js'
import { activitiesOf, outputsOf, probabilitiesOf, type Running } from './outputs.js'

/** A taught network for inference alone: no learner, no optimizer, no directions. Dispose of it, and its network is gone too. */
export class Predictor implements Disposable {
  /** Lets `using` dispose of it, in hosts that know the symbol. */
  declare readonly [Symbol.dispose]: () => void
  readonly #region: Region
  readonly #running: Running

  /** @internal Use `loadPredictor`. */
  constructor(
    readonly network: Network,
    /** @internal */
    readonly forward: Forward,
    /** What its outputs were judged by. */
    readonly loss: Objective | undefined,
  ) {
    const region = new Region('predictor')
    this.#region = region
    try {
      const { dtype, ops } = network
      const rows = new BatchHigh(region)
      const input = rows.matrix(dtype, network.inputs)
      // A loss of actions has no link; nor does anything that settles learn from it.
      const ground: Workspace = {
        loss: loss as Loss,
        network,
        ops,
        region,
        direction: [],
        batch: (columns) => rows.matrix(dtype, columns),
        batchDoubles: () => rows.matrix('f64', 1),
        activities: (layers = network.layers) => [input, ...layers.map(({ outputs }) => rows.matrix(dtype, outputs))],
      }
      const parameters = network.layers.map((layer) => layer.parameters)
      const run = forward.attach(ground, parameters)
      this.#running = {
        network,
        loss,
        run: (where, x, count, first) => {
          region.requireAlive(where)
          rows.resize(count)
          network.load(where, '', x, input, first)
          return run()
        },
      }
    } catch (error) {
      region.dispose()
      throw error
    }
    disposable(this)
  }

  /**
   * The outputs h_L, as `trainer.predict` gave them.
   *
   * @param x row-major [size, inputs], finite
   * @returns a copy, row-major [size, outputs]
   * @throws NgradError `SHAPE`, `TYPE`, `NOT_FINITE` (also when an output is not finite), `DISPOSED`
   */
  predict(x: ArrayLike<number>): FloatArray {
    return outputsOf('predict(x)', this.#running, x)
  }

  /**
   * The probabilities that the loss reads in the outputs.
   *
   * @param x row-major [size, inputs], finite
   * @returns a copy, row-major [size, outputs]
   * @throws NgradError as `predict` does; `UNSUPPORTED` for a loss that reads none
   */
  probabilities(x: ArrayLike<number>): FloatArray {
    return probabilitiesOf('probabilities(x)', this.#running, x)
  }

  /**
   * The activities h_1 ... h_L of all layers.
   *
   * @param x row-major [size, inputs], finite
   * @returns copies, one for each layer, row-major [size, units]
   * @throws NgradError as `predict` does
   */
  activities(x: ArrayLike<number>): FloatArray[] {
    return activitiesOf('activities(x)', this.#running, x)
  }

  /** Frees the network, and what it settles in. Twice is nothing. */
  dispose(): void {
    this.#region.dispose()
    this.network.dispose()
  }
}
