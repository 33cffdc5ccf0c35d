#!/usr/bin/env node
// The command: sweep run FILE, sweep status FILE, sweep table FILE.
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { loadData } from './data.js'
import { digestOf, keyOf } from './job.js'
import { runAll } from './pool.js'
import { Contradiction, Store } from './store.js'
import { plan, readSweep, UsageError } from './sweep-file.js'
import { meanErrorOf, tableOf } from './table.js'

const help = `sweep COMMAND FILE [options]

  run     trains what the store has no result of; a stop loses at most seconds, and run again it goes on
  status  how much is done
  table   mean errors with their 95 % intervals, over the seeds

Options:
  --store FOLDER  where results are kept (sweep-store beside FILE)
  --jobs N        trainings at a time (${availableParallelism()})
  --every S       seconds between two checkpoints of a training (3)
  --shard I/N     of the jobs the I-th of N parts, from 1: for arrays of jobs on a cluster that share the store
  --json, --csv, --markdown   the table in that form
  --help          this text

Examples:
  sweep run sweeps/files/digits.json
  sweep table sweeps/files/digits.json --markdown
  sweep run big.json --store /shared/store --shard \${SLURM_ARRAY_TASK_ID}/100

Exit codes: 0 done, a training that diverged among it, which is a result; 1 some failed otherwise, or two runs of one job differ;
2 not understood; 130 and 143 interrupted.`

/** The library's version, which is part of every job. */
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.resolve('ngrad')), 'utf8'))

async function main() {
  const { values, positionals } = parse()
  if (values.help) return say(help)
  const [command, file, ...more] = positionals
  if (!['run', 'status', 'table'].includes(command) || file === undefined || more.length > 0)
    throw new UsageError('expected run, status or table, and a FILE; see sweep --help')
  const sweep = readSweep(file)
  const store = new Store(values.store ?? new URL('sweep-store', new URL(file, `file://${process.cwd()}/`)).pathname)
  const { first, chosen } = plan(sweep, digestOf(loadData(sweep.data)), version)
  const second = () => chosen((jobs) => meanErrorOf(jobs, store))
  const all = () => [...first, ...second().flatMap(({ jobs }) => jobs)]
  const known = (jobs) => jobs.filter((job) => store.get(keyOf(job)) !== undefined).length

  if (command === 'status') {
    const jobs = all()
    const open = second().filter(({ best }) => best === undefined).length
    say(`${known(jobs)} of ${jobs.length} trainings done${open > 0 ? `; ${open} rules have options still to be chosen` : ''}`)
  } else if (command === 'table') say(tableOf(all(), second(), store, values))
  else return run(values, store, first, second)
  return 0
}

async function run(values, store, first, second) {
  const [part, parts] = shardOf(values.shard)
  const mine = (jobs) => jobs.filter((job) => Number.parseInt(keyOf(job).slice(0, 8), 16) % parts === part - 1)
  const stop = new AbortController()
  let code = 0
  for (const [signal, exit] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])
    process.once(signal, () => {
      code = exit
      stop.abort()
    })
  const options = {
    jobs: values.jobs === undefined ? availableParallelism() : countOf('--jobs', values.jobs),
    every: secondsOf(values.every),
    signal: stop.signal,
    note: (done, all, { rule, seed }, outcome) => progress(`${done} of ${all}  ${rule}, seed ${seed}: ${outcome}`),
  }
  const failed = []
  for (const round of [() => first, () => second().flatMap(({ jobs }) => jobs)]) {
    if (code === 0) failed.push(...(await runAll(mine(round()), store, options)).failed)
  }
  progress('')
  for (const key of store.corrupt) console.error(`sweep: ${store.path(key)} was not what its name says; it was put aside, and run again`)
  for (const { job, reason } of failed) console.error(`sweep: ${job.rule}, seed ${job.seed}: ${reason}`)
  return code || (failed.length > 0 ? 1 : 0)
}

/** Progress, on a terminal alone. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}

function say(text) {
  process.stdout.write(`${text}\n`)
  return 0
}

function countOf(option, text) {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1 || value > 1024) throw new UsageError(`${option}: expected an integer from 1 to 1024`)
  return value
}

function secondsOf(text = '3') {
  if (!(Number(text) >= 0)) throw new UsageError(`--every: expected seconds, got ${JSON.stringify(text)}`)
  return Number(text)
}

function shardOf(text = '1/1') {
  const [, part, parts] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? []
  if (!(part >= 1 && part <= parts)) throw new UsageError(`--shard: expected I/N with I from 1 to N, got ${JSON.stringify(text)}`)
  return [part, parts]
}

function parse() {
  const text = { type: 'string' }
  const flag = { type: 'boolean' }
  try {
    return parseArgs({
      allowPositionals: true,
      options: { store: text, jobs: text, shard: text, every: text, json: flag, csv: flag, markdown: flag, help: { ...flag, short: 'h' } },
    })
  } catch (error) {
    throw new UsageError(error.message.split('\n')[0])
  }
}

process.exitCode = await main().catch((error) => {
  if (!(error instanceof UsageError || error instanceof Contradiction)) throw error
  console.error(`sweep: ${error.message}`)
  return error instanceof UsageError ? 2 : 1
})
