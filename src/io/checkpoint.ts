// Checkpoints: safetensors files that hold all that the next step depends on, and nothing that runs.
//
//   layers.0.weight ...                 the network's parameters, under their own names, for other programs to load
//   auxiliary.feedback.<name> ...       the rule's own parameters, by group
//   optimizer.network.<name> ...        the optimizer's state for each group, flat
//   __metadata__                        the network's description, places in the random streams and in the data
//
// Functions are not saved: learner, loss and optimizer are given again, with the same settings.
import { mostPasses, NgradError, requireOptions, requireOwn } from '../errors.js'
import { type BuildOptions, layerShapes, type Network, type NetworkDescription, parameterSpecs } from '../models/network.js'
import type { Position } from '../training/fit.js'
import { createTrainer, Trainer, type TrainerOptions } from '../training/trainer.js'
import { networkText, parseNetwork } from './network-text.js'
import { namesOf } from './former-names.js'
import { readCheckpoint, type Safetensors, writeSafetensors } from './safetensors.js'
import { metadataOf, optimizerState, type State, StateReader, type Stored, tensorsOf } from './state.js'

/** What a checkpoint comes back as. Dispose of trainer and network. */
export interface Resumed {
  readonly network: Network
  readonly trainer: Trainer
  /** Where `fit` was in its data: `trainer.fit(data, { ...same options, from: position })` goes on from there. */
  readonly position: Position
}

const format = 'ngrad-checkpoint-1'
const where = 'resume(bytes, options)'
const mostU32 = 0xffffffff

/**
 * The bytes of a safetensors file from which {@link resume} goes on, to the bit. Save between steps, mid-epoch too.
 *
 * @throws NgradError `DISPOSED`; `NOT_FINITE` when training has overflowed, since such a state is not worth keeping
 */
export const save = (trainer: Trainer): Uint8Array => writeSafetensors(checkpointOf(trainer))

/** What {@link save} writes, before it is bytes. @internal */
export function checkpointOf(trainer: Trainer): Safetensors {
  const where = 'save(trainer)'
  requireOwn(where, trainer, Trainer, 'a trainer')
  const { network, learner, loss, seed, steps, position, estimator } = trainer
  network.requireAlive(where)
  estimator.region.requireAlive(where)
  const tensors = tensorsOf(where, network.ops, stateOf(trainer))
  const metadata = metadataOf({
    format,
    dtype: network.dtype,
    network: networkText(network.description),
    learner: learner.name,
    loss: loss.name,
    networkSeed: network.seed,
    seed,
    steps,
    epoch: position.epoch,
    examples: position.examples,
    ...Object.fromEntries(estimator.randoms.map(([purpose, random]) => [`random.${purpose}`, random.position])),
  })
  return { tensors, metadata }
}

/**
 * A network and a trainer as they were when `save` was called: further steps give the bits that they would have given.
 * Learner, loss and optimizer must be made with the settings they had; the seed comes from the file.
 *
 * @throws NgradError `FORMAT` for bytes that are no checkpoint, or one of another learner, loss or optimizer;
 * `TYPE` for options of the wrong kind; `OUT_OF_MEMORY`. Nothing is kept then.
 */
export function resume(bytes: Uint8Array, options: Omit<TrainerOptions, 'seed'>): Resumed {
  const file = new StateReader(where, readCheckpoint(bytes))
  file.word('format', [format])
  const dtype = file.dtype()
  const description = parseNetwork(`${where}: network`, file.text('network'), file.file.tensors.size)
  requireParameters(file, description)

  const network = built(description, { dtype, seed: file.integer('networkSeed', mostU32) })
  let trainer: Trainer | undefined
  try {
    trainer = createTrainer(network, { ...requireOptions(where, options), seed: file.integer('seed', mostU32) })
    file.word('learner', namesOf(trainer.learner.name))
    file.word('loss', [trainer.loss.name])
    file.restore(stateOf(trainer))
    for (const [purpose, random] of trainer.estimator.randoms) random.position = file.integer(`random.${purpose}`)
    trainer.steps = file.integer('steps')
    trainer.position = { epoch: file.integer('epoch', mostPasses + 1, 1), examples: file.integer('examples') }
    return { network, trainer, position: trainer.position }
  } catch (error) {
    trainer?.dispose()
    network.dispose()
    throw error
  }
}

function stateOf({ network, estimator, taught }: Trainer): State {
  return new Map<string, Stored>([
    ...network.parameters.map((parameter) => [parameter.name, parameter] as const),
    ...estimator.auxiliaries.flatMap(({ values }) =>
      values.parameters.map((parameter) => [`auxiliary.${values.name}.${parameter.name}`, parameter] as const),
    ),
    ...taught.flatMap(({ values, state }) => optimizerState(values, state)),
  ])
}

/** The network, whose initial weights may overflow: no network that was saved did. */
function built(description: NetworkDescription, options: BuildOptions): Network {
  try {
    return description.build(options)
  } catch (cause) {
    if (!(cause instanceof NgradError && cause.code === 'NOT_FINITE')) throw cause
    throw new NgradError('FORMAT', `${where}: network`, 'the description of a network', cause.message, { cause })
  }
}

/** Before anything is built: a description alone could ask for any amount of memory. */
function requireParameters(file: StateReader, description: NetworkDescription): void {
  for (const { name, shape } of parameterSpecs(layerShapes(description))) file.tensor(name, shape, file.dtype())
}
