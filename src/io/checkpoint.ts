// Checkpoints: safetensors files that hold all that the next step depends on, and nothing that runs.
//
//   layers.0.weight ...                 the network's parameters, under their own names, for other programs to load
//   auxiliary.feedback.<name> ...       the rule's own parameters, by group
//   optimizer.network.<name> ...        the optimizer's state for each group, flat
//   __metadata__                        the network's description, places in the random streams and in the data
//
// Functions are not saved: learner, loss and optimizer are given again, with the same settings.
import type { DType } from '../core/dtype.js'
import { floatArray } from '../core/dtype.js'
import type { Matrix } from '../core/memory.js'
import { NgradError } from '../errors.js'
import { layerShapes, type Network, type NetworkDescription, parameterSpecs } from '../layers/network.js'
import type { Position } from '../training/fit.js'
import { createTrainer, type Trainer, type TrainerOptions } from '../training/trainer.js'
import { describeNetwork, parseNetwork } from './describe-network.js'
import { readSafetensors, type Safetensors, type Tensor, writeSafetensors } from './safetensors.js'

/** What a checkpoint comes back as. Dispose of trainer and network. */
export interface Resumed {
  readonly network: Network
  readonly trainer: Trainer
  /** Where `fit` was in its data: `trainer.fit(data, { ...same options, from: position })` goes on from there. */
  readonly position: Position
}

const format = 'ngrad-checkpoint-1'
const where = 'resume(bytes, options)'
const tensorTypes = { f32: 'F32', f64: 'F64' } as const

/**
 * The bytes of a safetensors file from which {@link resume} goes on, to the bit. Save between steps, mid-epoch too.
 *
 * @throws NgradError `DISPOSED`; `NOT_FINITE` when training has overflowed, since such a state is not worth keeping
 */
export function save(trainer: Trainer): Uint8Array {
  const { network, learner, loss, seed, steps, position, estimator } = trainer
  network.requireAlive('save(trainer)')
  estimator.region.requireAlive('save(trainer)')
  const tensors = new Map<string, Tensor>()
  for (const [name, { shape, matrix }] of stateOf(trainer)) {
    if (network.ops.firstNonFinite(matrix) >= 0)
      throw new NgradError('NOT_FINITE', `save(trainer): ${name}`, 'finite numbers', 'NaN or infinity')
    tensors.set(name, { dtype: tensorTypes[network.dtype], shape, bytes: new Uint8Array(matrix.read().buffer) })
  }
  const numbers = {
    networkSeed: network.seed, seed, steps, epoch: position.epoch, examples: position.examples,
    ...Object.fromEntries([...estimator.randoms].map(([purpose, random]) => [`random.${purpose}`, random.position])),
  }
  const words = {
    format, dtype: network.dtype, network: describeNetwork(network.description), learner: learner.name, loss: loss.name,
  }
  const metadata = Object.entries({ ...words, ...numbers }).map(([key, value]) => [key, String(value)] as const)
  return writeSafetensors({ tensors, metadata: new Map(metadata) })
}

/**
 * A network and a trainer as they were when `save` was called: further steps give the bits that they would have given.
 * Learner, loss and optimizer must be made with the settings they had; the seed comes from the file.
 *
 * @throws NgradError `FORMAT` for bytes that are no checkpoint, or one of another learner, loss or optimizer;
 * `TYPE` for options of the wrong kind; `OUT_OF_MEMORY`. Nothing is kept then.
 */
export function resume(bytes: Uint8Array, options: Omit<TrainerOptions, 'seed'>): Resumed {
  const file = readSafetensors(bytes)
  const dtype = word(file, 'dtype', ['f32', 'f64'])
  word(file, 'format', [format])
  const description = parseNetwork(`${where}: network`, text(file, 'network'), file.tensors.size)
  requireParameters(file, description, dtype)

  const network = description.build({ dtype, seed: integer(file, 'networkSeed', 0xffffffff) })
  let trainer: Trainer | undefined
  try {
    trainer = createTrainer(network, { ...options, seed: integer(file, 'seed', 0xffffffff) })
    word(file, 'learner', [trainer.learner.name])
    word(file, 'loss', [trainer.loss.name])
    restore(trainer, file)
    return { network, trainer, position: trainer.position }
  } catch (error) {
    trainer?.dispose()
    network.dispose()
    throw error
  }
}

interface Stored {
  readonly shape: readonly number[]
  readonly matrix: Matrix
}

/** Every number that a step reads and a step changes, by its name in the file. */
function stateOf({ network, estimator, taught }: Trainer): Map<string, Stored> {
  return new Map<string, Stored>([
    ...network.parameters.map((parameter) => [parameter.name, parameter] as const),
    ...estimator.auxiliaries.flatMap(({ values }) =>
      values.parameters.map((parameter) => [`auxiliary.${values.name}.${parameter.name}`, parameter] as const),
    ),
    ...taught.flatMap(({ values, state }) =>
      Object.entries(state.matrices).map(
        ([name, matrix]) => [`optimizer.${values.name}.${name}`, { shape: [matrix.length], matrix }] as const,
      ),
    ),
  ])
}

/** Before anything is built: a description alone could ask for any amount of memory. */
function requireParameters(file: Safetensors, description: NetworkDescription, dtype: DType): void {
  for (const { name, shape } of parameterSpecs(layerShapes(description))) requireTensor(file, name, shape, dtype)
}

function restore(trainer: Trainer, file: Safetensors): void {
  const { network, estimator } = trainer
  const state = stateOf(trainer)
  for (const name of file.tensors.keys())
    if (!state.has(name)) throw new NgradError('FORMAT', where, 'the arrays of this learner and optimizer only', `also ${JSON.stringify(name)}`)
  for (const [name, { shape, matrix }] of state) {
    const { bytes } = requireTensor(file, name, shape, network.dtype)
    const values = floatArray(network.dtype, matrix.length)
    new Uint8Array(values.buffer).set(bytes)
    matrix.write(values)
    if (network.ops.firstNonFinite(matrix) >= 0) throw new NgradError('FORMAT', `${where}: ${name}`, 'finite numbers', 'NaN or infinity')
  }
  for (const [purpose, random] of estimator.randoms) random.position = integer(file, `random.${purpose}`, 0xffffffff)
  trainer.steps = integer(file, 'steps')
  trainer.position = { epoch: integer(file, 'epoch', 0xffffffff), examples: integer(file, 'examples') }
}

function requireTensor(file: Safetensors, name: string, shape: readonly number[], dtype: DType): Tensor {
  const expected = `${tensorTypes[dtype]} [${shape.join()}]`
  const found = file.tensors.get(name)
  const got = found === undefined ? 'nothing' : `${found.dtype} [${found.shape.join()}]`
  if (found === undefined || got !== expected) throw new NgradError('FORMAT', `${where}: ${name}`, expected, got)
  return found
}

function text({ metadata }: Safetensors, key: string): string {
  const value = metadata.get(key)
  if (value === undefined) throw new NgradError('FORMAT', `${where}: ${key}`, 'a checkpoint that says it', 'nothing')
  return value
}

function word<Choice extends string>(file: Safetensors, key: string, choices: readonly Choice[]): Choice {
  const value = text(file, key)
  if (choices.includes(value as Choice)) return value as Choice
  throw new NgradError('FORMAT', `${where}: ${key}`, choices.join(' or '), JSON.stringify(value.slice(0, 40)))
}

function integer(file: Safetensors, key: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = text(file, key)
  if (/^\d{1,16}$/.test(value) && Number(value) <= most) return Number(value)
  throw new NgradError('FORMAT', `${where}: ${key}`, `an integer in [0, ${most}]`, JSON.stringify(value.slice(0, 40)))
}
