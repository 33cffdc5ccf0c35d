// The elementary functions are judged by scripts/ulp.mjs, which also runs over all 2^32 floats when it is asked to.
import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

it('every elementary function keeps its bound in ulp, at sampled, special and subnormal arguments', () => {
  const report = execFileSync(process.execPath, ['scripts/ulp.mjs', '--quick'], { encoding: 'utf8' }) // throws when one fails
  for (const name of ['exp', 'expm1', 'log', 'log1p', 'tanh', 'sigmoid', 'softplus']) expect(report).toContain(name)
}, 120_000)
