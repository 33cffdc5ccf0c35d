// Same seed, same bits: what each rule makes of a fixed task has one digest in each precision, on every runtime
// (`npm run test:runtimes` compares them with this file, too).
// After a change that is meant to move them: UPDATE_DIGESTS=1 npx vitest run test/digests.test.ts, and say why.
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { digests } from '../src/verify/digests.js'

const file = new URL('digests.json', import.meta.url)

const found = digests()

it('every rule and model gives the committed bits after 200 steps', () => {
  if (process.env.UPDATE_DIGESTS) writeFileSync(file, `${JSON.stringify(found, null, 2)}\n`)
  expect(found).toEqual(JSON.parse(readFileSync(file, 'utf8')))
})

it('no two rules have the same, but those that are backprop in other words', () => {
  const all = Object.entries(found)
  const twins = all.filter(([, digest]) => all.filter(([, other]) => other === digest).length > 1).map(([name]) => name)
  expect(twins).toEqual([
    'predictiveCoding (fixedPrediction)/f32',
    'predictiveCoding (fixedPrediction)/f64',
    'backprop/f32',
    'backprop/f64',
  ])
})
