// What a command is: a name, options that read themselves, examples, and what it does. The help is made from these.
import { parseArgs } from 'node:util'
import { print } from './terminal.js'

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
  readonly options: O
  /** Does it; the exit code. */
  run(values: Values<O>, argument: string): number | Promise<number>
}

/** A command, with the types of its options inferred for `run` and forgotten for the list of commands. */
export const command = <O extends Options>(definition: Command<O>): Command => definition

/** Reads the words after the command's name and runs it, or prints its help. */
export async function runCommand(command: Command, words: readonly string[]): Promise<number> {
  const { values: typed, positionals } = parse(command, words)
  if (typed['help'] === true) {
    print(commandHelp(command).trimEnd())
    return 0
  }
  const expected = command.argument === undefined ? 0 : 1
  if (positionals.length > expected) throw new UsageError(`unexpected argument ${JSON.stringify(positionals[expected])}`)
  if (positionals.length < expected) throw new UsageError(`ngrad ${command.name} needs ${command.argument}`)
  const values: Record<string, unknown> = {}
  for (const [name, { read, otherwise }] of Object.entries(command.options)) {
    const text = typed[name]
    values[name] = text === undefined ? otherwise : named(name, () => read(String(text)))
  }
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

function parse({ name, options }: Command, words: readonly string[]) {
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
    throw new UsageError(`${wrong}; see ngrad ${name} --help`)
  }
}

function commandHelp({ name, summary, details, argument, options, examples }: Command): string {
  const rows = Object.entries(options).map(([option, { placeholder, help }]) => [
    `--${option}${placeholder === undefined ? '' : ` ${placeholder}`}`,
    help,
  ])
  const lines = examples.map(([line, does]) => [`ngrad ${line}`, does])
  return [
    `ngrad ${name}${argument === undefined ? '' : ` ${argument}`} [options]`,
    '',
    summary,
    ...(details === undefined ? [] : [details]),
    '',
    'Options:',
    twoColumns([...rows, ['--help', 'this text']]),
    '',
    'Examples:',
    twoColumns(lines),
    '',
  ].join('\n')
}

/** Lines of two columns, indented. */
export function twoColumns(rows: readonly (readonly string[])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}
