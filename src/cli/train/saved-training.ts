// A training as a file: a checkpoint of its trainer, which holds every bit that the next step depends on, and beside it
// in the metadata what the command line needs to go on: on which data, for how long, and what was seen so far.
// It names no path: a file from a stranger must not choose what is read here.
import { describe, mostPasses, NgradError, requireInteger, requireNumber } from '../../errors.js'
import { checkpointOf } from '../../io/checkpoint.js'
import { JsonScanner } from '../../io/json-scanner.js'
import { readCheckpoint, writeSafetensors } from '../../io/safetensors.js'
import type { Trainer } from '../../training/trainer.js'

/** How a training goes, and what is fixed when it begins. */
export interface Course {
  /** The name of the data. */
  readonly data: string
  readonly epochs: number
  readonly batchSize: number
  /** Options of the rule that differ from its recipe's. */
  readonly options: Readonly<Record<string, unknown>>
  /** The mean loss of the batches of each epoch that has ended. */
  readonly history: { readonly epoch: number; readonly loss: number }[]
  /** Sum and number of the losses in the epoch at hand. */
  sum: number
  seen: number
}

/** As many losses as a header has room for. */
export const mostEpochs = 1_000_000

/** Far more than a rule has, or numbers in one of them. */
const mostOptions = 10_000
const key = 'training'
const where = 'the file of a training'

/** The bytes of the file, between two steps. Throws NgradError as `save` does. */
export function saveTraining(trainer: Trainer, course: Course): Uint8Array {
  const { tensors, metadata } = checkpointOf(trainer)
  return writeSafetensors({ tensors, metadata: new Map([...metadata, [key, JSON.stringify(course)]]) })
}

/** How the training in the file went. Throws NgradError `FORMAT`. */
export function readCourse(bytes: Uint8Array): Course {
  const text = readCheckpoint(bytes).metadata.get(key)
  if (text === undefined) throw new NgradError('FORMAT', where, 'a checkpoint that `ngrad train` saved', 'another file')
  const json = new JsonScanner(`${where}: ${key}`, text)
  const course: { -readonly [Key in keyof Course]?: Course[Key] } = {}
  json.object((name) => {
    if (name === 'data') course.data = json.string()
    else if (name === 'options') course.options = json.value(2, mostOptions) as Course['options']
    else if (name === 'history') course.history = json.array(() => json.value(1, 2) as Course['history'][number], mostEpochs)
    else if (name === 'sum') course.sum = json.number()
    else if (name === 'epochs' || name === 'batchSize' || name === 'seen') course[name] = json.integer()
    else throw json.unexpected('no other key')
  })
  json.end()
  try {
    const { data, epochs, batchSize, options = {}, history, sum, seen } = course // files of earlier versions have no options
    if (data === undefined || history === undefined) throw new NgradError('FORMAT', 'the text', 'data and history', 'neither')
    history.forEach((one, i) => {
      requireInteger(`history[${i}].epoch`, one?.epoch, i + 1, i + 1)
      requireNumber(`history[${i}].loss`, one.loss)
    })
    if (typeof options !== 'object' || options === null || Array.isArray(options))
      throw new NgradError('TYPE', 'options', 'an object', describe(options))
    return {
      data,
      epochs: requireInteger('epochs', epochs, 1, mostEpochs),
      batchSize: requireInteger('batchSize', batchSize, 1, mostPasses),
      options,
      history,
      sum: requireNumber('sum', sum),
      seen: requireInteger('seen', seen, 0),
    }
  } catch (cause) {
    throw new NgradError('FORMAT', `${where}: ${key}`, 'data, epochs, batchSize, history, sum and seen', (cause as Error).message, {
      cause,
    })
  }
}

/** Checks that the counts of a file are those of one training on `size` examples. Throws NgradError `FORMAT`. */
export function requireConsistent(
  file: string,
  { epochs, batchSize, history, sum, seen }: Course,
  { steps, position: { epoch, examples } }: Pick<Trainer, 'steps' | 'position'>,
  size: number,
): void {
  const require = (what: string, expected: string | number, got: number, holds = got === expected): void => {
    if (!holds) throw new NgradError('FORMAT', `${file}: ${what}`, expected, got)
  }
  require('epoch', `at most ${epochs + 1}, one after the last`, epoch, epoch <= epochs + 1)
  require('losses of epochs', epoch - 1, history.length)
  require('examples', `a place of ${size} where a batch of ${batchSize} begins`, examples, examples < (epoch > epochs ? 1 : size)
    && examples % batchSize === 0)
  require('losses of the epoch at hand', examples / batchSize, seen)
  require('their sum', 'none, as there are none', sum, seen > 0 || sum === 0)
  require('steps', (epoch - 1) * Math.ceil(size / batchSize) + seen, steps)
}
