/**
 * A world that answers actions with rewards. It is pure: what it remembers is in `state`, which is handed to it, copied, rewound and
 * saved by who teaches in it. What it throws reaches the caller of `step`, and nothing has changed then.
 */
export interface Environment {
  readonly name: string
  /** Numbers of an observation x. */
  readonly inputs: number
  /** Actions to choose from; `step` is told one of them, from 0. */
  readonly actions: number
  /** Numbers of its state. */
  readonly stateSize: number
  /** Begins an episode: fills the state and the first observation. `draw` gives numbers in [0, 1), the same for the same seed. */
  reset(state: Float64Array, draw: () => number, x: Float64Array): void
  /** Carries an action out: moves the state on, fills the next observation, and says what came of it. */
  step(state: Float64Array, action: number, draw: () => number, x: Float64Array, outcome: Outcome): void
}

/** What an action brought; filled in place. */
export interface Outcome {
  /** The reward of the action, finite. */
  reward: number
  /** Whether it ended the episode; the observation is then not read. */
  end: boolean
}
