// Same seed, same bits: what each rule makes of a fixed task has one digest in each precision, on every runtime.
// After a change that is meant to move them: UPDATE_DIGESTS=1 npx vitest run test/digests.test.ts, and say why.
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ruleDigests } from '../src/verify/digests.js'

const file = new URL('digests.json', import.meta.url)

it('every rule gives the committed bits after 200 steps', () => {
  const digests = ruleDigests()
  if (process.env.UPDATE_DIGESTS) writeFileSync(file, `${JSON.stringify(digests, null, 2)}\n`)
  expect(digests).toEqual(JSON.parse(readFileSync(file, 'utf8')))
})

it('no two rules have the same, but those that are backprop in other words', () => {
  const digests = Object.entries(ruleDigests())
  const twins = digests.filter(([, digest]) => digests.filter(([, other]) => other === digest).length > 1).map(([name]) => name)
  expect(twins).toEqual(['predictiveCoding (fixedPrediction)/f32', 'predictiveCoding (fixedPrediction)/f64', 'backprop/f32', 'backprop/f64'])
})
