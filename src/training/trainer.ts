import type { FloatArray } from '../core/dtype.js'
import { type Disposable, disposable } from '../core/disposable.js'
import type { Matrix } from '../core/memory.js'
import { describe, NgradError, requireOptions, requireSeed } from '../errors.js'
import { Estimator, requireParts } from '../learners/estimator.js'
import { type Batch, rowsOf, takeBatch } from '../learners/batch.js'
import type { Learner, Settling } from '../learners/learner.js'
import type { Network } from '../models/network.js'
import type { Parameter } from '../layers/parameter.js'
import type { Loss } from '../losses/loss.js'
import type { Optimizer } from '../optimizers/optimizer.js'
import { type FitOptions, type FitStep, fit, type Position, requireCountable, start } from './fit.js'
import { type Taught, Update } from './update.js'

export interface TrainerOptions {
  /** The rule that estimates directions. */
  readonly learner: Learner
  readonly loss: Loss
  /** What applies them; each group of parameters gets a state of its own. */
  readonly optimizer: Optimizer
  /** Seed of the rule's random weights and noise and of the order of the examples, a u32; default 0. */
  readonly seed?: number
}

/** What a rule would change, averaged over a batch: to be subtracted. */
export interface Direction {
  /** The mean loss of the batch. */
  readonly loss: number
  /** A copy of the direction for the parameter of that name, row-major. */
  of(parameter: string): FloatArray
}

/** How well predictions match targets. */
export interface Evaluation {
  /** The mean loss. */
  readonly loss: number
  /** The share of examples whose largest output is the largest target; of one output, on the target's side of 1/2. */
  readonly accuracy: number
}

const evaluationRows = 256

/**
 * Puts a rule, a loss and an optimizer to work on a network.
 *
 * @throws NgradError `TYPE` for an option of the wrong kind, `OUT_OF_MEMORY` (nothing is kept), `DISPOSED`
 */
export const createTrainer = (network: Network, options: TrainerOptions): Trainer => new Trainer(network, options)

/** A network being taught. Dispose of it before or after its network, in any order. */
export class Trainer implements Disposable {
  /** Lets `using` dispose of it, in hosts that know the symbol. */
  declare readonly [Symbol.dispose]: () => void
  readonly learner: Learner
  readonly loss: Loss
  readonly seed: number
  /** @internal */
  readonly estimator: Estimator
  readonly #update: Update
  /** Where the last call of `fit` got to in its data; {@link FitOptions.from} takes it. */
  position: Position = start
  #steps = 0
  #unsettled = 0

  /** @internal Use {@link createTrainer}. */
  constructor(
    readonly network: Network,
    options: TrainerOptions,
  ) {
    const where = 'createTrainer(network, options)'
    const { learner, loss, optimizer, seed = 0 } = requireOptions(where, options)
    requireParts(where, network, learner, loss)
    if (typeof optimizer?.prepare !== 'function')
      throw new NgradError('TYPE', `${where}: optimizer`, 'an optimizer, such as sgd(...)', describe(optimizer))
    this.learner = learner
    this.loss = loss
    this.seed = requireSeed(`${where}: seed`, seed)
    this.estimator = new Estimator(network, learner, loss, seed)
    try {
      const { auxiliaries, direction, region } = this.estimator
      const taught = auxiliaries.flatMap(({ values, direction }) => (direction ? { values, direction } : []))
      this.#update = new Update(network.ops, region, optimizer, [{ values: network.group, direction }, ...taught], this.estimator)
    } catch (error) {
      this.estimator.dispose()
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
   * The rule's direction for a batch. Changes nothing: a step after it draws the noise that it would have drawn.
   *
   * @throws NgradError `SHAPE`, `TYPE`, `RANGE`, `NOT_FINITE`, `DISPOSED`
   */
  direction(batch: Batch): Direction {
    const where = 'direction(batch)'
    let loss: number
    this.estimator.occupation.requireNone(where)
    this.estimator.mark()
    try {
      loss = this.estimator.estimate(where, batch)
    } finally {
      this.estimator.rewind()
    }
    const copies = new Map(
      this.taught.flatMap(({ direction: { parameters } }) => parameters.map(({ name, matrix }) => [name, matrix.read()] as const)),
    )
    return {
      loss,
      of: (parameter) => {
        const copy = copies.get(parameter)
        if (copy === undefined)
          throw new NgradError('RANGE', `${where}.of(parameter)`, `one of ${[...copies.keys()].join(', ')}`, describe(parameter))
        return copy
      },
    }
  }

  /**
   * Estimates a direction and applies it.
   *
   * @returns the mean loss of the batch, before the step
   * @throws NgradError as `direction` does; nothing has changed then, and the next step draws the noise of this one
   */
  step(batch: Batch): number {
    const where = 'step(batch)'
    requireCountable(this.#steps)
    this.estimator.occupation.requireNone(where)
    this.estimator.mark()
    try {
      const loss = this.estimator.estimate(where, batch)
      this.estimator.occupation.stepping = true
      this.#update.apply(where, this.estimator.largest, this.#steps)
      this.#steps++
      if (this.estimator.settling?.converged === false) this.#unsettled++
      return loss
    } catch (error) {
      this.estimator.rewind()
      throw error
    } finally {
      this.estimator.occupation.stepping = false
    }
  }

  /**
   * Trains on shuffled batches, and yields after each step. Stop with `break`, or with an `AbortSignal`, which ends
   * the iteration without an error; what was learned stays. The event loop gets a turn now and then.
   */
  fit(data: Batch, options: FitOptions = {}): AsyncGenerator<FitStep, void, undefined> {
    return fit(this, data, options)
  }

  /**
   * The mean loss and the accuracy of the rule's own predictions.
   *
   * @throws NgradError `SHAPE`, `TYPE`, `NOT_FINITE` (also when an output or the loss is not finite), `DISPOSED`
   */
  evaluate(data: Batch): Evaluation {
    const where = 'evaluate(data)'
    const { ops, outputs } = this.network
    const taken = takeBatch(where, 'data', data, this.network)
    const { size } = taken
    let loss = 0
    let correct = 0
    for (let start = 0; start < size; start += evaluationRows) {
      this.estimator.load(where, rowsOf(taken, this.network, start, evaluationRows), start)
      const { outputs: h, targets } = this.estimator.predict()
      if (ops.firstNonFinite(h) >= 0) throw new NgradError('NOT_FINITE', `${where}: outputs`, 'finite numbers', 'NaN or infinity')
      loss += this.loss.evaluate(ops, h, targets, null)
      if (!Number.isFinite(loss)) throw new NgradError('NOT_FINITE', `${where}: loss`, 'a finite number', loss)
      correct += outputs === 1 ? this.#onTargetSide(h, targets) : ops.countCorrect(h, targets)
    }
    return { loss: loss / size, accuracy: correct / size }
  }

  /** Frees what the trainer holds; the network stays. Twice is nothing. */
  dispose(): void {
    this.estimator.dispose()
  }

  #onTargetSide(h: Matrix, y: Matrix): number {
    const predictions = h.read()
    const targets = y.read()
    // All links of a single output are increasing, and cross 1/2 here.
    const threshold = this.loss.name === 'squaredError' ? 0.5 : 0
    return predictions.filter((value, i) => value > threshold === targets[i] > 0.5).length
  }
}
