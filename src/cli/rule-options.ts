// The options of a rule as flags of the command line, from its table; what they mean is what its file says, as the build wrote it down.
import { readFileSync } from 'node:fs'
import { NgradError } from '../errors.js'
import { expectedOf, type Option as RuleOption, requireOption } from '../options.js'
import { type Option, type Options, UsageError } from './command.js'

/** What the file of a rule says: scripts/rule-documents.mjs. */
export interface RuleDocument {
  readonly file: string
  readonly about: string
  readonly head: string
  readonly options: Readonly<Record<string, string>>
}

let documents: Readonly<Record<string, RuleDocument>> | undefined

/** What the file of a rule of the library says; nothing of one from outside. */
export function documentOf(rule: string): RuleDocument | undefined {
  documents ??= JSON.parse(readFileSync(new URL('./rule-documents.json', import.meta.url), 'utf8')) as typeof documents
  return documents?.[rule]
}

interface Maker {
  readonly rule?: string
  readonly model?: string
  readonly options: Readonly<Record<string, RuleOption>>
}

/** `freeSweeps` as a flag: `free-sweeps`. */
export const flagOf = (option: string): string => option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

const shownOptions = ({ options }: Maker): [name: string, option: RuleOption][] =>
  Object.entries(options).filter(([, { internal }]) => !internal)

/** The flags of a rule; each is undefined where it was left out. */
export const ruleFlags = (maker: Maker): Options =>
  Object.fromEntries(
    shownOptions(maker).map(([name, option]): [string, Option<unknown>] => [
      flagOf(name),
      { placeholder: placeholderOf(option), help: helpOf(maker, name), otherwise: undefined, read: (text) => readOption(option, text) },
    ]),
  )

/** Those that were given, by the names that the rule knows them by. */
export const givenOptions = (maker: Maker, values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(shownOptions(maker).flatMap(([name]) => (values[flagOf(name)] === undefined ? [] : [[name, values[flagOf(name)]]])))

/** A line for each option: its flag, and what it means. */
export const optionLines = (maker: Maker): [flag: string, help: string][] =>
  shownOptions(maker).map(([name, option]) => [`--${flagOf(name)} ${placeholderOf(option)}`, helpOf(maker, name)])

function placeholderOf(option: RuleOption): string {
  if (option.kind === 'choice') return option.choices.join('|')
  if (option.kind === 'flag') return 'true|false'
  if (option.kind === 'function') return 'FUNCTION'
  if (option.kind === 'numbers') return 'X,X...'
  return [option.kind === 'integer' ? 'N' : 'X', ...(option.or ?? [])].join('|')
}

/** What it means, when it applies, and what it takes and is otherwise where the meaning does not say so. */
function helpOf(maker: Maker, name: string): string {
  const option = maker.options[name]
  const meaning = documentOf(maker.rule ?? maker.model ?? '')?.options[name] ?? rangeOf(option)
  const conditions = Object.entries(option.when ?? {}).map(([other, values]) => `--${flagOf(other)} ${values.join('|')}`)
  return conditions.length === 0 || /\bOnly\b/.test(meaning) ? meaning : `${meaning} Only with ${conditions.join(' and ')}.`
}

function rangeOf(option: RuleOption): string {
  const range = option.kind === 'choice' || option.kind === 'flag' || option.kind === 'function' ? '' : expectedOf(option)
  return option.default === undefined ? range : `${range}${range && '; '}default ${JSON.stringify(option.default)}`
}

/** The value that was typed. Throws UsageError for one that is none of the option's. */
function readOption(option: RuleOption, text: string): unknown {
  try {
    return requireOption('', option, parse(option, text))
  } catch (error) {
    if (!(error instanceof NgradError)) throw error
    throw new UsageError(`expected ${error.expected}, got ${JSON.stringify(text)}`)
  }
}

function parse(option: RuleOption, text: string): unknown {
  if (option.kind === 'choice' || option.kind === 'function') return text
  if (option.kind === 'flag') return text === 'true' ? true : text === 'false' ? false : text
  if (option.kind === 'numbers') return option.orOne && !text.includes(',') ? numberOf(text) : text.split(',').map(numberOf)
  return option.or?.includes(text) ? text : numberOf(text)
}

/** The number that is written there; else the text, which is none. */
const numberOf = (text: string): unknown => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text)
