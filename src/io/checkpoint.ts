// Checkpoints: safetensors files that hold all that the next step depends on, and nothing that runs.
//
//   layers.0.weight ...                 the model's parameters, under their own names, for other programs to load
//   auxiliary.feedback.<name> ...       the rule's own parameters, by group
//   kept.<name>                         what else the rule keeps from step to step: persistent chains
//   environment.<name>                  where the environment stands, for rules that act in one
//   optimizer.network.<name> ...        the optimizer's state for each group, flat
//   __metadata__                        the model, places in the random streams and in the data
//
// Functions are not saved: learner, loss and optimizer are given again, with the same settings. A network is described in the
// file; other models may be described by functions, and their description is given again too.
import type { Random } from '../core/random.js'
import { binary, sideBySide } from '../core/validity.js'
import type { Source } from '../environments/source.js'
import { describe, mostPasses, NgradError, requireOptions, requireOwn } from '../errors.js'
import type { Estimator } from '../learners/estimator.js'
import type { Model, ModelDescription } from '../models/model.js'
import { Network } from '../models/network.js'
import type { Position } from '../training/position.js'
import { createTrainer, Trainer, type TrainerOptions, type TrainerOptionsOf } from '../training/trainer.js'
import { builtNetwork } from './built-network.js'
import { namesOf } from './former-names.js'
import { networkText } from './network-text.js'
import { readCheckpoint, type Safetensors, writeSafetensors } from './safetensors.js'
import { metadataOf, optimizerState, type State, StateReader, type Stored, tensorsOf } from './state.js'

/** What a checkpoint comes back as. Dispose of trainer and network. */
export interface Resumed {
  readonly network: Network
  readonly trainer: Trainer
  /** Where `fit` was in its data: `trainer.fit(data, { ...same options, from: position })` goes on from there. */
  readonly position: Position
}

/** The same for a model that is not a network. Dispose of trainer and model. */
export interface ResumedModel<M extends Model> {
  readonly model: M
  readonly trainer: Trainer<M>
  readonly position: Position
}

/** How a training goes on: as it was made, with the seed that is in the file. */
export type ResumeOptions<M extends Model> = Omit<TrainerOptionsOf<M>, 'seed'> & {
  /** The description of a model that is not a network, whose file has one. */
  readonly model: ModelDescription<M>
}

const format = 'ngrad-checkpoint-1'
/** Of models, until they had the same. */
const formerFormat = 'ngrad-model-checkpoint-1'
const where = 'resume(bytes, options)'
const mostU32 = 0xffffffff

/**
 * The bytes of a safetensors file from which {@link resume} goes on, to the bit. Save between steps, mid-epoch too.
 *
 * @throws NgradError `TYPE`, `DISPOSED`; `NOT_FINITE` when training has overflowed, since such a state is not worth keeping
 */
export const save = <M extends Model>(trainer: Trainer<M>): Uint8Array => writeSafetensors(checkpointOf(trainer))

/** What {@link save} writes, before it is bytes. @internal */
export function checkpointOf<M extends Model>(trainer: Trainer<M>): Safetensors {
  const where = 'save(trainer)'
  requireOwn(where, trainer, Trainer, 'a trainer')
  const { learner, loss, seed, steps, position, estimator } = trainer
  const model: Model = trainer.model
  estimator.requireAlive(where)
  const tensors = tensorsOf(where, stateOf(trainer))
  const metadata = metadataOf({
    format,
    dtype: model.dtype,
    ...(model instanceof Network
      ? { network: networkText(model.description), learner: learner.name, loss: loss?.name ?? 'none', networkSeed: model.seed }
      : { model: model.kind, learner: learner.name, modelSeed: model.seed }),
    ...(estimator.source && { environment: estimator.source.environment.name }),
    seed,
    steps,
    epoch: position.epoch,
    examples: position.examples,
    before: position.before ?? 0,
    ...Object.fromEntries(drawsOf(estimator).map(([purpose, random]) => [`random.${purpose}`, random.position])),
  })
  return { tensors, metadata }
}

/**
 * A network, or the model of the description given, and a trainer, as they were when `save` was called: further steps give the
 * bits that they would have given. Learner, loss and optimizer must be made with the settings they had; seeds and precision come
 * from the file.
 *
 * @throws NgradError `FORMAT` for bytes that are no checkpoint, or one of another model, learner, loss or optimizer;
 * `TYPE` for options of the wrong kind; `OUT_OF_MEMORY`. Nothing is kept then.
 */
export function resume(bytes: Uint8Array, options: Omit<TrainerOptions, 'seed'>): Resumed
export function resume<M extends Model>(bytes: Uint8Array, options: ResumeOptions<M>): ResumedModel<M>
export function resume(bytes: Uint8Array, options: object): Resumed | ResumedModel<Model> {
  const file = new StateReader(where, readCheckpoint(bytes))
  const { model: description, ...given }: Partial<ResumeOptions<Model>> = requireOptions(where, options, {
    model: true,
    learner: true,
    loss: true,
    environment: true,
    optimizer: true,
  })
  if (description === undefined) {
    file.word('format', [format])
    const network = builtNetwork(where, file, file.integer('networkSeed', mostU32))
    return { network, ...goOn(file, network, given) }
  }
  if (typeof description?.build !== 'function')
    throw new NgradError('TYPE', `${where}: model`, 'the description of a model', describe(description))
  file.word('format', [format, formerFormat])
  if (file.file.metadata.has('network'))
    throw new NgradError('UNSUPPORTED', `${where}: model`, 'none, for a network, which its file describes', describe(description))
  const model = description.build({ dtype: file.dtype(), seed: file.integer('modelSeed', mostU32) })
  return { model, ...goOn(file, model, given) }
}

/** The trainer in the file. The model is disposed of where there is none. */
function goOn<M extends Model>(file: StateReader, model: M, options: object): { trainer: Trainer<M>; position: Position } {
  let trainer: Trainer<M> | undefined
  try {
    if (!(model instanceof Network)) file.word('model', [model.kind])
    trainer = createTrainer<M>(model, { ...options, seed: file.integer('seed', mostU32) } as never)
    file.word('learner', namesOf(trainer.learner.name))
    if (model instanceof Network) file.word('loss', [trainer.loss?.name ?? 'none'])
    const { environment, estimator } = trainer
    if (environment) file.word('environment', [environment.name])
    file.restore(stateOf(trainer))
    estimator.source?.restored()
    const former = file.text('format') === formerFormat
    for (const [purpose, random] of drawsOf(estimator)) random.position = file.integer(former ? 'random' : `random.${purpose}`)
    trainer.steps = file.integer('steps')
    trainer.position = {
      epoch: file.integer('epoch', mostPasses + 1, 1),
      examples: file.integer('examples'),
      before: file.file.metadata.has('before') ? file.integer('before', mostPasses) : 0, // one call was one training, once
    }
    return { trainer, position: trainer.position }
  } catch (error) {
    trainer?.dispose()
    model.dispose()
    throw error
  }
}

/** Every stream that a step draws from. */
const drawsOf = ({ randoms, source }: Pick<Estimator, 'randoms' | 'source'>): (readonly [purpose: string, random: Random])[] =>
  source ? [...randoms, ['environment', source.random]] : [...randoms]

function stateOf<M extends Model>({ model, estimator, taught }: Trainer<M>): State {
  return new Map<string, Stored>([
    ...model.parameters.map((parameter) => [parameter.name, parameter] as const),
    ...estimator.auxiliaries.flatMap(({ values }) =>
      values.parameters.map((parameter) => [`auxiliary.${values.name}.${parameter.name}`, parameter] as const),
    ),
    ...estimator.states.map(
      ({ name, now, validity }) => [`kept.${name}`, { shape: [now.rows, now.columns], matrix: now, validity }] as const,
    ),
    ...(estimator.source ? sourceState(estimator.source) : []),
    ...taught.flatMap(({ values, state }) => optimizerState(values, state)),
  ])
}

const beginnings = sideBySide([
  { start: 0, length: 1 },
  { start: 1, length: 1, validity: binary },
])

const sourceState = ({ state, observation, last }: Source): [string, Stored][] => [
  ['environment.state', { shape: [state.length], matrix: state }],
  ['environment.observation', { shape: [observation.length], matrix: observation }],
  ['environment.last', { shape: [2], matrix: last, validity: beginnings }],
]
