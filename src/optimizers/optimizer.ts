// An optimizer turns a direction, whatever rule estimated it, into an update: optax's shape (`init` and `update`
// pairs that compose), on one flat vector in WASM memory.
import type { Matrix, Region } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import type { Validity } from '../core/validity.js'

/** An optimizer as data. One is shared by all groups of parameters; each group gets a state of its own. */
export interface Optimizer {
  /** @internal Allocates the state for `parameters`. */
  prepare(ops: Operations, parameters: Matrix, region: Region): OptimizerState
}

/** @internal An optimizer at work on one flat group. */
export interface OptimizerState {
  /**
   * Rewrites `direction` in place, and returns the step size s: the update is parameters <- parameters -
   * s direction. The caller applies it, so that a rule that follows the applied change can see it.
   *
   * @param step how many steps were taken before this one
   */
  update(direction: Matrix, step: number): number
  /** The matrices that make up the state, by name: what a checkpoint holds. */
  readonly matrices: Readonly<Record<string, Matrix>>
  /** What some of them are kept to, by the same names: a checkpoint that has them otherwise is refused. */
  readonly validity?: Readonly<Record<string, Validity>>
}
