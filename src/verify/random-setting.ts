// Random small networks in double precision, with a loss and a batch: where claims about all networks are tried.
// Everything is drawn from one seed by Philox, so that a failure can be had again by its seed.
import { philox } from '../core/philox.js'
import type { Activation } from '../layers/activation.js'
import { averagePool2d } from '../layers/average-pool2d.js'
import { conv2d } from '../layers/conv2d.js'
import { dense } from '../layers/dense.js'
import { type Network, sequential } from '../models/network.js'
import type { Setting } from '../learners/learner.js'
import { binaryCrossEntropy } from '../losses/binary-cross-entropy.js'
import { crossEntropy } from '../losses/cross-entropy.js'
import type { Loss } from '../losses/loss.js'
import { squaredError } from '../losses/squared-error.js'
import { norm } from './distance.js'

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

const allLosses = (): Loss[] => [squaredError(), crossEntropy(), binaryCrossEntropy()]

/** The setting of that seed: 2 to 4 layers of 3 to 8 units, 3 to 7 examples. Dispose of its network. */
export function randomSetting(
  seed: number,
  {
    activations = ['tanh', 'sigmoid', 'softplus'],
    outputActivation = 'identity',
    losses = allLosses(),
    layers: [least, most] = [2, 4],
  }: RandomSettingOptions = {},
): Setting {
  const draws = new Draws(seed)
  const depth = draws.integer(least, most)
  const inputs = draws.integer(3, 8)
  const outputs = draws.integer(3, 8)
  const hidden = Array.from({ length: depth - 1 }, () => dense(draws.integer(3, 8), draws.oneOf(activations)))
  const network = sequential(inputs, [...hidden, dense(outputs, outputActivation)]).build({ dtype: 'f64', seed })
  const coupling = network.layers.map(() => couplingNorm)
  return settingOf(network, coupling, draws, losses)
}

/**
 * The convolutional setting of that seed: two convolutions with average pooling, one within a layer and at times one
 * between, and a dense layer, 3 to 7 examples. Dispose of its network.
 */
export function convolutionalSetting(seed: number): Setting {
  const draws = new Draws(seed)
  const activations = ['tanh', 'sigmoid', 'softplus'] as const
  const image = { height: draws.integer(6, 8), width: draws.integer(6, 8), channels: draws.integer(1, 2) }
  const kernel = draws.integer(2, 3)
  const pooling = draws.integer(0, 1) === 1 ? [averagePool2d(2, { stride: 1 })] : []
  const network = sequential(image, [
    conv2d(draws.integer(2, 3), { kernel, padding: draws.integer(0, 1), pool: 2 }, draws.oneOf(activations)),
    ...pooling,
    conv2d(draws.integer(2, 3), { kernel: 2, stride: draws.integer(1, 2), padding: 1 }, draws.oneOf(activations)),
    dense(draws.integer(3, 5)),
  ]).build({ dtype: 'f64', seed })
  // The norm of a convolution is at most sqrt(4) that of its kernels, 2 x 2; averaging has a norm of at most 1.
  const coupling = [couplingNorm, couplingNorm / 2, couplingNorm]
  return settingOf(network, coupling, draws, allLosses())
}

/** Weights of these norms but in the first layer, whose inputs do not move; and a batch. */
function settingOf(network: Network, coupling: readonly number[], draws: Draws, losses: readonly Loss[]): Setting {
  network.parameters.forEach((parameter, i) => {
    if (i % 2 === 1)
      parameter.write(draws.list(parameter.shape[0], -0.5, 0.5)) // biases, zero until now
    else if (i > 0) parameter.write(scaledTo(coupling[i / 2], parameter.read()))
  })
  const { inputs, outputs } = network
  const loss = draws.oneOf(losses)
  const size = draws.integer(3, 7)
  const x = draws.list(size * inputs, -1, 1)
  const y = loss.name === 'crossEntropy' ? draws.oneHot(size, outputs) : draws.list(size * outputs, 0, 1)
  return { network, loss, batch: { x, y, size }, seed: draws.seed }
}

/** The setting with the first of its examples alone. */
export const firstExample = (setting: Setting): Setting => {
  const {
    network: { inputs, outputs },
    batch: { x, y },
  } = setting
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
    return choices[this.integer(0, choices.length - 1)]
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
