// What rules that act promise in expectation, measured by going through all that their units may draw: the draws that a rule asks for
// are handed out one combination after another, with the probability of each, and the directions are summed by it.
import type { Matrix } from '../../core/memory.js'
import { Random, stream } from '../../core/random.js'
import { randomWalk } from '../../environments/random-walk.js'
import { dense } from '../../layers/dense.js'
import { Estimator } from '../../learners/estimator.js'
import { reinforce } from '../../learners/reward/reinforce.js'
import { reward } from '../../losses/reward.js'
import { type Network, sequential } from '../../models/network.js'
import { flatten, relativeError } from '../distance.js'
import { differences, states } from '../oracles/models.js'
import type { Draws } from '../random-setting.js'
import { exact, type Property } from './property.js'

const rule = 'reinforce'

export const rewardClaims: readonly Property[] = [
  {
    ...exact,
    rule,
    claim: 'unbiased: E[G] = -dE[r]/dW at any baseline',
    conditions: '3 inputs, 2 hidden units, 3 actions, payoffs at random; by enumeration',
    measure: (draws) => onStochasticNetwork(draws, 3, 2, 3, (network) => payoffError(network, draws)),
  },
  {
    ...exact,
    rule,
    claim: 'unbiased: its sum over an episode, -dE[return]/dW',
    conditions: 'random walks of 3 places and 3 steps, 1 hidden unit; by enumeration',
    measure: (draws) => onStochasticNetwork(draws, 3, 1, 2, episodeError),
  },
  {
    ...exact,
    rule,
    claim: 'the baseline E[r |e|^2] / E[|e|^2] has the least second moment',
    conditions: '3 inputs, 2 hidden units, 3 actions, payoffs at random; by enumeration',
    measure: (draws) => onStochasticNetwork(draws, 3, 2, 3, (network) => bestBaselineError(network, draws)),
  },
]

/** Hands out one combination of draws at a time, and knows the probability of those that were asked for. */
class Enumerated extends Random {
  probability = 1
  /** The choices of this round, and how many there were each time. */
  readonly #choices: number[] = []
  readonly #of: number[] = []
  #at = 0

  constructor() {
    super(0, stream.policy)
  }

  override bernoulliOf(p: Matrix, out: Matrix): void {
    out.write(
      Array.from(p.read(), (chance) => {
        const drawn = this.#choose(2)
        this.probability *= drawn === 1 ? chance : 1 - chance
        return drawn
      }),
    )
  }

  override oneHotOf(p: Matrix, _uniforms: Matrix, out: Matrix): void {
    const chances = p.read()
    const drawn = this.#choose(p.columns)
    this.probability *= chances[drawn]
    out.write(Array.from(chances, (_, j) => (j === drawn ? 1 : 0)))
  }

  /** The next combination, as an odometer turns; false when all were there. */
  next(): boolean {
    while (this.#choices.length > this.#at) this.#choices.pop()
    while (this.#choices.length > 0 && this.#choices.at(-1) === this.#of[this.#choices.length - 1] - 1) this.#choices.pop()
    this.#at = 0
    this.probability = 1
    if (this.#choices.length === 0) return false
    this.#choices[this.#choices.length - 1]++
    return true
  }

  #choose(of: number): number {
    if (this.#at === this.#choices.length) this.#choices.push(0)
    this.#of[this.#at] = of
    return this.#choices[this.#at++]
  }
}

function onStochasticNetwork(draws: Draws, inputs: number, hidden: number, actions: number, figure: (network: Network) => number): number {
  const network = sequential(inputs, [dense(hidden, 'sigmoid'), dense(actions)]).build({ dtype: 'f64', seed: draws.seed })
  try {
    for (const parameter of network.parameters) {
      const length = parameter.shape.reduce((product, size) => product * size, 1)
      parameter.write(draws.list(length, -1.5, 1.5))
    }
    return figure(network)
  } finally {
    network.dispose()
  }
}

/** Sums what the rule does over all that it may draw for one example, at a usual cost; with the second moment of its direction. */
function expected(network: Network, x: readonly number[], payoffs: readonly number[], usual: number): { mean: number[]; moment: number } {
  const all = new Enumerated()
  const estimator = new Estimator(network, reinforce(), reward(), 0, 'measurement', null, () => all)
  try {
    let mean: number[] = []
    let moment = 0
    do {
      estimator.states[0].now.write([usual])
      estimator.estimate('measureClaim(reinforce)', { x, y: payoffs, size: 1 })
      const direction = flatten(estimator.direction)
      mean = direction.map((value, i) => (mean[i] ?? 0) + all.probability * value)
      moment += all.probability * direction.reduce((sum, value) => sum + value * value, 0)
    } while (all.next())
    return { mean, moment }
  } finally {
    estimator.dispose()
  }
}

const logistic = (z: number): number => 1 / (1 + Math.exp(-z))

interface Policy {
  /** A state of the hidden layer, how it differs from its probabilities, and the chance of it. */
  readonly hidden: readonly number[]
  readonly errors: readonly number[]
  readonly chance: number
  /** The chances of the actions then. */
  readonly actions: readonly number[]
}

/** What may come of an input, in plain arithmetic. */
function policies(network: Network, flat: readonly number[], x: readonly number[]): Policy[] {
  const [hidden, inputs] = network.parameters[0].shape as [number, number]
  const outputs = network.outputs
  const [w1, b1] = [flat.slice(0, hidden * inputs), flat.slice(hidden * inputs, hidden * (inputs + 1))]
  const rest = flat.slice(hidden * (inputs + 1))
  const p = b1.map((b, i) => logistic(x.reduce((sum, value, j) => sum + w1[i * inputs + j] * value, b)))
  return states(hidden).map((h) => {
    const exps = Array.from({ length: outputs }, (_, k) =>
      Math.exp(h.reduce((sum, value, i) => sum + rest[k * hidden + i] * value, rest[outputs * hidden + k])),
    )
    const total = exps.reduce((a, b) => a + b)
    return {
      hidden: h,
      errors: h.map((on, i) => on - p[i]),
      chance: h.reduce((product, on, i) => product * (on === 1 ? p[i] : 1 - p[i]), 1),
      actions: exps.map((value) => value / total),
    }
  })
}

/** The chance of each action. */
const chances = (network: Network, flat: readonly number[], x: readonly number[]): number[] =>
  policies(network, flat, x)
    .map(({ chance, actions }) => actions.map((action) => chance * action))
    .reduce((a, b) => a.map((value, k) => value + b[k]))

const valuesOf = (network: Network): number[] => network.parameters.flatMap((parameter) => Array.from(parameter.read()))
const slope = (objective: (flat: readonly number[]) => number, network: Network): number[] =>
  differences(({ w }) => objective(w), { w: valuesOf(network) }, 'w')

function payoffError(network: Network, draws: Draws): number {
  const x = draws.list(network.inputs, -1, 1)
  const payoffs = draws.list(network.outputs, -2, 2)
  const { mean } = expected(network, x, payoffs, draws.uniform(-2, 2))
  const cost = (flat: readonly number[]): number => -chances(network, flat, x).reduce((sum, chance, k) => sum + chance * payoffs[k], 0)
  return relativeError(mean, slope(cost, network))
}

/** How steep the second moment is at b* = E[C |e|^2] / E[|e|^2], in plain arithmetic: a parabola, flat at its least value. */
function bestBaselineError(network: Network, draws: Draws): number {
  const x = draws.list(network.inputs, -1, 1)
  const payoffs = draws.list(network.outputs, -2, 2)
  const moment = (b: number): number => expected(network, x, payoffs, b).moment
  let [squares, costs] = [0, 0]
  for (const { hidden, errors, chance, actions } of policies(network, valuesOf(network), x))
    actions.forEach((action, k) => {
      const output = actions.map((other, j) => (j === k ? 1 : 0) - other)
      const square = sumOfSquares(errors) * (sumOfSquares(x) + 1) + sumOfSquares(output) * (sumOfSquares(hidden) + 1)
      squares += chance * action * square
      costs -= chance * action * square * payoffs[k]
    })
  const best = costs / squares
  return Math.abs(moment(best + 0.1) - moment(best - 0.1)) / (0.2 * squares)
}

const sumOfSquares = (values: readonly number[]): number => values.reduce((sum, value) => sum + value * value, 0)

/** An episode's directions at parameters that stay, over all episodes. */
function episodeError(network: Network): number {
  const environment = randomWalk({ states: 3, limit: 3 })
  const all = new Enumerated()
  let mean: number[] = []
  do {
    const estimator = new Estimator(network, reinforce(), null, 0, 'measurement', environment, () => all)
    try {
      let sum: number[] = []
      for (let begun = false; ; begun = true) {
        estimator.estimate('measureClaim(reinforce)', undefined)
        sum = flatten(estimator.direction).map((value, i) => (sum[i] ?? 0) + value)
        if (begun && estimator.source!.first) break // the last reward was heard of
        estimator.act('measureClaim(reinforce)')
        estimator.follow(0)
      }
      mean = sum.map((value, i) => (mean[i] ?? 0) + all.probability * value) // all ways to go on after it sum to its own chance
    } finally {
      estimator.dispose()
    }
  } while (all.next())
  const cost = (flat: readonly number[]): number =>
    -valueOf(1, 3, (place) =>
      chances(
        network,
        flat,
        [0, 1, 2].map((k) => (k === place ? 1 : 0)),
      ),
    )
  return relativeError(mean, slope(cost, network))
}

/** The expected return from a place of three with so many steps left. */
function valueOf(place: number, left: number, policy: (place: number) => number[]): number {
  if (place > 2) return 1
  if (place < 0 || left === 0) return 0
  const [leftwards, rightwards] = policy(place) as [number, number]
  return leftwards * valueOf(place - 1, left - 1, policy) + rightwards * valueOf(place + 1, left - 1, policy)
}
