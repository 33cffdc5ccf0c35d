// The claims of the stochastic models (T7, T8, T9 of the spec), on models of random seeds.
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { machineClaims } from '../../src/verify/claims/machines.js'
import { memoryClaims } from '../../src/verify/claims/memories.js'
import { modelClaims } from '../../src/verify/claims/models.js'
import { Draws } from '../../src/verify/random-setting.js'

describe.each([...modelClaims, ...machineClaims, ...memoryClaims].map((claim) => [claim.rule, claim.claim, claim] as const))(
  '%s',
  (_rule, _claim, { claim, measure, holds }) => {
    it(`is ${claim}`, () => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 0xffffffff }), (seed) => holds(measure(new Draws(seed)))),
        { numRuns: 15 },
      )
    })
  },
)
