import { requireInteger, requireNumber, requireOptions, NgradError } from '../errors.js'
import type { Environment } from './environment.js'

/** Options of {@link randomWalk}. */
export interface RandomWalkOptions {
  /** Places in a row, from 1 to 1024; default 5. */
  readonly states?: number
  /** With what probability a step goes left or right by a coin, whatever the action, in [0, 1]; default 0. */
  readonly slip?: number
  /** Steps after which an episode ends without a reward, up to 10^6; default 100. */
  readonly limit?: number
}

/**
 * A row of places, walked from the middle (of an even number, the one to its left). Action 0 goes left, 1 right; to walk out on the
 * right earns 1, on the left 0. Observations are one-hot in the place. With `slip: 1` it is the random walk of Sutton 1988 (Machine
 * Learning 3:9), whose values are i / (states + 1).
 *
 * ```ts
 * createTrainer(sequential(5, [dense(2)]).build(), { learner: reinforce(), environment: randomWalk(), optimizer: sgd({ learningRate: 0.5 }) })
 * ```
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range
 */
export function randomWalk(options: RandomWalkOptions = {}): Environment {
  const where = 'randomWalk(options)'
  const { states = 5, slip = 0, limit = 100 } = requireOptions(where, options, { states: true, slip: true, limit: true })
  requireInteger(`${where}: states`, states, 1, 1024)
  requireNumber(`${where}: slip`, slip, 0)
  if (slip > 1) throw new NgradError('RANGE', `${where}: slip`, 'a number in [0, 1]', slip)
  requireInteger(`${where}: limit`, limit, 1, 1_000_000)
  const show = (place: number, x: Float64Array): void => {
    x.fill(0)
    x[place] = 1
  }
  return {
    name: 'randomWalk',
    inputs: states,
    actions: 2,
    stateSize: 2, // the place, and how many steps were taken
    reset: (state, _draw, x) => {
      state[0] = Math.floor((states - 1) / 2)
      state[1] = 0
      show(state[0], x)
    },
    step: (state, action, draw, x, outcome) => {
      const slips = slip > 0 && draw() < slip
      const right = slips ? draw() < 0.5 : action === 1
      state[0] += right ? 1 : -1
      state[1]++
      const out = state[0] < 0 || state[0] >= states
      outcome.reward = state[0] >= states ? 1 : 0
      outcome.end = out || state[1] >= limit
      if (!outcome.end) show(state[0], x)
    },
  }
}
