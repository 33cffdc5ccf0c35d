// `ngrad verify`: measures what every rule claims.
import { type ModelRow, models, registry, type Row } from '../learners/registry.js'
import { mostCases } from '../verify/claims/property.js'
import type { VerifiedClaim } from '../verify/verified-claim.js'
import { claimsOf } from '../verify/verify-rules.js'
import { inParallel } from './parallel.js'
import type { Piece } from './verify/worker.js'
import { command, UsageError } from './command.js'
import { flagsOf, rowOrModelNamed, withOptions } from './named-rule.js'
import { integer, optional, seed, someOf, threads } from './options.js'
import { forms, isText, printResult } from './results.js'
import { givenOptions } from './rule-options.js'
import { type Column, growingTable } from './table.js'
import { endProgress, paint, print, showProgress } from './terminal.js'

/** 120 characters in all. */
const columns: readonly Column<VerifiedClaim>[] = [
  { title: 'rule', width: 28, firm: true, text: ({ variant }) => variant },
  { title: 'claim', width: 30, text: ({ claim }) => claim },
  { title: 'expected', width: 22, text: ({ expected }) => expected },
  { title: 'measured, worst', width: 18, text: ({ measured }) => measured },
  { title: 'cases', align: 'right', text: ({ cases }) => String(cases) },
  {
    title: 'verdict',
    text: ({ passed }) => (passed ? 'holds' : 'FAILS'),
    paint: ({ passed }, cell) => paint(passed ? 'green' : 'red', cell),
  },
]

const all: readonly (Row | ModelRow)[] = [...registry, ...models]

const rules = someOf(all, 'rules and models')

const worker = new URL('./verify/worker.js', import.meta.url)

export const verify = command({
  name: 'verify',
  summary: 'Measures every claim, and says whether it holds.',
  details:
    'RULE is one of the library, whose options are flags, or the path of a module that exports a rule of your own, which is also held\n'
    + 'to what every rule must do. Without it: all rules and models.\n'
    + 'Claims are measured on random small networks and models in double precision, alignment on the digits; among\n'
    + 'them are the limits that are often believed in and do not exist. Exit code 1 where a claim fails.',
  argument: 'RULE',
  optional: true,
  more: flagsOf,
  options: {
    rules: optional(rules),
    cases: integer('random networks for each claim (100)', [1, mostCases], 100),
    seed: seed('seed of the first network; the others follow'),
    threads,
    ...forms,
  },
  examples: [
    ['verify', 'every claim'],
    ['verify --rules equilibriumPropagation --cases 1000', 'one rule, thoroughly'],
    ['verify equilibriumPropagation --nudging positive', 'one form of it'],
    ['verify ./my-rule.js', 'a rule of your own'],
    ['verify --json', 'for another program'],
  ],
  run: async ({ rules, cases, seed, threads, json, csv, ...typed }, name) => {
    const text = isText({ json, csv })
    if (name !== '' && rules !== undefined) throw new UsageError('either RULE or --rules')
    const pieces: Piece[] = []
    const add = (rule: string, row: Row | ModelRow, options: Piece['options'] = {}): void =>
      claimsOf(row).forEach((_, claim) => pieces.push({ rule, options, claim, cases, seed }))
    if (name === '') for (const row of rules ?? all) add(row.name, row)
    else {
      const row = await rowOrModelNamed(name)
      const options = row.kind === 'model' ? {} : givenOptions(row.make, typed)
      add(name, withOptions(row, options), options)
    }
    const found: VerifiedClaim[] = []
    const table = growingTable(columns)
    if (text) print(table.titles)
    for await (const [number, claim] of inParallel<Piece, VerifiedClaim>(worker, pieces, threads)) {
      found[number] = claim
      endProgress()
      if (text) print(table.lines(claim))
      showProgress(`${Object.keys(found).length} of ${pieces.length} claims measured`)
    }
    endProgress()
    const failed = found.filter(({ passed }) => !passed)
    printResult(
      { json, csv },
      {
        document: { seed, passed: failed.length === 0, claims: found },
        rows: () => found.map((claim) => ({ ...claim })),
        text: () => summarize(found, failed, seed, cases),
      },
    )
    return failed.length === 0 ? 0 : 1
  },
})

function summarize(claims: readonly VerifiedClaim[], failed: readonly VerifiedClaim[], seed: number, cases: number): void {
  print('')
  for (const { variant, claim, conditions, failedSeeds } of failed)
    print(paint('red', `${variant}: ${claim} fails for seed ${failedSeeds.join(', ')} (${conditions})`))
  print(`${claims.length - failed.length} of ${claims.length} claims hold, on the networks of seeds ${seed} to ${seed + cases - 1}.`)
}
