import fc from 'fast-check'
import { afterEach } from 'vitest'

// The same cases in every run. When a property fails, fast-check prints the seed and the path to its counterexample;
// FC_SEED=... explores others.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20_200_417) })

if (process.env.NGRAD_CORE === 'guarded') {
  const { asked } = await import('./core-guarded.js')
  const { requireGuards } = await import('./guards.js')
  afterEach(() => {
    if (asked()) requireGuards()
  })
}
