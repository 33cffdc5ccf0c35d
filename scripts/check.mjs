// Everything that `npm test` leaves out, one part after the other: hours of runtimes, mutants and claims that a change may break.
//   npm run check [-- --only mutants,verify]        exit 1 where a part fails, 2 for one that there is not
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

/** Each part is a command of its own, with its own exit code. */
const parts = {
  'lint:package': ['npm', 'run', 'lint:package'],
  docs: ['npm', 'run', 'docs'],
  verify: ['node', 'dist/cli/main.js', 'verify'],
  runtimes: ['npm', 'run', 'test:runtimes'],
  fuzz: ['npm', 'run', 'fuzz'],
  guard: ['npm', 'run', 'guard'],
  mutants: ['npm', 'run', 'mutants'],
}

const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } } })
if (values.help) {
  console.log(`npm run check [-- --only ${Object.keys(parts).join(',')}]`)
  process.exit(0)
}
const names = values.only?.split(',') ?? Object.keys(parts)
const unknown = names.filter((name) => !(name in parts))
if (unknown.length > 0) {
  console.error(`no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}

const verdicts = names.map((name) => {
  const [command, ...words] = parts[name]
  const began = performance.now()
  const passed = spawnSync(command, words, { stdio: 'inherit' }).status === 0
  const verdict = `${name.padEnd(14)} ${passed ? 'passed' : 'FAILED'}  ${((performance.now() - began) / 1000).toFixed(0)} s`
  console.log(`\n${verdict}\n`)
  return { passed, verdict }
})
for (const { verdict } of verdicts) console.log(verdict)
const failed = verdicts.filter(({ passed }) => !passed).length
console.log(`${verdicts.length - failed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
