// How a model is written: its name, its options as a table, and how it is built with given ones.
import { type Option, type OptionTable, type Resolved, resolveOptions } from '../options.js'
import type { BuildOptions, Model, ModelDescription } from './model.js'

/** What describes a model: call it with options. */
export interface ModelMaker<O extends object, M extends Model> {
  (options: O): ModelDescription<M>
  readonly model: string
  /** All options that it takes. */
  readonly options: Readonly<Record<string, Option>>
}

/** A model as a function of its options, which are read once, checked, and completed before `at` sees them. @internal */
export function defineModel<O extends object, M extends Model>(
  model: string,
  options: OptionTable<O>,
  at: (options: Resolved<O>, where: string) => (build: BuildOptions) => M,
): ModelMaker<O, M> {
  const where = `${model}(options)`
  const make = (given: O): ModelDescription<M> => {
    const built = at(resolveOptions(where, options, given), where)
    return { name: model, build: (build = {}) => built(build) }
  }
  return Object.assign(make, { model, options })
}
