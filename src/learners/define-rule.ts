// How a rule is written: its name, its options as a table, and what it is with given ones.
import { requireOptions } from '../errors.js'
import type { Model } from '../models/model.js'
import type { Network } from '../models/network.js'
import { applicable, type Option, type OptionTable, readOptions, type Resolved } from '../options.js'
import type { Learner, SiteOf } from './learner.js'

/** What makes a rule: call it with options. */
export interface RuleMaker<O extends object, M extends Model = Network, S = SiteOf<M>> {
  (options?: O): Learner<M, S>
  readonly rule: string
  /** All options that it takes. */
  readonly options: Readonly<Record<string, Option>>
}

/**
 * A learning rule as a function of its options, which are read once, checked, and completed before `at` sees them.
 *
 * ```ts
 * interface ScaledOptions { readonly scale?: number }
 * const scaled = defineRule<ScaledOptions>('scaled', { scale: { kind: 'number', above: 0, default: 1 } }, ({ scale }) => ({
 *   feedback: 'vector',
 *   claims: [{ kind: 'exact', of: 'the gradient of the loss', reference: 'backprop', measured: { scale: 1 } }],
 *   attach: (site) => ({ estimate: () => ..., predict: () => ... }),
 * }))
 * createTrainer(network, { learner: scaled({ scale: 0.1 }), loss, optimizer })
 * ```
 *
 * Type parameters: its options; those of them without a default; the model that it teaches, a network where not said; and what it finds
 * there, by what it is told ({@link TargetSite}, {@link CostSite}, {@link NetworkSite}).
 */
export function defineRule<O extends object, U extends keyof O = never, M extends Model = Network, S = SiteOf<M>>(
  rule: string,
  options: OptionTable<O>,
  at: (options: Resolved<O, U>) => Omit<Learner<M, S>, 'name' | 'options' | 'with'>,
): RuleMaker<O, M, S> {
  const table = options as Readonly<Record<string, Option>>
  const make = (given: O = {} as O): Learner<M, S> => {
    const { resolved, given: kept } = readOptions(`${rule}(options)`, options, given)
    return {
      ...at(resolved),
      name: rule,
      options: shown(table, resolved),
      with: (given) => {
        const changes = requireOptions(`${rule}.with(changes)`, given, options as Readonly<Record<string, object>>)
        return make({ ...applicable(table, { ...kept, ...changes }), ...changes } as O)
      },
    }
  }
  return Object.assign(make, { rule, options })
}

/** Options that apply, are known before the rule is attached, and are no measurement's alone. */
const shown = (table: Readonly<Record<string, Option>>, resolved: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(applicable(table, resolved as Record<string, unknown>)).filter(
      ([name, value]) => value !== undefined && !table[name].internal,
    ),
  )
