// What a command is: a name, options that read themselves, examples, and what it does. The help is made from these.
import { parseArgs } from 'node:util'
import { nearestOf } from '../errors.js'
import { lineWidth, print } from './terminal.js'

/** What the user typed cannot be understood: one line, and exit code 2. */
export class UsageError extends Error {}

/** An option, and how to read it. */
export interface Option<T> {
  /** What stands for its value in the help; none for a flag. */
  readonly placeholder?: string
  readonly help: string
  readonly otherwise: T
  /** The value from what was typed; throws UsageError. */
  readonly read: (text: string) => T
}

export type Options = Readonly<Record<string, Option<unknown>>>

/** Options with a title. */
export interface More {
  readonly title: string
  readonly options: Options
}

export type Values<O extends Options> = { readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never }

export interface Command<O extends Options = Options> {
  readonly name: string
  /** A line for the list of commands. */
  readonly summary: string
  /** What more there is to say, in the command's own help. */
  readonly details?: string
  /** Each a command line without `ngrad`, and what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[]
  /** The name of the one argument it takes, where it takes one. */
  readonly argument?: string
  /** Whether it can do without. */
  readonly optional?: true
  readonly options: O
  /** Options that depend on the argument, from the words that may be it; with a title for the help. */
  readonly more?: (words: readonly string[]) => Promise<More | undefined> | More | undefined
  /** Does it; the exit code. */
  run(values: Values<O> & Readonly<Record<string, unknown>>, argument: string): number | Promise<number>
}

/** A command, with the types of its options inferred for `run` and forgotten for the list of commands. */
export const command = <O extends Options>(definition: Command<O>): Command => definition

/** Reads the words after the command's name and runs it, or prints its help. */
export async function runCommand(command: Command, words: readonly string[]): Promise<number> {
  const more = await command.more?.(words.filter((word) => !word.startsWith('-')))
  const options = { ...command.options, ...more?.options }
  const { values: typed, positionals } = parse(command.name, options, words)
  if (typed['help'] === true) {
    print(commandHelp(command, more).trimEnd())
    return 0
  }
  const expected = command.argument === undefined ? 0 : 1
  if (positionals.length > expected) throw new UsageError(`unexpected argument ${JSON.stringify(positionals[expected])}`)
  if (positionals.length < expected && !command.optional) throw new UsageError(`ngrad ${command.name} needs ${command.argument}`)
  const values: Record<string, unknown> = {}
  for (const [name, { read, otherwise }] of Object.entries(options)) {
    const text = typed[name]
    values[name] = text === undefined ? otherwise : named(name, () => read(String(text)))
  }
  if (values['json'] && values['csv']) throw new UsageError('either --json or --csv')
  return command.run(values, positionals[0] ?? '')
}

/** What `read` gives; its UsageError says which option it was about. */
function named<T>(option: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`--${option}: ${error.message}`) : error
  }
}

function parse(name: string, options: Options, words: readonly string[]) {
  const flags = Object.entries(options).map(([name, { placeholder }]) => [name, { type: placeholder === undefined ? 'boolean' : 'string' }])
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { ...Object.fromEntries(flags), help: { type: 'boolean', short: 'h' } } as Record<string, { type: 'boolean' | 'string' }>,
    })
  } catch (error) {
    // The first sentence says what is wrong; the others are advice about a use of `--` that nobody needs here.
    const [wrong] = (error as Error).message.split(/\.\s|\n/)
    const [, unknown] = /^Unknown option '--(.+)'/.exec(wrong) ?? []
    const nearest = unknown && nearestOf(unknown, Object.keys(options))
    throw new UsageError(`${wrong}; ${nearest ? `did you mean --${nearest}? ` : ''}see ngrad ${name} --help`)
  }
}

function commandHelp({ name, summary, details, argument, optional, options, examples }: Command, more: More | undefined): string {
  const place = argument === undefined ? '' : optional ? ` [${argument}]` : ` ${argument}`
  return [
    `ngrad ${name}${place} [options]`,
    '',
    ...folded(summary, helpWidth),
    ...(details === undefined ? [] : folded(details.replaceAll('\n', ' '), helpWidth)),
    '',
    'Options:',
    twoColumns([...linesOf(options), ['--help', 'this text']]),
    '',
    ...(more && Object.keys(more.options).length > 0 ? [more.title, entries(linesOf(more.options)), ''] : []),
    'Examples:',
    twoColumns(examples.map(([line, does]) => [`ngrad ${line}`, does])),
    '',
  ].join('\n')
}

const linesOf = (options: Options): string[][] =>
  Object.entries(options).map(([option, { placeholder, help }]) => [
    `--${option}${placeholder === undefined ? '' : ` ${placeholder}`}`,
    help,
  ])

/** How long a line of help may be. */
const helpWidth = Math.min(lineWidth, 100)

/** Each on a line of its own, and what it means below. */
export const entries = (rows: readonly (readonly string[])[]): string =>
  rows.map(([title, text]) => [`  ${title}`, ...folded(text, helpWidth - 6).map((line) => `      ${line}`)].join('\n')).join('\n')

/** Text in lines of at most so many characters, broken between words. */
function folded(text: string, most: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Lines of two columns, indented; where the second is left little room, below the first. */
export function twoColumns(rows: readonly (readonly string[])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  if (width > helpWidth / 2) return entries(rows)
  return rows
    .flatMap(([left, right]) =>
      folded(right, helpWidth - width - 4).map((line, i) => `  ${(i === 0 ? left : '').padEnd(width)}  ${line}`.trimEnd()),
    )
    .join('\n')
}
