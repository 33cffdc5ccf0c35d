// The list of rules: every function that makes a learner is a row, of its family's rows.ts. One row gives a rule its place in the
// command line, the tables, the conformance suite, the spectrum and the benchmark. Only tools import this: an application that
// imports one rule ships one rule.
import { requireArray } from '../errors.js'
import { dense } from '../layers/dense.js'
import { type NetworkDescription, sequential } from '../models/network.js'
import type { Model } from '../models/model.js'
import { type ModelRow, rows as modelRows } from '../models/rows.js'
import { rows as contrastive } from './contrastive/rows.js'
import { rows as feedback } from './feedback/rows.js'
import { rows as generative } from './generative/rows.js'
import { rows as gradient } from './gradient/rows.js'
import { rows as hebbian } from './hebbian/rows.js'
import type { Learner } from './learner.js'
import { rows as perturbation } from './perturbation/rows.js'
import { rows as predictive } from './predictive/rows.js'
import { type Classifier, isClassifier, type RegistryRow, type Row, rowOf } from './row.js'
import { rows as reward } from './reward/rows.js'
import { rows as spiking } from './spiking/rows.js'
import { rows as targets } from './targets/rows.js'

export { optimizerOf } from './row.js'
export type { AnyModelMaker, ModelRow } from '../models/rows.js'
export type { AnyMaker, Classifier, Form, OptimizerPlan, Options, Plan, Recipe, RegistryRow, Row, Variant } from './row.js'

/** The families, as the folders of their files are called, from rules that are told nothing to the gradient. */
const families: readonly { readonly family: string; readonly rows: readonly RegistryRow[] }[] = [
  { family: 'hebbian', rows: hebbian },
  { family: 'spiking', rows: spiking },
  { family: 'generative', rows: generative },
  { family: 'perturbation', rows: perturbation },
  { family: 'reward', rows: reward },
  { family: 'feedback', rows: feedback },
  { family: 'contrastive', rows: contrastive },
  { family: 'targets', rows: targets },
  { family: 'predictive', rows: predictive },
  { family: 'gradient', rows: gradient },
]

/** All rules. */
export const registry: readonly Row[] = families.flatMap(({ family, rows }) => rows.map((row) => rowOf(family, row)))

/** The models that are no networks. */
export const models: readonly ModelRow[] = modelRows

/** Those that `ngrad spectrum` trains. */
export const classifiers: readonly Classifier[] = registry.filter(isClassifier)

/** Every form of every rule, with the task that it is taught on. */
export const everyVariant: readonly { readonly label: string; readonly learner: Learner<Model>; readonly task: Row['task'] }[] =
  registry.flatMap(({ variants, task }) => variants.map((variant) => ({ task, ...variant })))

/**
 * The network that the recipes are for. Its last layer starts small: with symmetric feedback of full strength a
 * linear output layer of unit gain is at the edge of instability.
 */
export const recipeNetwork = (inputs: number, hidden: readonly number[], outputs: number): NetworkDescription =>
  sequential(inputs, [
    ...requireArray('recipeNetwork(_, hidden)', hidden).map((units) => dense(units, 'tanh')),
    dense(outputs, 'identity', { initialization: { law: 'lecunNormal', gain: 0.5 } }),
  ])

/** The classifiers of that name, or all where none is given. Unknown names are the caller's to report. */
export const rulesNamed = (names?: readonly string[]): readonly Classifier[] =>
  names === undefined ? classifiers : classifiers.filter(({ name }) => requireArray('rulesNamed(names)', names).includes(name))
