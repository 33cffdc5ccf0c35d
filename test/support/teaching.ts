// Networks, batches and directions for tests, by the public door.
import {
  type Activation,
  type Batch,
  createTrainer,
  dense,
  type DType,
  type Learner,
  type Loss,
  type Network,
  type NetworkDescription,
  type Optimizer,
  resume,
  save,
  sequential,
  sgd,
  squaredError,
  type Trainer,
  type TrainerOptions,
} from '../../src/index.js'
import { generator, uniform } from './numbers.js'

export const dtypes = ['f32', 'f64'] as const

export interface NetworkSpec {
  /** Numbers of units, inputs first. */
  readonly sizes: readonly number[]
  /** Of the hidden layers, default tanh; and of the outputs, default identity. */
  readonly hidden?: Activation
  readonly output?: Activation
  readonly dtype?: DType
  readonly seed?: number
  /** Gain of the initial weights. */
  readonly gain?: number
}

/** A network whose biases are not zero, so that tests see them. */
export function build({ sizes, hidden = 'tanh', output = 'identity', dtype = 'f64', seed = 1, gain = 1 }: NetworkSpec): Network {
  const initialization = { law: 'lecunNormal', gain } as const
  const layers = sizes.slice(1).map((units, l) => dense(units, l === sizes.length - 2 ? output : hidden, { initialization }))
  const network = sequential(sizes[0], layers).build({ dtype, seed })
  for (const { name, shape, write } of bound(network.parameters)) if (name.endsWith('bias')) write(uniform(shape[0], seed + 77, 0.3))
  return network
}

const bound = (parameters: Network['parameters']) =>
  parameters.map((p) => ({ name: p.name, shape: p.shape, write: (values: ArrayLike<number>) => p.write(values) }))

/** Targets that a loss accepts: values for squared error, one-hot rows, or independent probabilities. */
export type Targets = 'values' | 'classes' | 'probabilities'

export const targetsOf = (loss: Loss): Targets =>
  loss.name === 'squaredError' ? 'values' : loss.name === 'crossEntropy' ? 'classes' : 'probabilities'

/** `size` samples, in doubles that floats hold exactly. */
export function batchFor({ inputs, outputs }: Network, size: number, targets: Targets = 'values', seed = 5): Batch {
  const random = generator(seed + 1)
  const y =
    targets === 'values'
      ? uniform(size * outputs, seed + 2)
      : targets === 'probabilities'
        ? Array.from({ length: size * outputs }, random)
        : Array.from({ length: size }, () => {
            const label = Math.floor(random() * outputs)
            return Array.from({ length: outputs }, (_, j) => (j === label ? 1 : 0))
          }).flat()
  return { x: uniform(size * inputs, seed).map(Math.fround), y: y.map(Math.fround), size }
}

/** Some rows of a batch, in the order given. */
export function rowsOf({ x, y, size }: Batch, rows: readonly number[]): Batch {
  const pick = (values: ArrayLike<number>): number[] => {
    const columns = values.length / size
    return rows.flatMap((row) => Array.from({ length: columns }, (_, j) => values[row * columns + j]))
  }
  return { x: pick(x), y: pick(y), size: rows.length }
}

export interface TeachingOptions {
  readonly learner: Learner
  readonly loss?: Loss
  readonly optimizer?: Optimizer
  readonly seed?: number
}

/** Uses a trainer, and disposes of it. */
export function withTrainer<T>(
  network: Network,
  { learner, loss = squaredError(), optimizer = sgd({ learningRate: 0.05 }), seed = 3 }: TeachingOptions,
  use: (trainer: Trainer) => T,
): T {
  const trainer = createTrainer(network, { learner, loss, optimizer, seed })
  try {
    return use(trainer)
  } finally {
    trainer.dispose()
  }
}

/** Uses a network, and disposes of it. */
export function withNetwork<T>(spec: NetworkSpec, use: (network: Network) => T): T {
  const network = build(spec)
  try {
    return use(network)
  } finally {
    network.dispose()
  }
}

/** A rule's direction, parameter by parameter. */
export function directionsOf(network: Network, options: TeachingOptions, batch: Batch): number[][] {
  return withTrainer(network, options, (trainer) => {
    const direction = trainer.direction(batch)
    return network.parameters.map(({ name }) => Array.from(direction.of(name)))
  })
}

/** A rule's direction for all parameters, as one vector. */
export const directionOf = (network: Network, options: TeachingOptions, batch: Batch): number[] =>
  directionsOf(network, options, batch).flat()

/** The outputs that the rule itself predicts: for a rule that settles those of its settled network. */
export function predictionsOf(trainer: Trainer, batch: Batch): number[] {
  trainer.estimator.load('predictionsOf', batch)
  return Array.from(trainer.estimator.predict().outputs.read())
}

/** All parameters of the network, as one vector. */
export const parametersOf = ({ parameters }: Pick<Network, 'parameters'>): number[] =>
  parameters.flatMap((parameter) => Array.from(parameter.read()))

/** All numbers that training changes or that decide it: the network's and the rule's own parameters. */
export const everythingOf = (trainer: Trainer): number[] =>
  [...trainer.network.parameters, ...trainer.auxiliaryParameters].flatMap((parameter) => Array.from(parameter.read()))

/** The bits of numbers, so that -0 and 0 differ, and NaN equals itself. */
export const bits = (values: readonly number[]): string =>
  Buffer.from(new Float64Array(values).map((value) => (Number.isNaN(value) ? NaN : value)).buffer).toString('base64')

/** Checkpoints after two steps: of a trainer that was bytes between the two, and of one that was not. */
export function goneOnAfter(description: NetworkDescription, options: TrainerOptions): [resumed: Uint8Array, gone: Uint8Array] {
  const trainer = createTrainer(description.build({ seed: 1 }), options)
  const batch = batchFor(trainer.network, 4)
  trainer.step(batch)
  const { trainer: resumed } = resume(save(trainer), options)
  for (const each of [trainer, resumed]) each.step(batch)
  const saved: [Uint8Array, Uint8Array] = [save(resumed), save(trainer)]
  for (const each of [trainer, resumed]) {
    each.network.dispose()
    each.dispose()
  }
  return saved
}
