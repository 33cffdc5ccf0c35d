import { permutation } from '../core/permutation.js'
import { stream } from '../core/random.js'
import { floatArray } from '../core/dtype.js'
import { requireFinite } from '../core/numbers.js'
import { describe, mostPasses, NgradError, requireInteger, requireOptions } from '../errors.js'
import { type Batch, takeBatch } from '../learners/batch.js'
import type { Layered } from '../layers/layer.js'
import type { Estimator } from '../learners/estimator.js'
import { isTurnDue, now, turn } from './host.js'

export interface FitOptions {
  /** Passes over the data, at most 2^31 - 1; default 1. */
  readonly epochs?: number
  /** Examples in a batch; the last batch of an epoch takes what is left. At most 2^31 - 1; default 32. */
  readonly batchSize?: number
  /** Whether each epoch has an order of its own, drawn from the trainer's seed; default true. */
  readonly shuffle?: boolean
  /** Where to begin, such as the `position` of a resumed trainer; default the first epoch's first example. */
  readonly from?: Position
  /** Ends the iteration after the step at hand. */
  readonly signal?: { readonly aborted: boolean }
}

/** A place in the data. */
export interface Position {
  /** From 1. */
  readonly epoch: number
  /** Examples of this epoch that were used already. */
  readonly examples: number
}

export const start: Position = { epoch: 1, examples: 0 }

/** Where training is, after a step. */
export interface FitStep {
  /** From 1. */
  readonly epoch: number
  /** Steps in this call of `fit`, from 1. */
  readonly step: number
  /** Whether this was the epoch's last step. */
  readonly epochEnd: boolean
  /** The mean loss of this step's batch, before the step. */
  readonly loss: number
  /** Examples a second since this call of `fit` began, time spent by the consumer left out. */
  readonly samplesPerSecond: number
  /** How many of the steps of this call were of a relaxation that had not settled; 0 for rules that do not settle. */
  readonly unsettled: number
}

/** A copy. @throws NgradError `TYPE` or `RANGE` for a place where no batch of the data begins */
export function requirePosition(where: string, from: Position, size: number, batchSize: number): Position {
  const { epoch, examples } = requireOptions(`${where}: from`, from)
  requireInteger(`${where}: from.epoch`, epoch, 1, mostPasses + 1)
  requireInteger(`${where}: from.examples`, examples, 0, size - 1)
  if (examples % batchSize !== 0)
    throw new NgradError('RANGE', `${where}: from.examples`, `a multiple of the batch size ${batchSize}`, examples)
  return { epoch, examples }
}

/** Steps are counted exactly, or not taken. Throws `RANGE`. */
export function requireCountable(steps: number): void {
  if (steps >= Number.MAX_SAFE_INTEGER) throw new NgradError('RANGE', 'step(batch)', 'fewer than 2^53 - 1 steps before it', steps)
}

/** Who is fitted: a trainer. */
interface Fitted {
  readonly network: Layered
  readonly estimator: Pick<Estimator, 'requireTeachable'>
  readonly seed: number
  readonly unsettledSteps: number
  position: Position
  step(batch: Batch): number
}

export async function* fit(trainer: Fitted, data: Batch, options: FitOptions): AsyncGenerator<FitStep, void, undefined> {
  const where = 'fit(data, options)'
  const { epochs = 1, batchSize = 32, shuffle = true, from = start, signal } = requireOptions(where, options)
  requireInteger(`${where}: epochs`, epochs, 0, mostPasses)
  requireInteger(`${where}: batchSize`, batchSize, 1, mostPasses)
  if (signal !== undefined && typeof signal?.aborted !== 'boolean')
    throw new NgradError('TYPE', `${where}: signal`, 'an AbortSignal', describe(signal))
  const { inputs, outputs, dtype } = trainer.network
  const { x: allX, y: allY, size } = takeBatch(where, 'data', data, trainer.network)
  requireFinite(`${where}: data.x`, allX, inputs)
  requireFinite(`${where}: data.y`, allY, outputs)
  trainer.estimator.requireTeachable(`${where}: data`, { x: allX, y: allY, size })
  const begin = requirePosition(where, from, size, batchSize)

  // Every full batch is gathered into the same two arrays; the last of an epoch into their beginnings.
  const full = Math.min(batchSize, size)
  const x = floatArray(dtype, full * inputs)
  const y = floatArray(dtype, full * outputs)
  const views = (rows: number): Batch => ({
    x: x.subarray(0, rows * inputs),
    y: y.subarray(0, rows * outputs),
    size: rows,
  })
  const whole = views(full)
  const remainder = size % full === 0 ? whole : views(size % full)

  const unsettledBefore = trainer.unsettledSteps
  let step = 0
  let samples = 0
  let working = 0
  for (let { epoch } = begin; epoch <= epochs; epoch++) {
    const order = shuffle ? permutation(trainer.seed, stream.shuffle, epoch, size) : null
    for (let first = epoch === begin.epoch ? begin.examples : 0; first < size; first += full) {
      if (signal?.aborted) return
      const began = now()
      const batch = first + full <= size ? whole : remainder
      for (let row = 0; row < batch.size; row++) {
        const example = order === null ? first + row : order[first + row]
        for (let j = 0; j < inputs; j++) x[row * inputs + j] = allX[example * inputs + j]
        for (let j = 0; j < outputs; j++) y[row * outputs + j] = allY[example * outputs + j]
      }
      const loss = trainer.step(batch)
      const epochEnd = first + full >= size
      trainer.position = epochEnd ? { epoch: epoch + 1, examples: 0 } : { epoch, examples: first + full }
      const elapsed = now() - began
      working += elapsed
      samples += batch.size
      step++
      if (isTurnDue()) await turn()
      yield {
        epoch,
        step,
        loss,
        epochEnd,
        samplesPerSecond: (samples / Math.max(working, 1e-6)) * 1000,
        unsettled: trainer.unsettledSteps - unsettledBefore,
      }
    }
  }
}
