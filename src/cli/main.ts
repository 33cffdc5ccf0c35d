#!/usr/bin/env node
// The command line. Exit codes: 0 done, 1 it failed or a claim does, 2 not understood, 130 or 143 interrupted.
import { NgradError } from '../errors.js'
import { bench } from './bench.js'
import { type Command, runCommand, twoColumns, UsageError } from './command.js'
import { version } from './host.js'
import { listen } from './interrupt.js'
import { rules } from './rules.js'
import { spectrum } from './spectrum.js'
import { endProgress, paint, print } from './terminal.js'
import { train } from './train.js'
import { verify } from './verify.js'

const commands: readonly Command[] = [spectrum, verify, train, rules, bench]

const help = (): string =>
  [
    'ngrad: the ways a network can learn, from Hebb to backprop, each with a measured claim',
    '',
    'Usage: ngrad COMMAND [options]',
    '',
    twoColumns(commands.map(({ name, summary }) => [name, summary])),
    '',
    '  ngrad COMMAND --help says more; ngrad --version',
  ].join('\n')

async function main([name, ...words]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    print(help())
    return name === undefined ? 2 : 0
  }
  if (name === '--version') {
    print(version)
    return 0
  }
  const found = commands.find((command) => command.name === name)
  if (found === undefined) throw new UsageError(`no command ${JSON.stringify(name)}; see ngrad --help`)
  return runCommand(found, words)
}

/** Says what went wrong in a line; what is not the user's to mend keeps its stack. */
function exitCodeOf(error: unknown): number {
  endProgress()
  if (!(error instanceof UsageError || error instanceof NgradError)) throw error
  process.stderr.write(`${paint('red', 'ngrad:', process.stderr)} ${error.message}\n`)
  return error instanceof UsageError ? 2 : 1
}

listen()
// A reader that has had enough, as in `ngrad rules | head -3`, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

process.exitCode = await main(process.argv.slice(2)).catch(exitCodeOf)
