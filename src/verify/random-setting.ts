// Random small networks in double precision, with a loss and a batch: where claims about all networks are tried.
// Everything is drawn from one seed by Philox, so that a failure can be had again by its seed.
import { philox } from '../core/philox.js'
import type { Activation } from '../layers/activation.js'
import { dense } from '../layers/dense.js'
import { type Network, sequential } from '../layers/network.js'
import type { Setting } from '../learners/claim.js'
import { binaryCrossEntropy } from '../losses/binary-cross-entropy.js'
import { crossEntropy } from '../losses/cross-entropy.js'
import type { Loss } from '../losses/loss.js'
import { squaredError } from '../losses/squared-error.js'
import { norm } from './compare.js'

/** What a random setting is drawn from. */
export interface RandomSettingOptions {
  /** Of the hidden layers; default the smooth ones, as a limit has no slope at a kink. */
  readonly activations?: readonly Activation[]
  /** Of the outputs; default `identity`, which every loss's link and every rule takes. */
  readonly outputActivation?: Activation
  readonly losses?: readonly Loss[]
  /** The fewest layers and the most; default 2 and 4. */
  readonly layers?: readonly [least: number, most: number]
}

/** The stream of Philox that settings are drawn from. */
const settingStream = 0x73657474 // "sett"

/**
 * Of two neighbouring layers that drive each other. In a chain of four layers, the longest here, the fixed-point map
 * then has a norm of at most 2 cos(pi / 5) 0.6 < 1 for slopes up to 1, so that every settling rule settles.
 */
const couplingNorm = 0.6

/** The setting of that seed: 2 to 4 layers of 3 to 8 units, 3 to 7 examples. Dispose of its network. */
export function randomSetting(
  seed: number,
  {
    activations = ['tanh', 'sigmoid', 'softplus'], outputActivation = 'identity',
    losses = [squaredError(), crossEntropy(), binaryCrossEntropy()], layers: [least, most] = [2, 4],
  }: RandomSettingOptions = {},
): Setting {
  const draws = new Draws(seed)
  const depth = draws.integer(least, most)
  const inputs = draws.integer(3, 8)
  const outputs = draws.integer(3, 8)
  const hidden = Array.from({ length: depth - 1 }, () => dense(draws.integer(3, 8), draws.oneOf(activations)))
  const network = sequential(inputs, [...hidden, dense(outputs, outputActivation)]).build({ dtype: 'f64', seed })
  network.parameters.forEach((parameter, i) => {
    if (i % 2 === 1) parameter.write(draws.list(parameter.shape[0]!, -0.5, 0.5)) // biases, zero until now
    else if (i > 0) parameter.write(scaledTo(couplingNorm, parameter.read()))
  })
  const loss = draws.oneOf(losses)
  const size = draws.integer(3, 7)
  const x = draws.list(size * inputs, -1, 1)
  const y = loss.name === 'crossEntropy' ? draws.oneHot(size, outputs) : draws.list(size * outputs, 0, 1)
  return { network, loss, batch: { x, y, size }, seed }
}

/** The setting with the first of its examples alone. */
export const firstExample = (setting: Setting): Setting => {
  const { network: { inputs, outputs }, batch: { x, y } } = setting
  return { ...setting, batch: { x: Array.from(x).slice(0, inputs), y: Array.from(y).slice(0, outputs), size: 1 } }
}

/** A setting in a line: `5-7(tanh)-3, squaredError, 4 examples, seed 12`. */
export function describeSetting({ network, loss, batch, seed }: Setting): string {
  return `${describeNetwork(network)}, ${loss.name}, ${batch.size} examples, seed ${seed}`
}

/** The shape of a network in a line: `64-32(tanh)-10`. */
export const describeNetwork = ({ inputs, layers }: Network): string =>
  [inputs, ...layers.map(({ outputs, activation }) => (activation === 'identity' ? outputs : `${outputs}(${activation})`))].join('-')

function scaledTo(length: number, values: ArrayLike<number>): number[] {
  const factor = length / norm(values)
  return Array.from(values, (value) => factor * value)
}

/** Numbers drawn one at a time: each takes a block of the stream. @internal */
export class Draws {
  #block = 0

  constructor(readonly seed: number) {}

  /** U[low, high). */
  uniform(low: number, high: number): number {
    const [word] = philox([this.#block++, 0, 0, 0], [this.seed, settingStream])
    return low + (high - low) * (word / 2 ** 32)
  }

  integer(low: number, high: number): number {
    return Math.floor(this.uniform(low, high + 1))
  }

  oneOf<T>(choices: readonly T[]): T {
    return choices[this.integer(0, choices.length - 1)]!
  }

  list(length: number, low: number, high: number): number[] {
    return Array.from({ length }, () => this.uniform(low, high))
  }

  oneHot(rows: number, columns: number): number[] {
    return Array.from({ length: rows }, () => this.integer(0, columns - 1)).flatMap((label) =>
      Array.from({ length: columns }, (_, column) => (column === label ? 1 : 0)),
    )
  }
}
