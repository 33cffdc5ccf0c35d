// An optimizer turns a direction, whatever rule estimated it, into an update: optax's shape (`init` and `update`
// pairs that compose), on one flat vector in WASM memory.
import type { Matrix, Region } from '../core/memory.js'
import type { Operations } from '../core/operations.js'

/** An optimizer as data. One is shared by all groups of parameters; each group gets a state of its own. */
export interface Optimizer {
  /** @internal Allocates the state for `parameters`. */
  prepare(ops: Operations, parameters: Matrix, region: Region): OptimizerState
  /**
   * @internal Of a network's parameters those that it teaches, as groups of their own; without it all of them are one. `network` is
   * undefined where that cannot be.
   */
  stretches?(where: string, network: { readonly layers: readonly Numbered[] } | undefined): readonly Stretch[]
}

/** @internal A layer, of whose parameters it is known how many there are. */
export interface Numbered {
  readonly index: number
  readonly parameters: object
}

/** @internal Parameters from one to before another, and what teaches them. */
export interface Stretch {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly optimizer: Optimizer
}

/**
 * @internal An optimizer at work on one flat group. The update is parameters <- parameters - size direction, after `update`
 * has rewritten the direction. The caller applies it, so that a rule that follows the applied change can see it.
 *
 * `step` counts the steps that were taken before this one.
 */
export interface OptimizerState {
  /** The size of this step. It changes nothing, and may throw. */
  size(step: number): number
  /**
   * An upper bound of the magnitudes that `update` leaves in the direction, where those in it now do not exceed `direction`
   * and the parameters' do not exceed `parameters`; not finite where a number of the state could become so.
   */
  bound(direction: number, parameters: number): number
  /** Looks at the state's own magnitudes, so that `bound` is as tight as it can be. */
  refresh(): void
  /** Rewrites `direction` in place, and the state. Called after `bound`. */
  update(direction: Matrix, step: number): void
  /** The matrices that make up the state, by name: what a checkpoint holds. */
  readonly matrices: Readonly<Record<string, Matrix>>
  /** The names of those that hold no negative number. */
  readonly nonNegative?: readonly string[]
}
