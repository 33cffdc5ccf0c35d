/** How a relaxation went. Not settling is a fact about the network, not an error. */
export interface Settling {
  readonly sweeps: number
  /** The largest change of a state in the last sweep. */
  readonly residual: number
  readonly converged: boolean
}
