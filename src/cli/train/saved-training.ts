// A training as a file: a checkpoint of its trainer, which holds every bit that the next step depends on, and beside it
// in the metadata what the command line needs to go on: on which data, for how long, and what was seen so far.
// It names no path: a file from a stranger must not choose what is read here.
import { NgradError, requireInteger, requireNumber } from '../../errors.js'
import { checkpointOf } from '../../io/checkpoint.js'
import { readSafetensors, writeSafetensors } from '../../io/safetensors.js'
import type { Trainer } from '../../training/trainer.js'

/** How a training goes, and what is fixed when it begins. */
export interface Course {
  /** The name of the data. */
  readonly data: string
  readonly epochs: number
  readonly batchSize: number
  /** The mean loss of the batches of each epoch that has ended. */
  readonly history: { readonly epoch: number; readonly loss: number }[]
  /** Sum and number of the losses in the epoch at hand. */
  sum: number
  seen: number
}

const key = 'training'
const where = 'the file of a training'

/** The bytes of the file, between two steps. Throws NgradError as `save` does. */
export function saveTraining(trainer: Trainer, course: Course): Uint8Array {
  const { tensors, metadata } = checkpointOf(trainer)
  return writeSafetensors({ tensors, metadata: new Map([...metadata, [key, JSON.stringify(course)]]) })
}

/** How the training in the file went. Throws NgradError `FORMAT`. */
export function readCourse(bytes: Uint8Array): Course {
  const text = readSafetensors(bytes).metadata.get(key)
  if (text === undefined) throw new NgradError('FORMAT', where, 'a checkpoint that `ngrad train` saved', 'another file')
  try {
    const { data, epochs, batchSize, history, sum, seen } = JSON.parse(text) as Course
    if (typeof data !== 'string' || !Array.isArray(history)) throw new Error('something else')
    return {
      data,
      epochs: requireInteger('epochs', epochs, 1),
      batchSize: requireInteger('batchSize', batchSize, 1),
      history: history.map(({ epoch, loss }) => ({ epoch: requireInteger('epoch', epoch, 1), loss: requireNumber('loss', loss) })),
      sum: requireNumber('sum', sum),
      seen: requireInteger('seen', seen, 0),
    }
  } catch (cause) {
    throw new NgradError('FORMAT', `${where}: ${key}`, 'data, epochs, batchSize, history, sum and seen', (cause as Error).message, { cause })
  }
}
