// `npm run fuzz -- [--cases N] [--seed S] [--case K] [--json] [--only checkpoints|readers]`: hostile checkpoints, each gone on
// from, in processes that are ended at 2 s and 500 MB; then hostile files for every reader, by the fuzz tests. A case is a
// function of seed and number: --case K replays one, and says what became of it.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '300000' },
    seed: { type: 'string', default: '20200417' },
    case: { type: 'string' },
    first: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  console.log(`Hostile checkpoints, each gone on from, then hostile files for every reader; exit 1 where anything is wrong.

  npm run fuzz                          300,000 checkpoints
  npm run fuzz -- --cases 5000 --only checkpoints
  npm run fuzz -- --case 40664          one again, and what became of it
  also --seed S, --first N, --json`)
  process.exit()
}
const [seed, cases, first] = [values.seed, values.cases, values.first].map(Number)
const checkpoints = new URL('../test/fuzz/checkpoints/', import.meta.url)

async function replay(number) {
  const { caseOf, tryCase } = await import(new URL('trial.mjs', checkpoints))
  const one = caseOf(seed, number)
  const file = `build/fuzz-${seed}-${number}.safetensors`
  mkdirSync('build', { recursive: true })
  writeFileSync(file, one.bytes)
  console.log(`${one.combination.name}; the file is ${file}`)
  console.log(tryCase(one))
}

async function tryCheckpoints() {
  const { supervise } = await import(new URL('supervise.mjs', checkpoints))
  const began = performance.now()
  const progress = (done, broken) => process.stderr.isTTY && process.stderr.write(`\r${done} of ${cases} checkpoints, ${broken} broken `)
  const { outcomes, findings } = await supervise({ seed, first, cases, workers: 2, progress })
  const kinds = new Map()
  for (const finding of findings) {
    const key = `${finding.kind}: ${finding.what.replaceAll(/-?\d+(\.\d+)?(e[+-]?\d+)?/g, 'N')}`
    const kind = kinds.get(key) ?? { what: key, count: 0, first: finding }
    kind.count++
    if (finding.number < kind.first.number) kind.first = finding
    kinds.set(key, kind)
  }
  const seconds = (performance.now() - began) / 1000
  return {
    seed,
    first,
    cases,
    seconds,
    casesPerSecond: cases / seconds,
    outcomes,
    findings: findings.length,
    kinds: [...kinds.values()].sort((a, b) => b.count - a.count),
  }
}

if (values.case !== undefined) await replay(Number(values.case))
else {
  let failed = false
  if (values.only !== 'readers') {
    const result = await tryCheckpoints()
    failed = result.findings > 0
    if (values.json) console.log(JSON.stringify(result, null, 2))
    else {
      console.log(`\n${cases} hostile checkpoints, seed ${seed}, ${result.seconds.toFixed(0)} s:`, result.outcomes)
      for (const { what, count, first } of result.kinds)
        console.log(
          `${count} x ${what.slice(0, 200)}\n    first --case ${first.number}${first.combination ? `: ${first.combination}` : ''}`,
        )
    }
  }
  if (values.only !== 'checkpoints') {
    const { status } = spawnSync('npx', ['vitest', 'run', 'test/fuzz/fuzz.test.ts'], {
      stdio: values.json ? ['ignore', 'ignore', 'inherit'] : 'inherit',
      env: { ...process.env, FUZZ_CASES: values.cases, FC_SEED: values.seed },
    })
    failed ||= status !== 0
  }
  process.exitCode = failed ? 1 : 0
}
