// The elementary functions are judged by scripts/ulp.mjs, which also runs over all 2^32 floats when it is asked to.
import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { canRelax } from '../support/relaxed.js'

function judge(...options: string[]): void {
  const report = execFileSync(process.execPath, ['scripts/ulp.mjs', '--quick', ...options], { encoding: 'utf8' }) // throws when one fails
  for (const name of ['exp', 'expm1', 'log', 'log1p', 'tanh', 'sigmoid', 'softplus']) expect(report).toContain(name)
}

it('every elementary function keeps its bound in ulp, at sampled, special and subnormal arguments', () => judge(), 120_000)

it.runIf(canRelax)('and does so with fused multiply-adds', () => judge('--relaxed'), 120_000)
