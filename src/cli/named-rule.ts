// The rule that a word of the command line means: one of the registry, or one from outside, by the path of its module.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type ModelRow, models, registry } from '../learners/registry.js'
import { type AnyMaker, type Plan, type Row, rowOf } from '../learners/row.js'
import { type More, UsageError } from './command.js'
import { named } from './options.js'
import { ruleFlags } from './rule-options.js'

/** How a rule from outside is trained whose module says nothing. */
const plain: Plan = { optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0.9 }, epochs: 30, batchSize: 32 }

const isPath = (name: string): boolean => /\.[cm]?[jt]s$/.test(name)

/** The row of a rule. Throws UsageError where there is none of that name, or its module has none. */
export async function rowNamed(name: string): Promise<Row> {
  return isPath(name) ? outside(name) : named(registry, name)
}

/** The row of a model, or of a rule. Throws UsageError. */
export async function rowOrModelNamed(name: string): Promise<Row | ModelRow> {
  return models.find((model) => model.name === name) ?? rowNamed(name)
}

/** The flags of the first of the words that names a rule. */
export async function flagsOf(words: readonly string[]): Promise<More | undefined> {
  const name = words.find((word) => isPath(word) || registry.some((row) => row.name === word))
  if (name === undefined) return undefined
  const { make } = await rowNamed(name)
  return { title: `Options of ${make.rule}:`, options: ruleFlags(make) }
}

/** The row with one form alone, that of the options, where there are any: models take none here. */
export function withOptions<R extends Row | ModelRow>(row: R, options: Readonly<Record<string, unknown>>): R {
  if (row.kind === 'model' || Object.keys(options).length === 0) return row
  const form = { label: `${row.name}(${JSON.stringify(options)})`, options }
  return { ...row, variants: [{ ...form, learner: row.make(options as never) }] }
}

/** A module's rule: what it exports as `default`, made by `defineRule`, and how it is trained, where it exports a `recipe`. */
async function outside(path: string): Promise<Row> {
  let module: { readonly default?: unknown; readonly recipe?: Plan }
  try {
    module = (await import(pathToFileURL(resolve(path)).href)) as typeof module
  } catch (cause) {
    throw new UsageError(`${path}: ${(cause as Error).message.split('\n')[0]}`)
  }
  const make = module.default as AnyMaker | undefined
  if (typeof make !== 'function' || typeof make.rule !== 'string' || typeof make.options !== 'object')
    throw new UsageError(`${path}: expected a default export that defineRule made`)
  return rowOf('outside', { make, paper: path, task: 'classes', recipe: { ...plain, ...module.recipe } })
}
