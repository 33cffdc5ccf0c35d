/** How a relaxation went. Not settling is a fact about the network, not an error. */
export interface Settling {
  readonly sweeps: number
  /** The largest change of a state in the last sweep. */
  readonly residual: number
  readonly converged: boolean
}

/** @internal A rule's own record, written anew by each phase: a step makes no objects. */
export type SettlingRecord = { -readonly [Key in keyof Settling]: Settling[Key] }

/** @internal */
export const unsettled = (): SettlingRecord => ({ sweeps: 0, residual: Infinity, converged: false })

/** @internal Sweeps until no state changes by more than the tolerance in a sweep, or `sweeps` times. */
export function settle(record: SettlingRecord, sweeps: number, tolerance: number, sweep: () => number): void {
  record.sweeps = 0
  record.residual = Infinity
  while (record.sweeps < sweeps && !(record.residual <= tolerance)) {
    record.sweeps++
    record.residual = sweep()
  }
  record.converged = record.residual <= tolerance
}
