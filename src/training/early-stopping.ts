import { NgradError, describe, requireInteger, requireOneOf, requireOptions } from '../errors.js'
import type { Batch } from '../learners/batch.js'
import type { Evaluation } from './evaluation.js'
import type { Snapshot } from './snapshot.js'

/** Options of {@link earlyStopping}. */
export interface EarlyStoppingOptions {
  /** What is evaluated after every epoch, and not learned from. */
  readonly data: Batch
  /** Epochs without a better one, after which training ends, from 1; without end where left out. */
  readonly patience?: number
  /** What is better: a lower `loss` (default), or a higher `accuracy`. */
  readonly by?: 'loss' | 'accuracy'
  /**
   * Whether the training ends in the state that it had after its best epoch, the optimizer's and the rule's own included: default true.
   * A training that is left with `break`, or by its signal, stays where it is.
   */
  readonly restore?: boolean
}

/** An epoch, and how it was evaluated. */
export interface BestEpoch {
  readonly epoch: number
  readonly evaluation: Evaluation
}

/** When a training ends, by data that it does not learn from: {@link earlyStopping}. */
export interface EarlyStopping {
  /** @internal Throws for what `fit` would throw in the end. */
  begin(trainer: Validated): Validation
}

/** @internal At work on one call of `fit`. */
export interface Validation {
  /** The best epoch so far. */
  readonly best: BestEpoch | undefined
  evaluate(epoch: number): Evaluation
  /** Whether it has been long since the best epoch. */
  isOver(epoch: number): boolean
  /** Takes the training back to its best epoch. */
  restore(): void
  dispose(): void
}

/** @internal Who is validated: a trainer. */
export interface Validated {
  readonly steps: number
  evaluate(data: Batch): Evaluation
  snapshot(): Snapshot
  restore(snapshot: Snapshot, steps: number): void
}

/**
 * Ends a training that no longer gets better on data that it does not learn from, and goes back to the best epoch.
 *
 * ```ts
 * const [validation, rest] = train.split(0.1)
 * const { best } = await trainer.fit(rest, { epochs: 200, validation: earlyStopping({ data: validation, patience: 10 }) })
 * ```
 *
 * @throws NgradError `TYPE` or `RANGE` for a setting outside its range; what is wrong with the data is said by `fit`, before its first step
 */
export function earlyStopping(options: EarlyStoppingOptions): EarlyStopping {
  const where = 'earlyStopping(options)'
  const {
    data,
    patience = Infinity,
    by = 'loss',
    restore = true,
  } = requireOptions(where, options, { data: true, patience: true, by: true, restore: true })
  if (patience !== Infinity) requireInteger(`${where}: patience`, patience, 1)
  const sign = requireOneOf(`${where}: by`, by, ['loss', 'accuracy']) === 'loss' ? -1 : 1
  if (typeof restore !== 'boolean') throw new NgradError('TYPE', `${where}: restore`, 'true or false', describe(restore))
  return {
    begin: (trainer) => {
      let best: (BestEpoch & { readonly steps: number }) | undefined
      let snapshot: Snapshot | undefined
      trainer.evaluate(data)
      return {
        get best() {
          return best && { epoch: best.epoch, evaluation: best.evaluation }
        },
        evaluate: (epoch) => {
          const evaluation = trainer.evaluate(data)
          if (best !== undefined && sign * evaluation[by] <= sign * best.evaluation[by]) return evaluation
          best = { epoch, evaluation, steps: trainer.steps }
          if (!restore) return evaluation
          if (snapshot) snapshot.keep()
          else snapshot = trainer.snapshot()
          return evaluation
        },
        isOver: (epoch) => best !== undefined && epoch - best.epoch >= patience,
        restore: () => {
          if (snapshot && best) trainer.restore(snapshot, best.steps)
        },
        dispose: () => snapshot?.dispose(),
      }
    },
  }
}
