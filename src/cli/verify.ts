// `ngrad verify`: measures what every rule claims.
import { registry, type Row } from '../learners/registry.js'
import { mostCases } from '../verify/claims/property.js'
import type { VerifiedClaim } from '../verify/verified-claim.js'
import { verifyRules } from '../verify/verify-rules.js'
import { command, type Option, UsageError } from './command.js'
import { integer, json, seed } from './options.js'
import { type Column, textTable } from './table.js'
import { endProgress, paint, print, printJson, showProgress } from './terminal.js'

/** 120 characters in all. */
const columns: readonly Column<VerifiedClaim>[] = [
  { title: 'rule', width: 28, text: ({ variant }) => variant },
  { title: 'claim', width: 30, text: ({ kind, claim }) => (kind === 'none' ? kind : claim) },
  { title: 'expected', width: 22, text: ({ expected }) => expected },
  { title: 'measured, worst', width: 18, text: ({ measured }) => measured },
  { title: 'cases', align: 'right', text: ({ cases }) => String(cases) },
  {
    title: 'verdict',
    text: ({ passed }) => (passed ? 'holds' : 'FAILS'),
    paint: ({ passed }, cell) => paint(passed ? 'green' : 'red', cell),
  },
]

const rules: Option<readonly Row[]> = {
  placeholder: 'A,B...',
  help: 'only these rules, as `ngrad rules` names them',
  otherwise: registry,
  read: (text) => {
    const names = text.split(',')
    const known = registry.map(({ name }) => name)
    for (const name of names)
      if (!known.includes(name)) throw new UsageError(`no rule ${JSON.stringify(name)}; there are ${known.join(', ')}`)
    return registry.filter(({ name }) => names.includes(name))
  },
}

export const verify = command({
  name: 'verify',
  summary: 'Measures every claim, and says whether it holds.',
  details:
    'Claims are measured on random small networks and models in double precision, alignment on the digits; among\n'
    + 'them are the limits that are often believed in and do not exist. Exit code 1 where a claim fails.',
  options: {
    rules,
    cases: integer('random networks for each claim (100)', [1, mostCases], 100),
    seed: seed('seed of the first network; the others follow'),
    json,
  },
  examples: [
    ['verify', 'every claim'],
    ['verify --rules equilibriumPropagation --cases 1000', 'one rule, thoroughly'],
    ['verify --json', 'for another program'],
  ],
  run: ({ rules, cases, seed, json }) => {
    const claims: VerifiedClaim[] = []
    showProgress('measuring ...')
    for (const claim of verifyRules({ rules, cases, seed })) {
      claims.push(claim)
      showProgress(`${claims.length} claims measured, last ${claim.variant}`)
    }
    endProgress()
    const failed = claims.filter(({ passed }) => !passed)
    if (json) printJson({ seed, passed: failed.length === 0, claims })
    else report(claims, failed, seed, cases)
    return failed.length === 0 ? 0 : 1
  },
})

function report(claims: readonly VerifiedClaim[], failed: readonly VerifiedClaim[], seed: number, cases: number): void {
  print(textTable(columns, claims))
  print('')
  for (const { variant, claim, conditions, failedSeeds } of failed)
    print(paint('red', `${variant}: ${claim} fails for seed ${failedSeeds.join(', ')} (${conditions})`))
  print(`${claims.length - failed.length} of ${claims.length} claims hold, on the networks of seeds ${seed} to ${seed + cases - 1}.`)
}
