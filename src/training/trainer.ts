import type { FloatArray } from '../core/dtype.js'
import { type Disposable, disposable } from '../core/disposable.js'
import type { Environment } from '../environments/environment.js'
import { describe, NgradError, requireOptions, requireSeed } from '../errors.js'
import type { Parameter } from '../layers/parameter.js'
import type { Batch, BatchOf } from '../learners/batch.js'
import { Estimator } from '../learners/estimator.js'
import { requireParts, requireReadable } from '../learners/parts.js'
import type { Learner, Settling } from '../learners/learner.js'
import type { Objective } from '../losses/loss.js'
import type { Model } from '../models/model.js'
import { Network } from '../models/network.js'
import type { Optimizer } from '../optimizers/optimizer.js'
import { type DataOf, fit, type Fit, type FitOptions, type LossOf, requireCountable } from './fit.js'
import { type Position, start } from './position.js'
import { type Chosen, evaluated, type EvaluateOptions, type Evaluation } from './evaluation.js'
import { activitiesOf, outputsOf, probabilitiesOf, type Running } from './outputs.js'
import type { Snapshot } from './snapshot.js'
import { type Taught, Update } from './update.js'

/** What a trainer of a network is made of. */
export interface TrainerOptions<M extends Model = Network> {
  /** The rule that estimates directions. */
  readonly learner: Learner<M>
  /** What a network is taught by. Rules that are told nothing, and those of other models, have none: they follow a figure of their own. */
  readonly loss?: (M extends Network ? Objective : never) | undefined
  /** Where a rule that acts does so, instead of a loss: its steps take no batch, and earn what they earn there. */
  readonly environment?: (M extends Network ? Environment : never) | undefined
  /** What applies the directions; each group of parameters gets a state of its own. */
  readonly optimizer: Optimizer
  /** Seed of the rule's random weights and noise and of the order of the examples, a u32; default 0. */
  readonly seed?: number
}

/** The options as they are given for a kind of model. */
export type TrainerOptionsOf<M extends Model> = TrainerOptions<M>

/** What a rule would change, averaged over a batch: to be subtracted. */
export interface Direction<M extends Model = Network> {
  /** The mean loss of the batch. */
  readonly loss: LossOf<M>
  /** A copy of the direction for the parameter of that name, row-major. */
  of(parameter: string): FloatArray
}

/**
 * Puts a rule and an optimizer to work on a model: on a network, with a loss.
 *
 * ```ts
 * createTrainer(network, { learner: backprop(), loss: crossEntropy(), optimizer: adam() })
 * createTrainer(machine, { learner: contrastiveDivergence(), optimizer: sgd({ learningRate: 0.1 }) })
 * ```
 *
 * @throws NgradError `TYPE` for an option of the wrong kind, `UNSUPPORTED` for a rule or a loss that this model cannot have,
 * `OUT_OF_MEMORY` (nothing is kept), `DISPOSED`
 */
export function createTrainer<M extends Model>(model: M, options: TrainerOptionsOf<M>): Trainer<M>
export function createTrainer(network: Network, options: TrainerOptions): Trainer
export function createTrainer<M extends Model>(model: M, options: object): Trainer<M> {
  return new Trainer(model, options as TrainerOptions<M>)
}

/** A model being taught. Dispose of it before or after its model, in any order. */
export class Trainer<M extends Model = Network> implements Disposable {
  /** Lets `using` dispose of it, in hosts that know the symbol. */
  declare readonly [Symbol.dispose]: () => void
  readonly learner: Learner<M>
  readonly loss: Objective | undefined
  readonly environment: Environment | undefined
  readonly seed: number
  /** @internal */
  readonly estimator: Estimator<M>
  readonly #update: Update
  /** Where the last call of `fit` got to in its data; {@link FitOptions.from} takes it. */
  position: Position = start
  /** @internal Whether a call of `fit` is at work. */
  fitting = false
  #steps = 0
  #unsettled = 0

  /** @internal Use {@link createTrainer}. */
  constructor(
    readonly model: M,
    options: TrainerOptions<M>,
  ) {
    const where = 'createTrainer(model, options)'
    const {
      learner,
      loss,
      environment,
      optimizer,
      seed = 0,
    } = requireOptions(where, options, { learner: true, loss: true, environment: true, optimizer: true, seed: true })
    if (environment !== undefined) learner?.acts?.require(`${where}: environment`, environment)
    requireParts(where, model, learner, loss ?? null, environment ?? null)
    if (loss !== undefined) requireReadable(where, model, loss)
    if (typeof optimizer?.prepare !== 'function')
      throw new NgradError('TYPE', `${where}: optimizer`, 'an optimizer, such as sgd(...)', describe(optimizer))
    this.learner = learner
    this.loss = loss
    this.seed = requireSeed(`${where}: seed`, seed)
    this.environment = environment
    this.estimator = new Estimator(model, learner, loss ?? null, seed, 'trainer', environment ?? null)
    try {
      const { auxiliaries, directions, region, rule } = this.estimator
      // What follows the network's step follows one step.
      const network = model instanceof Network && !rule.applied && !rule.decay ? model : undefined
      const stretches = optimizer.stretches?.(`${where}: optimizer`, network)
      const taught = [
        ...(stretches?.map(({ name, from, to, optimizer }) => ({
          values: model.groups[0].part(`${model.groups[0].name}.${name}`, from, to),
          direction: directions[0].part(`direction of ${name}`, from, to),
          optimizer,
        })) ?? model.groups.map((values, i) => ({ values, direction: directions[i], optimizer }))),
        ...auxiliaries.flatMap(({ values, direction }) => (direction ? { values, direction, optimizer } : [])),
      ]
      this.#update = new Update(model.ops, region, taught, this.estimator)
    } catch (error) {
      this.estimator.dispose()
      throw error
    }
    disposable(this)
  }

  /** The model, where it is a network. */
  get network(): M extends Network ? M : undefined {
    return (this.model instanceof Network ? this.model : undefined) as M extends Network ? M : undefined
  }

  /** How many steps were applied. */
  get steps(): number {
    return this.#steps
  }

  /** @internal For a trainer that goes on where another one was. */
  set steps(steps: number) {
    this.#steps = steps
  }

  /** @internal Copies of all that a step writes. */
  snapshot(): Snapshot {
    return this.#update.snapshot()
  }

  /** @internal Goes back to them, and to how many steps were taken then. */
  restore(snapshot: Snapshot, steps: number): void {
    this.#update.restore(snapshot)
    this.#steps = steps
  }

  /** @internal */
  get taught(): readonly Taught[] {
    return this.#update.taught
  }

  /** How many of the steps that were taken here were of a relaxation that had not settled; 0 for rules that do not settle. */
  get unsettledSteps(): number {
    return this.#unsettled
  }

  /** Parameters of the rule's own, such as feedback weights; empty for rules that have none. */
  get auxiliaryParameters(): readonly Parameter[] {
    return this.estimator.auxiliaries.flatMap(({ values }) => values.parameters)
  }

  /** How the relaxation of the last step, direction or evaluation went, for rules that settle. */
  get settling(): Settling | undefined {
    const { settling } = this.estimator // written anew by each step: what leaves is a copy
    return settling && { sweeps: settling.sweeps, residual: settling.residual, converged: settling.converged }
  }

  /**
   * The rule's direction for a batch; in an environment, for what it is in. Changes nothing: a step after it draws the noise that it would have drawn.
   *
   * @throws NgradError `SHAPE`, `TYPE`, `RANGE`, `NOT_FINITE`, `DISPOSED`
   */
  direction(batch?: BatchOf<M>): Direction<M> {
    const where = 'direction(batch)'
    let loss: number | undefined
    this.estimator.occupation.requireNone(where)
    this.estimator.mark()
    try {
      loss = this.estimator.estimate(where, batch)
    } finally {
      this.estimator.rewind()
    }
    const copies = new Map(
      this.estimator.allDirections.flatMap(({ parameters }) => parameters.map(({ name, matrix }) => [name, matrix.read()] as const)),
    )
    return {
      loss: loss as LossOf<M>,
      of: (parameter) => {
        const copy = copies.get(parameter)
        if (copy === undefined)
          throw new NgradError('RANGE', `${where}.of(parameter)`, `one of ${[...copies.keys()].join(', ')}`, describe(parameter))
        return copy
      },
    }
  }

  /**
   * Estimates a direction and applies it. In an environment there is no batch: the rule acts, once.
   *
   * @returns the mean loss of the batch, before the step
   * @throws NgradError as `direction` does; nothing has changed then, and the next step draws the noise of this one
   */
  step(batch?: BatchOf<M>): LossOf<M> {
    const where = 'step(batch)'
    requireCountable(this.#steps)
    this.estimator.occupation.requireNone(where)
    this.estimator.mark()
    try {
      const loss = this.estimator.estimate(where, batch)
      this.commit(where)
      return loss as LossOf<M>
    } catch (error) {
      this.estimator.rewind()
      throw error
    }
  }

  /** @internal Acts, and applies the directions that are there: the end of a step. */
  commit(where: string): void {
    this.estimator.occupation.stepping = true
    try {
      this.estimator.act(where)
      this.#update.apply(where, this.estimator.largest, this.#steps)
      this.#steps++
      if (this.estimator.settling?.converged === false) this.#unsettled++
    } finally {
      this.estimator.occupation.stepping = false
    }
  }

  /**
   * Trains on shuffled batches. Iterate over it, and it yields after each step: stop with `break`, or with an `AbortSignal`, which
   * ends the iteration without an error; what was learned stays. Or await it, and it goes through to the end. The event loop gets
   * a turn now and then. In an environment, `fit({ steps })` acts so many times; of the options only `signal` applies.
   *
   * ```ts
   * for await (const { epoch, loss } of trainer.fit(data, { epochs: 10 })) console.log(epoch, loss)
   * const { steps, loss } = await trainer.fit(data, { epochs: 10 })
   * ```
   */
  fit(data: DataOf<M>, options: FitOptions = {}): Fit<LossOf<M>> {
    return fit<M>(this, data, options)
  }

  /**
   * The mean loss and the accuracy of the rule's own predictions, and what else is chosen; of a rule that acts, those of its likeliest
   * actions.
   *
   * ```ts
   * const { loss, accuracy, metrics } = trainer.evaluate(test, { metrics: { confusion: confusionMatrix() } })
   * ```
   *
   * @throws NgradError `SHAPE`, `TYPE`, `NOT_FINITE` (also when an output or the loss is not finite), `DISPOSED`; `UNSUPPORTED` for
   * models without outputs
   */
  evaluate<Metrics extends Chosen = Chosen>(data: Batch, options: EvaluateOptions<Metrics> = {}): Evaluation<Metrics> {
    return evaluated('evaluate(data)', this, data, options)
  }

  /**
   * The outputs h_L of the rule's own network: of rules that settle those of the settled network, which `network.predict` does not
   * compute. Rows are taken some at a time.
   *
   * ```ts
   * const outputs = trainer.predict(x) // row-major [size, outputs]
   * ```
   *
   * @param x row-major [size, inputs], finite
   * @returns a copy, row-major [size, outputs], in the model's precision
   * @throws NgradError `SHAPE`, `TYPE`, `NOT_FINITE` (also when an output is not finite), `DISPOSED`; `UNSUPPORTED` for models without
   * outputs
   */
  predict(x: ArrayLike<number>): FloatArray {
    return outputsOf('predict(x)', this.#running('predict(x)'), x)
  }

  /**
   * The probabilities that the loss reads in those outputs: softmax(h_L) of `crossEntropy` and of the actions of `reward`, sigmoid(h_L)
   * of `binaryCrossEntropy`.
   *
   * @param x row-major [size, inputs], finite
   * @returns a copy, row-major [size, outputs]
   * @throws NgradError as `predict` does; `UNSUPPORTED` for a loss that reads no probabilities
   */
  probabilities(x: ArrayLike<number>): FloatArray {
    return probabilitiesOf('probabilities(x)', this.#running('probabilities(x)'), x)
  }

  /**
   * The activities h_1 ... h_L of all layers of the rule's own network, the hidden ones first; the last are its outputs.
   *
   * @param x row-major [size, inputs], finite
   * @returns copies, one for each layer, row-major [size, units]
   * @throws NgradError as `predict` does
   */
  activities(x: ArrayLike<number>): FloatArray[] {
    return activitiesOf('activities(x)', this.#running('activities(x)'), x)
  }

  /** Frees what the trainer holds; the model stays. Twice is nothing. */
  dispose(): void {
    this.estimator.dispose()
  }

  /** Its network, with what its rule makes of it. */
  #running(where: string): Running {
    const { network, estimator, loss } = this
    if (network === undefined) throw new NgradError('UNSUPPORTED', where, 'a network', this.model.kind)
    return { network, loss, run: (here, x, rows, first) => estimator.activitiesOf(here, x, rows, first) }
  }
}
