import type { Matrix, Region } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import type { Layered, LayerParameters } from '../layers/layer.js'
import type { Loss } from '../losses/loss.js'

/** @internal What a pass through a network needs of where it runs: a rule's site, or what is below a readout. */
export interface Ground {
  readonly network: Layered
  readonly ops: Operations
  readonly region: Region
  /** Where the direction goes, by layer: same shapes as the network's parameters. */
  readonly direction: readonly LayerParameters[]
  /** A matrix with one row for each sample of the batch at hand. */
  batch(columns: number): Matrix
  /** A column of doubles, one for each sample. */
  batchDoubles(): Matrix
  /** Matrices for the activities h_0 ... h_L, or of the layers given; h_0 is the batch's inputs. */
  activities(layers?: readonly Pick<Layered, 'outputs'>[]): Matrix[]
}

/** @internal What a loop over the states of a network needs beside, for what its outputs are pulled by. */
export interface Workspace extends Ground {
  readonly loss: Loss
}
