import type { Objective } from './loss.js'

const objective: Objective = {
  name: 'reward',
  of: 'actions',
  targets: { expected: 'a finite number', accepts: Number.isFinite },
  probabilities: (ops, h, p) => ops.softmax(h, p),
  evaluate: (ops, a, y, _errors, samples = null) => {
    if (samples) ops.dotRows(a, y, samples, -1)
    return -ops.dot(a, y)
  },
}

/**
 * The reward of an action, as a cost: C(a, y) = -<a, y>, where a is one-hot in the action taken and y the payoff of each action (of a
 * contextual bandit), or one-hot in the right one (of a classification). For rules that act, such as `reinforce`: they are told the
 * payoff of what they did, and of nothing else.
 */
export const reward = (): Objective => objective
