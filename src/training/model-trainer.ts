// Puts a rule and an optimizer to work on a stochastic model: what `createTrainer` is for networks.
import { disposable } from '../core/disposable.js'
import { type FloatArray, floatArray } from '../core/dtype.js'
import { type Matrix, Region } from '../core/memory.js'
import { countOf, type Numbers, place, requireFinite, takeNumbers, unreadable } from '../core/numbers.js'
import { Occupation } from '../core/occupation.js'
import { permutation } from '../core/permutation.js'
import { Random, stream } from '../core/random.js'
import type { Validity } from '../core/validity.js'
import { describe, mostPasses, NgradError, requireInteger, requireNumber, requireOptions, requireOwn, requireSeed } from '../errors.js'
import { writeRows } from '../models/network.js'
import type { ParameterGroup } from '../layers/parameter.js'
import type { Settling } from '../numerics/fixed-point.js'
import type { ModelLearner, ModelRule } from '../learners/model-learner.js'
import { Model } from '../models/model.js'
import type { Optimizer, OptimizerState } from '../optimizers/optimizer.js'
import { type Position, requireCountable, requirePosition, start } from './fit.js'
import { Update } from './update.js'

export interface ModelTrainerOptions<M extends Model> {
  readonly learner: ModelLearner<M>
  /** What applies the directions; each group of parameters gets a state of its own. */
  readonly optimizer: Optimizer
  /** Seed of the rule's samples and of the order of the examples, a u32; default 0. */
  readonly seed?: number
}

/** Examples of the visible units, row-major, each number in [0, 1]. */
export interface ModelBatch {
  readonly x: ArrayLike<number>
  readonly size: number
  /** The probability of each example, summing to 1; default all alike. */
  readonly weights?: ArrayLike<number>
}

export interface ModelFitOptions {
  /** Passes over the data, at most 2^31 - 1; default 1. */
  readonly epochs?: number
  /** Examples in a batch; the last of an epoch takes what is left. At most 2^31 - 1; default 32. */
  readonly batchSize?: number
  /** Whether each epoch has an order of its own; default true. */
  readonly shuffle?: boolean
  /** Where to begin, such as the `position` of a resumed trainer; default the first epoch's first example. */
  readonly from?: Position
}

/**
 * Puts a rule and an optimizer to work on a stochastic model.
 *
 * @throws NgradError `TYPE` for an option of the wrong kind, `UNSUPPORTED` for too many units, `OUT_OF_MEMORY`, `DISPOSED`
 */
export const createModelTrainer = <M extends Model>(model: M, options: ModelTrainerOptions<M>): ModelTrainer<M> =>
  new ModelTrainer(model, options)

const aBatch = 'a batch { x, size }'

/** A model being taught. Dispose of it before or after its model, in any order. */
export class ModelTrainer<M extends Model> {
  readonly seed: number
  readonly learner: ModelLearner<M>
  /** Where the last call of `fit` got to in its data; {@link ModelFitOptions.from} takes it. */
  position: Position = start
  /** @internal The rule's own place in its stream. */
  readonly random: Random
  /** @internal What the rule keeps from step to step, by name. */
  readonly kept = new Map<string, { readonly matrix: Matrix; readonly validity: Validity }>()
  readonly #region = new Region('model trainer')
  readonly #rule: ModelRule
  readonly #directions: readonly ParameterGroup[]
  readonly #update: Update
  /** Matrices whose rows follow the batch, so many for each example. */
  readonly #batchHigh: { readonly matrix: Matrix; readonly copies: number }[] = []
  readonly #x: Matrix
  readonly #weights: Matrix
  #steps = 0
  readonly #occupation = new Occupation()

  /** @internal Use {@link createModelTrainer}. */
  constructor(
    readonly model: M,
    options: ModelTrainerOptions<M>,
  ) {
    const where = 'createModelTrainer(model, options)'
    const { learner, optimizer, seed = 0 } = requireOptions(where, options)
    requireOwn(where, model, Model, 'a model')
    if (typeof learner?.attach !== 'function')
      throw new NgradError('TYPE', `${where}: learner`, 'a learner for models, such as wakeSleep()', describe(learner))
    if (typeof optimizer?.prepare !== 'function')
      throw new NgradError('TYPE', `${where}: optimizer`, 'an optimizer, such as sgd(...)', describe(optimizer))
    model.requireAlive(where)
    this.learner = learner
    this.seed = requireSeed(`${where}: seed`, seed)
    this.random = new Random(seed, stream.noise)
    const region = this.#region
    const follow = (matrix: Matrix, copies: number): Matrix => {
      this.#batchHigh.push({ matrix, copies })
      return matrix
    }
    try {
      this.#directions = model.groups.map((group) => group.like(region, `${group.name} direction`))
      this.#x = follow(region.matrix(model.dtype, 1, model.visible), 1)
      this.#weights = follow(region.matrix('f64', 1, 1), 1)
      this.#rule = learner.attach({
        model,
        region,
        ops: model.ops,
        directions: this.#directions,
        weights: this.#weights,
        random: this.random,
        kept: (name, matrix, validity) => void this.kept.set(name, { matrix, validity }),
        batch: (columns, copies = 1) => follow(region.matrix(model.dtype, copies, columns), copies),
        batchDoubles: (copies = 1) => follow(region.matrix('f64', copies, 1), copies),
      })
      if (typeof this.#rule?.estimate !== 'function')
        throw new NgradError('TYPE', `${learner.name}: attach(site)`, 'a rule { estimate }', describe(this.#rule))
      const taught = model.groups.map((values, i) => ({ values, direction: this.#directions[i] }))
      this.#update = new Update(model.ops, region, optimizer, taught, this)
    } catch (error) {
      region.dispose()
      throw error
    }
    disposable(this)
  }

  /** How many steps were applied. */
  get steps(): number {
    return this.#steps
  }

  /** @internal For a trainer that goes on where another one was. */
  set steps(steps: number) {
    this.#steps = steps
  }

  /** @internal */
  requireAlive(where: string): void {
    this.#region.requireAlive(where)
    this.model.requireAlive(where)
  }

  /** @internal The optimizer's state for each of the model's groups. */
  get states(): readonly OptimizerState[] {
    return this.#update.taught.map(({ state }) => state)
  }

  /** @internal Parameters that no optimizer is applied to, none here; and what else a step writes. */
  readonly following: readonly ParameterGroup[] = []

  /** @internal */
  get written(): readonly Matrix[] {
    return [...this.kept.values()].map(({ matrix }) => matrix)
  }

  /** @internal What the rule does once the optimizer has been applied. */
  follow(): void {
    this.#rule.applied?.()
  }

  /** How the last relaxation went, for rules that settle. */
  get settling(): Settling | undefined {
    return this.#rule.settling
  }

  /**
   * The rule's direction for a batch, to be subtracted. Changes nothing: a step after it draws the samples that it would
   * have drawn.
   *
   * @throws NgradError `SHAPE`, `TYPE`, `RANGE`, `NOT_FINITE`, `DISPOSED`
   */
  direction(batch: ModelBatch): { of(parameter: string): FloatArray } {
    const where = 'direction(batch)'
    this.#occupation.requireNone(where)
    this.random.mark()
    try {
      this.#estimate(where, batch)
    } finally {
      this.random.rewind()
    }
    const copies = new Map(this.#directions.flatMap(({ parameters }) => parameters.map(({ name, matrix }) => [name, matrix.read()])))
    return {
      of: (parameter) => {
        const copy = copies.get(parameter)
        if (copy) return copy
        throw new NgradError('RANGE', `${where}.of(parameter)`, `one of ${[...copies.keys()].join(', ')}`, describe(parameter))
      },
    }
  }

  /**
   * Estimates a direction and applies it.
   *
   * @throws NgradError as `direction` does; no parameter has changed then, and the next step draws the samples of this one
   */
  step(batch: ModelBatch): void {
    const where = 'step(batch)'
    requireCountable(this.#steps)
    this.#occupation.requireNone(where)
    this.random.mark()
    try {
      const largest = this.#estimate(where, batch)
      this.#occupation.stepping = true
      this.#update.apply(where, largest, this.#steps)
      this.#steps++
    } catch (error) {
      this.random.rewind()
      throw error
    } finally {
      this.#occupation.stepping = false
    }
  }

  /** Trains on shuffled batches of equally likely examples, and yields after each step. */
  *fit(data: ModelBatch, options: ModelFitOptions = {}): Generator<{ epoch: number; step: number }, void> {
    const where = 'fit(data, options)'
    const { epochs = 1, batchSize = 32, shuffle = true, from = start } = requireOptions(where, options)
    const { visible, dtype } = this.model
    requireInteger(`${where}: epochs`, epochs, 0, mostPasses)
    requireInteger(`${where}: batchSize`, batchSize, 1, mostPasses)
    const { x: givenX, size, weights } = requireOptions(`${where}: data`, data)
    requireInteger(`${where}: data.size`, size, 1)
    const all = takeNumbers(where, ': data.x', givenX, visible, size * visible)
    requireFinite(`${where}: data.x`, all, visible)
    if (weights) throw new NgradError('UNSUPPORTED', `${where}: data.weights`, 'equally likely examples', 'weights')
    const begin = requirePosition(where, from, size, batchSize)
    const x = floatArray(dtype, Math.min(batchSize, size) * visible)
    let step = 0
    for (let { epoch } = begin; epoch <= epochs; epoch++) {
      const order = shuffle ? permutation(this.seed, stream.shuffle, epoch, size) : null
      for (let first = epoch === begin.epoch ? begin.examples : 0; first < size; first += batchSize) {
        const rows = Math.min(batchSize, size - first)
        for (let row = 0; row < rows; row++) {
          const from = (order ? order[first + row] : first + row) * visible
          for (let j = 0; j < visible; j++) x[row * visible + j] = all[from + j]
        }
        this.step({ x: x.subarray(0, rows * visible), size: rows })
        this.position = first + rows >= size ? { epoch: epoch + 1, examples: 0 } : { epoch, examples: first + rows }
        yield { epoch, step: ++step }
      }
    }
  }

  /** Frees what the trainer holds; the model stays. Twice is nothing. */
  dispose(): void {
    this.#region.dispose()
  }

  /** Writes the directions; returns the largest magnitude in them. */
  #estimate(where: string, batch: ModelBatch): number {
    this.#load(where, batch)
    this.#rule.estimate(this.#x)
    let largest = 0
    for (const { flat } of this.#directions) largest = Math.max(largest, this.model.ops.maxAbsolute(flat)) // NaN where one is
    if (!Number.isFinite(largest)) for (const group of this.#directions) group.requireFinite(`${where}: ${group.name}`)
    return largest
  }

  /** While the batch is read, which may run anything of the caller's, nothing has changed, and nothing else can be estimated. */
  #load(where: string, batch: ModelBatch): void {
    const { visible } = this.model
    let x: Numbers
    let weights: Numbers | null
    let rows: number
    this.#occupation.reading = true
    try {
      if (typeof batch !== 'object' || batch === null) throw new NgradError('TYPE', where, aBatch, describe(batch))
      const { x: givenX, size, weights: given } = batch
      x = takeNumbers(where, ': batch.x', givenX, visible)
      weights = given === undefined ? null : takeNumbers(where, ': batch.weights', given, 1)
      rows = countOf(where, ': batch.x', x) / visible
      if (rows === 0) throw new NgradError('RANGE', `${where}: batch.size`, 'at least one example', 0)
      if (size !== rows) throw new NgradError('SHAPE', `${where}: batch.size`, `${rows}, as there are rows in x`, describe(size))
      const weighted = weights ? countOf(where, ': batch.weights', weights) : rows
      if (weighted !== rows) throw new NgradError('SHAPE', `${where}: batch.weights`, `${rows} numbers`, weighted)
    } catch (cause) {
      throw unreadable(where, aBatch, cause)
    } finally {
      this.#occupation.reading = false
    }
    this.requireAlive(where)
    for (const { matrix, copies } of this.#batchHigh) this.#region.resize(matrix, rows * copies)
    writeRows(where, ': batch.x', x, this.#x)
    for (let i = 0; i < rows * visible; i++)
      if (!(x[i] >= 0 && x[i] <= 1)) throw new NgradError('RANGE', `${where}: batch.x, ${place(i, visible)}`, 'a number in [0, 1]', x[i])
    if (weights === null) return this.#weights.fill(1 / rows)
    let sum = 0
    for (let i = 0; i < rows; i++) sum += requireNumber(`${where}: batch.weights[${i}]`, weights[i], 0)
    if (Math.abs(sum - 1) > 1e-6) throw new NgradError('RANGE', `${where}: batch.weights`, 'a sum of 1', sum)
    this.#weights.write(weights)
  }
}
