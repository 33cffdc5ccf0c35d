// A row of the registry: a rule as the tools know it. What is in a row is data, but for the function that makes the rule.
import type { Model } from '../models/model.js'
import type { Network } from '../models/network.js'
import { requireOneOf, requireOptions } from '../errors.js'
import { adam } from '../optimizers/adam.js'
import { chain } from '../optimizers/chain.js'
import { clipNorm } from '../optimizers/clip-norm.js'
import type { Optimizer } from '../optimizers/optimizer.js'
import { linearSchedule } from '../optimizers/schedule.js'
import { sgd } from '../optimizers/sgd.js'
import type { Option } from '../options.js'
import type { Learner } from './learner.js'
import type { TaskName } from './tasks.js'

/** What makes a rule of whatever kind. */
export interface AnyMaker {
  (options?: never): Learner<never, never>
  readonly rule: string
  readonly options: Readonly<Record<string, Option>>
}

/** Options of a rule, by name. */
export type Options = Readonly<Record<string, unknown>>

/** A rule, in the rows of its family. */
export interface RegistryRow {
  readonly make: AnyMaker
  readonly paper: string
  /** The forms whose claims are measured, the default one first; where it is the only one, it goes without saying. */
  readonly variants?: readonly Form[]
  /** What its digests are taken of, and what tests teach it that are about all rules. */
  readonly task: TaskName
  /** Whether `ngrad verify` measures them over convolutional networks as well. */
  readonly convolutional?: boolean
  /** How it is trained on the digits by `ngrad spectrum`: chosen on a validation part of the training images. */
  readonly recipe?: Plan
}

/** One form of a rule: some of its options. */
export interface Form {
  readonly label: string
  readonly options: Options
  /** Where this form needs another task than its row's. */
  readonly task?: TaskName
}

/** How a rule is trained, as data. */
export interface Plan {
  readonly options?: Options
  readonly optimizer: OptimizerPlan
  readonly epochs: number
  readonly batchSize: number
}

/** An optimizer, as data. */
export interface OptimizerPlan {
  readonly kind: 'sgd' | 'adam'
  readonly learningRate: number
  /** Whether the learning rate falls to 0, step by step. */
  readonly falls?: true
  readonly momentum?: number
  readonly weightDecay?: number
  /** The longest direction that is not shortened. */
  readonly clip?: number
}

/** A form with the rule made. */
export interface Variant<M extends Model = Network> extends Form {
  readonly learner: Learner<M>
}

/** How a rule is trained on the digits. */
export interface Recipe {
  readonly learner: Learner
  /** For a training of that many steps. */
  readonly optimizer: (steps: number) => Optimizer
  readonly epochs: number
  readonly batchSize: number
  /** The same as data. */
  readonly plan: Plan
}

/** A row of the registry with what it says made: a rule of any model. */
export interface Row<M extends Model = Model> extends Omit<RegistryRow, 'recipe'> {
  readonly kind: 'learner'
  /** The name of its function. */
  readonly name: string
  readonly family: string
  readonly variants: readonly Variant<M>[]
  readonly recipe?: Recipe
}

/** A rule that learns to classify the digits. */
export interface Classifier extends Row<Network> {
  readonly recipe: Recipe
}

/**
 * The optimizer of a plan, for a training of so many steps, over which a rate that falls goes to 0.
 *
 * ```ts
 * optimizerOf({ kind: 'sgd', learningRate: 0.1, momentum: 0.9 }, 1000)
 * ```
 *
 * @throws NgradError as `sgd` and `adam` do; `RANGE` for another kind
 */
export function optimizerOf(plan: OptimizerPlan, steps: number): Optimizer {
  const {
    kind,
    learningRate: rate,
    falls,
    clip,
    ...rest
  } = requireOptions('optimizerOf(plan, steps): plan', plan, {
    kind: true,
    learningRate: true,
    falls: true,
    momentum: true,
    weightDecay: true,
    clip: true,
  })
  requireOneOf('optimizerOf(plan, steps): kind', kind, ['sgd', 'adam'])
  const settings = { ...rest, learningRate: falls ? linearSchedule(rate, 0, steps) : rate }
  const optimizer = kind === 'sgd' ? sgd(settings) : adam(settings)
  return clip === undefined ? optimizer : chain(clipNorm(clip), optimizer)
}

const recipeOf = (make: AnyMaker, plan: Plan): Recipe => ({
  learner: make(plan.options as never),
  optimizer: (steps) => optimizerOf(plan.optimizer, steps),
  epochs: plan.epochs,
  batchSize: plan.batchSize,
  plan,
})

/** A row with everything made. @internal */
export function rowOf(family: string, { recipe, ...row }: RegistryRow): Row {
  const name = row.make.rule
  const learner = (options: Options = {}): Learner<Model> => row.make(options as never)
  return {
    ...row,
    kind: 'learner',
    name,
    family,
    variants: (row.variants ?? [{ label: name, options: {} }]).map((form) => ({ ...form, learner: learner(form.options) })),
    ...(recipe && { recipe: recipeOf(row.make, recipe) }),
  }
}

export const isClassifier = (row: Row): row is Row & Classifier => row.recipe !== undefined
