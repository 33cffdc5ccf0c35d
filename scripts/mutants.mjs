// Are the rules' tests worth their time? Applies one-line mutants (a sign, a transpose, a factor, a layer or a phase) to a
// scratch copy, one at a time, and runs the tests of the rule: a mutant that survives is a fault nobody would notice.
//   npm run mutants [rule ...]        exit 1 when one survives
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { mutants } from './mutants-list.mjs'

const root = new URL('..', import.meta.url).pathname
const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
const minutes = 3

const suites = readdirSync(`${root}test`, { recursive: true }).filter((file) => file.endsWith('.test.ts'))

/** What is run for a rule: its own suite, or the ones named, or else its claims in the conformance suite. */
function testsOf({ rule, suite = kebab(rule) }) {
  const own = [suite].flat().map((name) => suites.find((file) => `/${file}`.endsWith(`/${name}.test.ts`)))
  return own.every(Boolean) ? own.map((file) => `test/${file}`) : ['test/conformance.test.ts', '-t', `claim of '?${rule}`]
}

function scratchCopy(name) {
  const place = `${root}build/mutants-${process.pid}-${name}/`
  mkdirSync(place, { recursive: true })
  for (const entry of ['src', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts'])
    cpSync(root + entry, place + entry, { recursive: true })
  symlinkSync(`${root}node_modules`, `${place}node_modules`)
  return place
}

/** Whether the tests pass, and there are any; and what they said. */
const passes = (place, tests) =>
  new Promise((resolve) => {
    let said = ''
    const run = spawn('node', ['node_modules/vitest/vitest.mjs', 'run', '--bail', '1', ...tests], {
      cwd: place,
      timeout: minutes * 60_000,
      env: { ...process.env, NO_COLOR: '1' },
    })
    run.stdout.on('data', (data) => (said += data))
    run.stderr.on('data', (data) => (said += data))
    run.on('close', (code) => resolve({ passed: code === 0 && /Tests .*\d passed/.test(said), said }))
  })

async function caught(place, mutant) {
  const file = `${place}src/${mutant.file}`
  const original = readFileSync(file, 'utf8')
  const places = original.split(mutant.from).length - 1
  if (places !== 1) return `STALE (its line occurs ${places} times)`
  writeFileSync(
    file,
    original.replace(mutant.from, () => mutant.to),
  )
  try {
    return (await passes(place, testsOf(mutant))).passed ? 'SURVIVED' : 'caught'
  } finally {
    writeFileSync(file, original)
  }
}

const wanted = process.argv.slice(2)
const queue = mutants.filter(({ rule }) => wanted.length === 0 || wanted.includes(rule))
const verdicts = []

async function work(name) {
  const place = scratchCopy(name)
  try {
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
      const verdict = await caught(place, mutant)
      verdicts.push(verdict)
      console.log(`${mutant.rule.padEnd(28)} ${mutant.what.padEnd(48)} ${verdict}`)
    }
  } finally {
    rmSync(place, { recursive: true })
  }
}

// A mutant is only caught by tests that pass without it.
const place = scratchCopy('none')
try {
  for (const tests of new Set(queue.map((mutant) => testsOf(mutant).join('\n')))) {
    const { passed, said } = await passes(place, tests.split('\n'))
    if (!passed) throw new Error(`without any mutant: ${tests}\n${said}`)
  }
} finally {
  rmSync(place, { recursive: true })
}
await Promise.all(['a', 'b'].map(work))
const survivors = verdicts.filter((verdict) => verdict !== 'caught').length
console.log(`${verdicts.length} mutants, ${survivors} not caught`)
process.exitCode = survivors > 0 ? 1 : 0
