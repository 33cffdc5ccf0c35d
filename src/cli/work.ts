// The thread that works: reads the command line and runs the command. Exit codes: 0 done, 1 it failed or a claim does,
// 2 not understood; 130 and 143, interrupted, are of main.ts.
import { nearestOf, NgradError } from '../errors.js'
import { bench } from './bench.js'
import { completionsOf } from './completions.js'
import { digest } from './digest.js'
import { type Command, runCommand, twoColumns, UsageError } from './command.js'
import { version } from './host.js'
import { rules } from './rules.js'
import { spectrum } from './spectrum.js'
import { complain, endProgress, print, ReaderGone } from './terminal.js'
import { train } from './train.js'
import { verify } from './verify.js'

const working: readonly Command[] = [spectrum, verify, train, rules, digest, bench]
const commands: readonly Command[] = [...working, completionsOf(working)]

const help = (): string =>
  [
    'ngrad: the ways a network can learn, from Hebb to backprop, each with a measured claim',
    '',
    'Usage: ngrad COMMAND [options]',
    '',
    twoColumns(commands.map(({ name, summary }) => [name, summary])),
    '',
    '  ngrad help COMMAND says more; ngrad --version',
  ].join('\n')

async function main([name, ...words]: readonly string[]): Promise<number> {
  if (name === 'help' && words.length > 0) return runCommand(commandNamed(words[0]), ['--help', ...words.slice(1)])
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    print(help())
    return name === undefined ? 2 : 0
  }
  if (name === '--version') {
    print(version)
    return 0
  }
  return runCommand(commandNamed(name), words)
}

function commandNamed(name: string): Command {
  const found = commands.find((command) => command.name === name)
  if (found !== undefined) return found
  const nearest = nearestOf(
    name,
    commands.map((command) => command.name),
  )
  throw new UsageError(`no command ${JSON.stringify(name)}; ${nearest === undefined ? 'see ngrad --help' : `did you mean ${nearest}?`}`)
}

/** Says what went wrong in a line; what is not the user's to mend keeps its stack. */
function exitCodeOf(error: unknown): number {
  endProgress()
  if (error instanceof ReaderGone) return 0
  if (!(error instanceof UsageError || error instanceof NgradError)) throw error
  complain(error.message)
  return error instanceof UsageError ? 2 : 1
}

process.exit(await main(process.argv.slice(2)).catch(exitCodeOf))
