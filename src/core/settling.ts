import type { Matrix } from './memory.js'

/** How a relaxation went. Not settling is a fact about the network, not an error. */
export interface Settling {
  /** Of the sample that took the longest. */
  readonly sweeps: number
  /** The largest change of a state in its sample's last sweep. */
  readonly residual: number
  /** Whether every sample settled. */
  readonly converged: boolean
}

/** @internal A rule's own record, written anew by each phase: a step makes no objects. */
export type SettlingRecord = { -readonly [Key in keyof Settling]: Settling[Key] }

/** @internal */
export const unsettled = (): SettlingRecord => ({ sweeps: 0, residual: Infinity, converged: false })

/** @internal The largest number of a column of doubles, NaN where one is. */
export function largestOf(column: Matrix): number {
  const { f64 } = column.views()
  let largest = 0
  for (let i = 0; i < column.rows; i++) largest = Math.max(largest, f64[column.pointer / 8 + i]!)
  return largest
}

/**
 * @internal Sweeps over the samples of a batch, each until it has settled: what becomes of one does not depend on the others.
 * A sweep moves sample i by `steps` i, which is 0 once it has settled, and raises `residuals` i to the largest change that it
 * was asked for.
 */
export class SampleSettling implements SettlingRecord {
  sweeps = 0
  residual = Infinity
  converged = false

  /** @param steps a column of doubles with a row for each sample, as is `residuals` */
  constructor(readonly steps: Matrix, readonly residuals: Matrix) {}

  /** Until no state of a sample changes by more than the tolerance in a sweep, or `sweeps` times. */
  run(sweeps: number, tolerance: number, step: number, sweep: () => void): void {
    this.begin()
    while (this.sweeps < sweeps && this.#choose(tolerance, step)) {
      this.sweeps++
      sweep()
    }
    this.end(tolerance)
  }

  begin(): void {
    this.sweeps = 0
    this.residuals.fill(Infinity)
  }

  end(tolerance: number): void {
    this.residual = largestOf(this.residuals)
    this.converged = this.residual <= tolerance
  }

  /** Who still moves, and by how much; false when nobody does. */
  #choose(tolerance: number, step: number): boolean {
    const { f64 } = this.steps.views()
    const [steps, residuals] = [this.steps.pointer / 8, this.residuals.pointer / 8]
    let any = false
    for (let i = 0; i < this.steps.rows; i++) {
      const moves = !(f64[residuals + i]! <= tolerance)
      f64[steps + i] = moves ? step : 0
      if (moves) f64[residuals + i] = 0
      any ||= moves
    }
    return any
  }
}
