// What runs the sweeps of a relaxation: relaxation-in-core.ts in one call for networks of dense layers,
// relaxation-by-layer.ts for any. Both do the same to the bit.
import type { Matrix } from '../core/memory.js'
import type { SampleSettling } from '../numerics/fixed-point.js'
import type { LayerParameters } from '../layers/layer.js'
import type { Workspace } from './workspace.js'

/** What the outputs hear, by its code in the core: nothing, the loss, or they are held; `linked`: their state is link(h_L). */
export const outputMode = { free: 0, nudged: 1, clamped: 2, linked: 3 } as const

/** A phase at hand, written anew by each: a step makes no objects. */
export interface Phase {
  s: readonly Matrix[]
  mode: number
  /** Sweeps go from the outputs down, not from the inputs up. */
  downwards: boolean
  beta: number
  y: Matrix | null
}

/** What both are made from. */
export interface EngineSetting {
  readonly site: Workspace
  readonly parameters: readonly LayerParameters[]
  /** The gain of the feedback from the layer above. */
  readonly gamma: number
  /** The samples, each with its step. */
  readonly samples: SampleSettling
  /** By layer, what residuals are multiplied by. */
  readonly scales: readonly number[]
  /** W_1 s_0, which stays through all phases. */
  readonly drive: Matrix
  /** The errors of nudged outputs; h_L of linked ones. */
  readonly outputs: Matrix
}

export interface Engine {
  /** Takes the parameters as they are: for this phase, and for all that follow until the next call. */
  load(): void
  begin(phase: Phase): void
  /** s_l = f_l(W_l s_{l-1} + b_l) from the drive up. */
  feedforward(): void
  /** At most `sweeps` sweeps more, over the samples that have not settled; counted with them. */
  relax(sweeps: number): void
}
