// Options as data: of what kind each is, in which range, what it is when left out, and when it applies. One table gives a function its
// checks, the command line its flags, and documents, grids and sliders what they need to know.
import { describe, interval, type Known, NgradError, requireArray, requireOneOf, requireOptions } from './errors.js'

/** The values of other options under which something is so. */
export type When = Readonly<Record<string, readonly (string | number | boolean)[]>>

interface Bounds {
  readonly min?: number
  readonly max?: number
  /** It must be larger, or smaller, than that. */
  readonly above?: number
  readonly below?: number
}

/** A number; or one of some words. */
export interface NumberOption extends Bounds {
  readonly kind: 'number' | 'integer'
  readonly or?: readonly string[]
}

/** One of some words. */
export interface ChoiceOption {
  readonly kind: 'choice'
  readonly choices: readonly string[]
}

/** true or false. */
export interface FlagOption {
  readonly kind: 'flag'
}

/** A list of numbers, each within the bounds, from `least` to `most` of them; or, with `orOne`, a number. */
export interface NumbersOption extends Bounds {
  readonly kind: 'numbers'
  /** Whether they are integers. */
  readonly whole?: true
  readonly least?: number
  readonly most?: number
  readonly orOne?: true
}

/** A function: what cannot be said as data. */
export interface FunctionOption {
  readonly kind: 'function'
}

/** One option of a function, as data. */
export type Option = (NumberOption | ChoiceOption | FlagOption | NumbersOption | FunctionOption) & {
  /** What it is when left out; nothing where that depends on what the rule is attached to. */
  readonly default?: unknown
  /** What it is instead when others are so. */
  readonly defaults?: readonly { readonly when: When; readonly default: unknown }[]
  /** When it applies at all; else it is refused. */
  readonly when?: When
  /** Whether it must be given. */
  readonly required?: true
  /** Of measurements: in no document. */
  readonly internal?: true
}

/** Every option of `O`. */
export type OptionTable<O> = {
  readonly [Name in keyof O]-?: Option & { readonly default?: NonNullable<O[Name]> }
}

/** Options with nothing left out, but those of `U`, which have no default. What does not apply is at its own. */
export type Resolved<O, U extends keyof O = never> = { readonly [Name in keyof Omit<O, U>]-?: O[Name] } & Pick<O, U>

/** For functions that take no options. */
export type NoOptions = Readonly<Record<never, never>>

/**
 * Options read once, checked, and completed.
 *
 * @throws NgradError `TYPE`, `NOT_FINITE` or `RANGE` for a value; `RANGE` for a name that there is not; `UNSUPPORTED` for an option
 *   that does not apply
 */
export function resolveOptions<O extends object>(where: string, table: OptionTable<O>, options: O): Resolved<O> {
  return readOptions<O>(where, table, options).resolved
}

/** The same, and those that were given. @internal */
export function readOptions<O extends object, U extends keyof O = never>(
  where: string,
  table: OptionTable<O>,
  options: O,
): { readonly resolved: Resolved<O, U>; readonly given: Readonly<Record<string, unknown>> } {
  const given = requireOptions(where, options, table as Known<O>) as Record<string, unknown>
  const all = Object.entries<Option>(table)
  const resolved: Record<string, unknown> = {}
  for (const [name, option] of all)
    resolved[name] =
      given[name] === undefined && !option.required ? option.default : requireOption(`${where}: ${name}`, option, given[name])
  for (const [name, { defaults = [] }] of all)
    for (const { when, default: otherwise } of defaults) if (given[name] === undefined && !unmet(when, resolved)) resolved[name] = otherwise
  for (const [name, { when = {} }] of all) {
    const other = unmet(when, resolved)
    if (other !== undefined && given[name] !== undefined) {
      const needed = when[other].map(describe).join(' or ')
      throw new NgradError('UNSUPPORTED', `${where}: ${name}`, `${other} ${needed} beside it`, describe(resolved[other]))
    }
  }
  const names = Object.keys(table).filter((name) => given[name] !== undefined)
  return { resolved: resolved as Resolved<O, U>, given: Object.fromEntries(names.map((name) => [name, resolved[name]])) }
}

/** Those of some options that apply where others are changed. */
export function applicable(table: Readonly<Record<string, Option>>, options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const resolved: Record<string, unknown> = {}
  for (const [name, option] of Object.entries(table)) resolved[name] = options[name] ?? option.default
  const applies = ([name]: readonly [string, unknown]): boolean => unmet(table[name]?.when ?? {}, resolved) === undefined
  return Object.fromEntries(Object.entries(options).filter(applies))
}

/** The first of the options that is not as it must be. */
function unmet(when: When, options: Readonly<Record<string, unknown>>): string | undefined {
  return Object.keys(when).find((name) => !when[name].includes(options[name] as string))
}

/** `value`, when it is one of the option: a copy of a list. Throws `TYPE`, `NOT_FINITE` or `RANGE`. @internal */
export function requireOption(where: string, option: Option, value: unknown): unknown {
  switch (option.kind) {
    case 'choice':
      return requireOneOf(where, value, option.choices)
    case 'flag':
      if (typeof value !== 'boolean') throw new NgradError('TYPE', where, 'true or false', describe(value))
      return value
    case 'numbers': {
      if (option.orOne && typeof value === 'number') return requireBounded(where, option, value)
      const numbers = requireArray(where, value as number[], (number, i) => requireBounded(`${where}[${i}]`, option, number))
      const { least = 0, most = Infinity } = option
      if (numbers.length < least || numbers.length > most)
        throw new NgradError('RANGE', `${where}: their number`, `an integer in [${least}, ${most}]`, numbers.length)
      return numbers
    }
    case 'function':
      if (typeof value !== 'function') throw new NgradError('TYPE', where, 'a function', describe(value))
      return value
    case 'number':
    case 'integer':
      return option.or?.includes(value as string) ? value : requireBounded(where, option, value)
  }
}

function requireBounded(where: string, option: NumberOption | NumbersOption, value: unknown): number {
  const { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity } = option
  const expected = expectedOf(option)
  if (typeof value !== 'number') throw new NgradError('TYPE', where, expected, describe(value))
  if (!Number.isFinite(value)) throw new NgradError('NOT_FINITE', where, expected, value)
  if (value < min || value > max || value <= above || value >= below || (isWhole(option) && !Number.isSafeInteger(value)))
    throw new NgradError('RANGE', where, expected, value)
  return value
}

const isWhole = (option: NumberOption | NumbersOption): boolean =>
  option.kind === 'numbers' ? option.whole === true : option.kind === 'integer'

/** What a number of the option is, in words: `a number in (0, 1]`. @internal */
export function expectedOf(option: NumberOption | NumbersOption): string {
  const { min = -Infinity, max = Infinity, above, below } = option
  const kind = isWhole(option) ? 'an integer' : 'a number'
  return kind + interval(above ?? min, below ?? max, above !== undefined, below !== undefined)
}
