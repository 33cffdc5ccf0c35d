// The claims of the stochastic models (T7, T8, T9 of the spec), on models of random seeds.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { modelClaims, verifyModels } from '../../src/verify/verify-models.js'
import { Draws } from '../../src/verify/random-setting.js'

describe.each(modelClaims.map((claim) => [claim.rule, claim.claim, claim] as const))('%s', (_rule, _claim, { claim, measure, holds }) => {
  it(`is ${claim}`, () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (seed) => holds(measure(new Draws(seed)))),
      { numRuns: 15 },
    )
  })
})

it('are listed with their measurements', () => {
  const rows = [...verifyModels({ cases: 1, seed: 3 })]
  expect(rows).toHaveLength(modelClaims.length)
  for (const row of rows) expect(row).toMatchObject({ passed: true, cases: 1, failedSeeds: [] })
})
