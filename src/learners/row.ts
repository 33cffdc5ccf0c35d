// A row of the registry: a rule as the tools know it.
import type { Model } from '../models/model.js'
import type { Network } from '../models/network.js'
import { adam } from '../optimizers/adam.js'
import type { Optimizer } from '../optimizers/optimizer.js'
import { linearSchedule } from '../optimizers/schedule.js'
import { sgd } from '../optimizers/sgd.js'
import type { Learner } from './learner.js'
import type { TaskName } from './tasks.js'

/** A rule as the tools know it. */
export interface RegistryRow<M extends Model = Network> {
  /** The name of its function. */
  readonly name: string
  readonly paper: string
  /** The forms whose claims are measured; the first is the default one. */
  readonly variants: readonly Variant<M>[]
  /** What its digests are taken of, and what tests teach it that are about all rules. */
  readonly task: TaskName
  /** Whether `ngrad verify` measures them over convolutional networks as well. */
  readonly convolutional?: boolean
  /** How it is trained on the digits by `ngrad spectrum`: chosen on a validation part of the training images. */
  readonly recipe?: Recipe
}

export interface Variant<M extends Model = Network> {
  readonly label: string
  readonly learner: Learner<M>
  /** Where this form needs another task than its row's. */
  readonly task?: TaskName
}

export interface Recipe {
  readonly learner: Learner
  /** For a training of that many steps. */
  readonly optimizer: (steps: number) => Optimizer
  readonly epochs: number
  readonly batchSize: number
}

/** A row with the name of its family, of a rule for any model. */
export type Row<M extends Model = Model> = RegistryRow<M> & { readonly family: string }
/** A rule that learns to classify the digits. */
export type Classifier = RegistryRow & { readonly family: string; readonly recipe: Recipe }

export const isClassifier = (row: Row): row is Row & Classifier => row.recipe !== undefined

export const momentum = (learningRate: number) => (): Optimizer => sgd({ learningRate, momentum: 0.9 })
export const annealed =
  (learningRate: number, weightDecay = 0) =>
  (steps: number): Optimizer =>
    adam({ learningRate: linearSchedule(learningRate, 0, steps), weightDecay })
