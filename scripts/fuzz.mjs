// `npm run fuzz -- --cases N [--seed S]`: the fuzz tests with N cases, of a seed of their own unless one is given.
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { cases: { type: 'string', default: '1000000' }, seed: { type: 'string' } } })
const seed = values.seed ?? String(Date.now() % 2 ** 31)
console.log(`${values.cases} cases, seed ${seed}`)
const { status } = spawnSync('npx', ['vitest', 'run', 'test/fuzz'], {
  stdio: 'inherit', env: { ...process.env, FUZZ_CASES: values.cases, FC_SEED: seed },
})
process.exitCode = status ?? 1
