import { permutation } from '../core/permutation.js'
import { stream } from '../core/random.js'
import { floatArray } from '../core/dtype.js'
import { requireFinite } from '../core/numbers.js'
import { describe, mostPasses, NgradError, requireInteger, requireOptions } from '../errors.js'
import { type Batch, type BatchOf, takeBatch } from '../learners/batch.js'
import type { Estimator } from '../learners/estimator.js'
import type { Model } from '../models/model.js'
import { Network } from '../models/network.js'
import { isTurnDue, now, turn } from './host.js'
import type { BestEpoch, EarlyStopping, Validated } from './early-stopping.js'
import type { Evaluation } from './evaluation.js'
import { onwards, type Position, requirePosition } from './position.js'

const where = 'fit(data, options)'

/** How a trainer goes through data. */
export interface FitOptions {
  /** Passes over the data, at most 2^31 - 1; default 1. */
  readonly epochs?: number
  /** Examples in a batch; the last batch of an epoch takes what is left. At most 2^31 - 1; default 32. */
  readonly batchSize?: number
  /**
   * Whether each epoch has an order of its own, drawn from the trainer's seed; default true, but for rules whose rows are steps of
   * time, which throw `UNSUPPORTED` when they are to be shuffled.
   */
  readonly shuffle?: boolean
  /**
   * Where to begin, such as the `position` of a resumed trainer; default the first epoch's first example, in the order after those of
   * earlier calls.
   */
  readonly from?: Position
  /** Ends the iteration after the step at hand. */
  readonly signal?: { readonly aborted: boolean }
  /** What evaluates every epoch, ends the training early, and goes back to the best epoch. */
  readonly validation?: EarlyStopping
}

/** How long to act, in an environment. */
export interface Steps {
  readonly steps: number
}

/** What `fit` takes: data, or how long to act. */
export type DataOf<M extends Model> = M extends Network ? BatchOf<M> | Steps : BatchOf<M>

/** Where training is, after a step. */
export interface FitStep<L = number> {
  /** From 1. */
  readonly epoch: number
  /** Steps in this call of `fit`, from 1. */
  readonly step: number
  /** Examples in this step's batch. */
  readonly samples: number
  /** Whether this was the epoch's last step. */
  readonly epochEnd: boolean
  /** The mean loss of this step's batch, before the step; nothing for models without a loss. */
  readonly loss: L
  /** The mean over the epoch's examples so far, in this call, as each step found them. */
  readonly epochLoss: L
  /** Of the data given for it, at an epoch's end. */
  readonly validation?: Evaluation
  /** Examples a second since this call of `fit` began, time spent by the consumer left out. */
  readonly samplesPerSecond: number
  /** Seconds until the last epoch's end at that pace, time spent by the consumer left out. */
  readonly secondsLeft: number
  /** How many of the steps of this call were of a relaxation that had not settled; 0 for rules that do not settle. */
  readonly unsettled: number
}

/** How a call of `fit` went. */
export interface FitResult<L = number> {
  readonly steps: number
  /** The loss of the last epoch that it took part in, a mean over the examples as each step found it; nothing where there is none. */
  readonly loss: L | undefined
  readonly samplesPerSecond: number
  /** How many of the steps were of a relaxation that had not settled. */
  readonly unsettled: number
  /** The best epoch by the data given for that. */
  readonly best?: BestEpoch
}

/** A training: iterate over its steps, or await its end. */
export interface Fit<L = number> extends AsyncGenerator<FitStep<L>, void, undefined>, PromiseLike<FitResult<L>> {}

/** Steps are counted exactly, or not taken. Throws `RANGE`. */
export function requireCountable(steps: number): void {
  if (steps >= Number.MAX_SAFE_INTEGER) throw new NgradError('RANGE', 'step(batch)', 'fewer than 2^53 - 1 steps before it', steps)
}

/** Who is fitted: a trainer. */
interface Fitted<M extends Model> extends Validated {
  /** Whether a call of `fit` is at work. */
  fitting: boolean
  readonly model: M
  readonly estimator: Pick<Estimator<M>, 'learner' | 'requireTeachable' | 'loss' | 'source'>
  readonly seed: number
  readonly unsettledSteps: number
  position: Position
  step(batch?: BatchOf<M>): LossOf<M>
}

/** The mean loss; of models without one, nothing. */
export type LossOf<M extends Model> = M extends Network ? number : undefined

/** The steps, which begin when the first one is asked for; to await them is to ask for all. */
export function fit<M extends Model>(trainer: Fitted<M>, data: DataOf<M>, options: FitOptions): Fit<LossOf<M>> {
  const best: Pick<FitResult, 'best'> = {}
  const steps = alone(
    trainer,
    trainer.estimator.source ? actsOf(trainer, data as Steps, options) : stepsOf(trainer, data as BatchOf<M>, options, best),
  )
  const then: PromiseLike<FitResult<LossOf<M>>>['then'] = (done, failed) => throughout(steps, best).then(done, failed)
  return Object.assign(steps, { then })
}

/** The steps, of a trainer that nothing else fits meanwhile. */
async function* alone<M extends Model, L>(
  trainer: Fitted<M>,
  steps: AsyncGenerator<FitStep<L>, void, undefined>,
): AsyncGenerator<FitStep<L>, void, undefined> {
  if (trainer.fitting)
    throw new NgradError('STATE', where, 'a trainer that nothing else fits', 'another fit, not yet awaited, left with break or returned')
  trainer.fitting = true
  try {
    yield* steps
  } finally {
    trainer.fitting = false
  }
}

async function throughout<L>(steps: AsyncIterator<FitStep<L>>, best: Pick<FitResult, 'best'>): Promise<FitResult<L>> {
  let last: FitStep<L> | undefined
  for (let next = await steps.next(); !next.done; next = await steps.next()) last = next.value
  return {
    steps: last?.step ?? 0,
    loss: last?.epochLoss,
    samplesPerSecond: last?.samplesPerSecond ?? 0,
    unsettled: last?.unsettled ?? 0,
    ...best,
  }
}

/** In an environment: as many steps as are asked for, all of one epoch. */
async function* actsOf<M extends Model>(
  trainer: Fitted<M>,
  data: Steps,
  options: FitOptions,
): AsyncGenerator<FitStep<LossOf<M>>, void, undefined> {
  const { steps } = requireOptions(`${where}: data`, data, { steps: true })
  requireInteger(`${where}: data.steps`, steps, 0)
  const { signal } = requireOptions<Pick<FitOptions, 'signal'>>(where, options, { signal: true })
  requireSignal(signal)
  const unsettledBefore = trainer.unsettledSteps
  let working = 0
  let sum = 0
  for (let step = 1; step <= steps; step++) {
    if (signal?.aborted) return
    const began = now()
    const loss = trainer.step()
    working += now() - began
    if (isTurnDue()) await turn()
    const samplesPerSecond = (step / Math.max(working, 1e-6)) * 1000
    sum += loss ?? 0
    yield {
      epoch: 1,
      step,
      samples: 1,
      loss,
      epochLoss: meanOf(loss, sum, step),
      epochEnd: step === steps,
      samplesPerSecond,
      secondsLeft: (steps - step) / samplesPerSecond,
      unsettled: trainer.unsettledSteps - unsettledBefore,
    }
  }
}

function requireSignal(signal: FitOptions['signal']): void {
  if (signal !== undefined && typeof signal?.aborted !== 'boolean')
    throw new NgradError('TYPE', `${where}: signal`, 'an AbortSignal', describe(signal))
}

async function* stepsOf<M extends Model>(
  trainer: Fitted<M>,
  data: BatchOf<M>,
  options: FitOptions,
  outcome: { best?: NonNullable<FitResult['best']> },
): AsyncGenerator<FitStep<LossOf<M>>, void, undefined> {
  const { learner } = trainer.estimator
  const ordered = learner.rows === 'ordered'
  const {
    epochs = 1,
    batchSize = 32,
    shuffle = !ordered,
    from,
    signal,
    validation,
  } = requireOptions(where, options, {
    epochs: true,
    batchSize: true,
    shuffle: true,
    from: true,
    signal: true,
    validation: true,
  })
  requireInteger(`${where}: epochs`, epochs, 0, mostPasses)
  requireInteger(`${where}: batchSize`, batchSize, 1, mostPasses)
  requireSignal(signal)
  if (shuffle && ordered)
    throw new NgradError('UNSUPPORTED', `${where}: shuffle`, `false: rows are steps of time, for ${learner.name}`, describe(shuffle))
  const { model } = trainer
  const { width, dtype } = model
  const outputs = trainer.estimator.loss !== null && model instanceof Network ? model.outputs : 0
  const taken = takeBatch(where, 'data', data, model, trainer.estimator.loss)
  const { x: allX, y: allY, weights: allWeights, size } = taken
  requireFinite(`${where}: data.x`, allX, width, dtype)
  if (allY) requireFinite(`${where}: data.y`, allY, outputs, dtype)
  trainer.estimator.requireTeachable(`${where}: data`, taken)
  const begin = from === undefined ? onwards(trainer.position) : requirePosition(where, from, size, batchSize)
  const { before } = begin
  requireInteger(`${where}: epochs begun before`, before, 0, mostPasses)
  if (validation !== undefined && typeof validation?.begin !== 'function')
    throw new NgradError('TYPE', `${where}: validation`, 'earlyStopping(...)', describe(validation))
  const validator = validation?.begin(trainer)

  // Every full batch is gathered into the same two arrays; the last of an epoch into their beginnings.
  const full = Math.min(batchSize, size)
  const x = floatArray(dtype, full * width)
  const y = floatArray(dtype, full * outputs)
  const weights = allWeights && floatArray('f64', full)
  const views = (rows: number): Batch => ({
    x: x.subarray(0, rows * width),
    y: y.subarray(0, rows * outputs),
    size: rows,
    ...(weights && { weights: weights.subarray(0, rows) }),
  })
  const whole = views(full)
  const remainder = size % full === 0 ? whole : views(size % full)

  const unsettledBefore = trainer.unsettledSteps
  let step = 0
  let samples = 0
  let working = 0
  const total = (epochs - begin.epoch + 1) * size - begin.examples
  try {
    for (let { epoch } = begin; epoch <= epochs; epoch++) {
      const order = shuffle ? permutation(trainer.seed, stream.shuffle, before + epoch, size) : null
      let [sum, count] = [0, 0]
      for (let first = epoch === begin.epoch ? begin.examples : 0; first < size; first += full) {
        if (signal?.aborted) return
        const began = now()
        const rows = Math.min(full, size - first)
        for (let row = 0; row < rows; row++) {
          const example = order === null ? first + row : order[first + row]
          for (let j = 0; j < width; j++) x[row * width + j] = allX[example * width + j]
          for (let j = 0; j < outputs; j++) y[row * outputs + j] = allY![example * outputs + j]
          if (weights) weights[row] = allWeights[example]
        }
        const loss = trainer.step(rows === full ? whole : remainder)
        const epochEnd = first + full >= size
        trainer.position = epochEnd ? { epoch: epoch + 1, examples: 0, before } : { epoch, examples: first + full, before }
        const elapsed = now() - began
        working += elapsed
        samples += rows
        sum += (loss ?? 0) * rows
        count += rows
        step++
        if (isTurnDue()) await turn()
        const samplesPerSecond = (samples / Math.max(working, 1e-6)) * 1000
        const evaluation = epochEnd ? validator?.evaluate(epoch) : undefined
        if (validator?.best) outcome.best = validator.best
        yield {
          epoch,
          step,
          samples: rows,
          loss,
          epochLoss: meanOf(loss, sum, count),
          ...(evaluation && { validation: evaluation }),
          epochEnd,
          samplesPerSecond,
          secondsLeft: (total - samples) / samplesPerSecond,
          unsettled: trainer.unsettledSteps - unsettledBefore,
        }
      }
      if (validator?.isOver(epoch)) break
    }
    validator?.restore()
  } finally {
    validator?.dispose()
  }
}

/** A mean of losses, where there are any. */
const meanOf = <L extends number | undefined>(loss: L, sum: number, count: number): L => (loss === undefined ? loss : sum / count) as L
