// `ngrad verify`: measures what every rule claims.
import { type VerifiedClaim, verifyRules } from '../verify/verify-rules.js'
import { command } from './command.js'
import { integer, json, rules, seed } from './options.js'
import { type Column, textTable } from './table.js'
import { breathe, endProgress, paint, print, printJson, showProgress } from './terminal.js'

const columns: readonly Column<VerifiedClaim>[] = [
  { title: 'rule', text: ({ variant }) => variant },
  { title: 'claim', text: ({ kind, claim }) => (kind === 'none' ? kind : claim) },
  { title: 'expected', text: ({ expected }) => expected },
  { title: 'measured, worst case', text: ({ measured }) => measured },
  { title: 'cases', align: 'right', text: ({ cases }) => String(cases) },
  {
    title: 'verdict',
    text: ({ passed }) => (passed ? 'holds' : 'FAILS'),
    paint: ({ passed }, cell) => paint(passed ? 'green' : 'red', cell),
  },
]

export const verify = command({
  name: 'verify',
  summary: 'Measures every claim, and says whether it holds.',
  details:
    'Claims are measured on random small networks in double precision, alignment on the digits; among them are the\n' +
    'limits that are often believed in and do not exist. Exit code 1 where a claim fails.',
  options: {
    rules,
    cases: integer('random networks for each claim; a fifth for unbiased ones (20)', 1, 20),
    seed: seed('seed of the first network; the others follow'),
    json,
  },
  examples: [
    ['verify', 'every claim'],
    ['verify --rules equilibriumPropagation --cases 200', 'one rule, thoroughly'],
    ['verify --json', 'for another program'],
  ],
  run: async ({ rules, cases, seed, json }) => {
    const claims: VerifiedClaim[] = []
    showProgress('measuring ...')
    for (const claim of verifyRules({ rules, cases, seed })) {
      claims.push(claim)
      showProgress(`${claims.length} claims measured, last ${claim.variant}`)
      await breathe()
    }
    endProgress()
    const failed = claims.filter(({ passed }) => !passed)
    if (json) printJson({ seed, passed: failed.length === 0, claims })
    else report(claims, failed, seed)
    return failed.length === 0 ? 0 : 1
  },
})

function report(claims: readonly VerifiedClaim[], failed: readonly VerifiedClaim[], seed: number): void {
  print(textTable(columns, claims))
  print('')
  for (const { variant, claim, conditions, failedSeeds } of failed)
    print(paint('red', `${variant}: ${claim} fails for seed ${failedSeeds.join(', ')} (${conditions})`))
  print(`${claims.length - failed.length} of ${claims.length} claims hold, on networks of seed ${seed} and after.`)
}
