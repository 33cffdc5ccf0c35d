// Checkpoints of stochastic models, as safetensors files that hold all that the next step depends on.
//
//   weight ...                          the model's parameters, under their own names
//   kept.<name>                         what the rule keeps from step to step: persistent chains
//   optimizer.<group>.<name> ...        the optimizer's state for each group of parameters, flat
//   __metadata__                        kind of model, learner, seeds, places in the random stream and in the data
//
// A model may be described by functions, which are not saved: description, learner and optimizer are given again.
import { describe, mostPasses, NgradError, requireOwn, requireOptions } from '../errors.js'
import type { Model, ModelDescription } from '../models/model.js'
import type { Position } from '../training/fit.js'
import { createModelTrainer, ModelTrainer, type ModelTrainerOptions } from '../training/model-trainer.js'
import { namesOf } from './former-names.js'
import { readCheckpoint, writeSafetensors } from './safetensors.js'
import { metadataOf, optimizerState, type State, StateReader, type Stored, tensorsOf } from './state.js'

/** What a checkpoint of a model comes back as. Dispose of trainer and model. */
export interface ResumedModel<M extends Model> {
  readonly model: M
  readonly trainer: ModelTrainer<M>
  /** Where `fit` was in its data; its option `from` takes it. */
  readonly position: Position
}

const format = 'ngrad-model-checkpoint-1'
const where = 'resumeModel(bytes, description, options)'
const mostU32 = 0xffffffff

/**
 * The bytes of a safetensors file from which {@link resumeModel} goes on, to the bit. Save between steps, mid-epoch too.
 *
 * @throws NgradError `TYPE`, `DISPOSED`; `NOT_FINITE` when training has overflowed
 */
export function saveModel<M extends Model>(trainer: ModelTrainer<M>): Uint8Array {
  const where = 'saveModel(trainer)'
  requireOwn(where, trainer, ModelTrainer, 'a trainer of a model')
  trainer.requireAlive(where)
  const { model, learner, seed, steps, position, random } = trainer
  const metadata = metadataOf({
    format,
    model: model.kind,
    dtype: model.dtype,
    learner: learner.name,
    modelSeed: model.seed,
    seed,
    steps,
    epoch: position.epoch,
    examples: position.examples,
    random: random.position,
  })
  return writeSafetensors({ tensors: tensorsOf(where, model.ops, stateOf(trainer)), metadata })
}

/**
 * A model and its trainer as they were when `saveModel` was called: further steps give the bits that they would have given.
 * Description, learner and optimizer must be made with the settings they had; seeds and precision come from the file.
 *
 * @throws NgradError `FORMAT` for bytes that are no checkpoint of such a model, learner and optimizer; `TYPE` for options of
 * the wrong kind; `OUT_OF_MEMORY`. Nothing is kept then.
 */
export function resumeModel<M extends Model>(
  bytes: Uint8Array,
  description: ModelDescription<M>,
  options: Omit<ModelTrainerOptions<M>, 'seed'>,
): ResumedModel<M> {
  if (typeof description?.build !== 'function') throw new NgradError('TYPE', where, 'the description of a model', describe(description))
  const file = new StateReader(where, readCheckpoint(bytes))
  file.word('format', [format])
  const model = description.build({ dtype: file.dtype(), seed: file.integer('modelSeed', mostU32) })
  let trainer: ModelTrainer<M> | undefined
  try {
    file.word('model', [model.kind])
    trainer = createModelTrainer(model, { ...requireOptions(where, options), seed: file.integer('seed', mostU32) })
    file.word('learner', namesOf(trainer.learner.name))
    file.restore(stateOf(trainer))
    trainer.random.position = file.integer('random')
    trainer.steps = file.integer('steps')
    trainer.position = { epoch: file.integer('epoch', mostPasses + 1, 1), examples: file.integer('examples') }
    return { model, trainer, position: trainer.position }
  } catch (error) {
    trainer?.dispose()
    model.dispose()
    throw error
  }
}

function stateOf<M extends Model>({ model, kept, states }: ModelTrainer<M>): State {
  return new Map<string, Stored>([
    ...model.parameters.map((parameter) => [parameter.name, parameter] as const),
    ...[...kept].map(
      ([name, { matrix, validity }]) => [`kept.${name}`, { shape: [matrix.rows, matrix.columns], matrix, validity }] as const,
    ),
    ...states.flatMap((state, i) => optimizerState(model.groups[i], state)),
  ])
}
