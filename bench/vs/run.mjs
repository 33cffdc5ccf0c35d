// ngrad beside its peers: the same work with the same numbers, in turns, on one thread. Peers in JavaScript run in
// this process; numpy, torch and jax in a child, where a Python has them.
//
//   npm ci --ignore-scripts --prefix bench/vs && npm run build
//   node bench/vs/run.mjs [--out bench/results/vs-node-20.json]
//
// What a peer answers is compared with ngrad's answer in double precision before anything is timed: exit code 1 where
// one differs by more than rounding (`toleranceOf` in work.mjs). A peer is a file in peers/: it exports `name` and
// `open`, which returns its version and what it can do of `product`, `step`, `samples`, `predict`, `relax`; each of
// these takes a work and returns a trial, { run(repeats), result(), close() }, or null.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { judge } from './bars.mjs'
import { race } from './measure.mjs'
import { readReports, withTable } from './table.mjs'
import { answerOf, difference, forTiming, prepare, toleranceOf, workNames } from './work.mjs'

const help = `usage: node bench/vs/run.mjs [options]
  --only TEXT,...   works whose name contains one of these
  --peers NAME,...  these peers only
  --list            the works and the peers, and nothing else
  --relaxed         ngrad's build with relaxed SIMD (Node 22 and later)
  --rounds N        default 9
  --ms N            how long a peer runs in a round, about; default 40
  --openblas CORE   the kernels that OpenBLAS is to use, for numpy and torch (Haswell: vectors of 256 bits)
  --json            prints the results as JSON
  --out FILE        writes them there; works of the file that were not measured now stay
  --bars            exit code 1 also where a bar is missed
  --readme          writes the table in README.md from the committed results, and measures nothing
  --help            this`

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    peers: { type: 'string' },
    list: { type: 'boolean' },
    relaxed: { type: 'boolean' },
    rounds: { type: 'string', default: '9' },
    ms: { type: 'string', default: '40' },
    openblas: { type: 'string' },
    json: { type: 'boolean' },
    out: { type: 'string' },
    bars: { type: 'boolean' },
    readme: { type: 'boolean' },
    help: { type: 'boolean' },
  },
})
const root = new URL('../../', import.meta.url)
const say = (text) => console.error(text)

if (options.help) console.log(help)
else if (options.readme) {
  const path = new URL('README.md', root)
  writeFileSync(path, withTable(readFileSync(path, 'utf8'), readReports()))
} else process.exitCode = await main()

async function main() {
  const folder = new URL('peers/', import.meta.url)
  const found = readdirSync(folder).sort()
  const modules = await Promise.all(found.map((file) => load(new URL(file, folder))))
  const works = workNames.filter((name) => !options.only || options.only.split(',').some((text) => name.includes(text)))
  if (options.list) {
    console.log(`${workNames.join('\n')}\n\n${modules.map(({ name }) => name).join('\n')}`)
    return 0
  }
  const wanted = options.peers?.split(',')
  const known = modules.map(({ name }) => name)
  const unknown = wanted?.filter((name) => !known.includes(name)) ?? []
  if (works.length === 0 || unknown.length > 0) {
    say(works.length === 0 ? `no work has ${options.only} in its name` : `unknown peers: ${unknown.join(', ')}`)
    return 2
  }

  const peers = new Map()
  const absent = {}
  const refused = []
  for (const { name, open } of modules) {
    if (name !== 'ngrad' && wanted && !wanted.includes(name)) continue
    const peer = await open(options)
    if (peer.absent) {
      absent[name] = peer.absent
      if (peer.close) refused.push(peer)
    } else peers.set(name, peer)
  }
  for (const [name, why] of Object.entries(absent)) say(`${name}: not present (${why})`)

  const report = {
    date: new Date().toISOString(),
    machine: { cpu: cpus()[0].model, cores: cpus().length },
    node: process.version,
    v8: process.versions.v8,
    simd: options.relaxed ? 'relaxed' : 'portable',
    ...(options.openblas && { openblas: options.openblas }),
    peers: {},
    absent,
    results: [],
  }
  for (const [name, { version, detail }] of peers) (name === 'ngrad' ? report : report.peers)[name] = { version, ...(detail && { detail }) }
  for (const name of works) {
    const result = await measure(name, peers)
    report.results.push(result)
    show(result)
  }
  if (options.out && existsSync(options.out)) keepOthers(report, JSON.parse(readFileSync(options.out, 'utf8')))
  report.bars = judge(report)
  for (const peer of [...peers.values(), ...refused]) peer.close()

  for (const { work, peer, atLeast, microsecondsAtMost, measured, met } of report.bars)
    if (met !== null)
      say(
        `${met ? 'met   ' : 'MISSED'} ${work}: ${peer ? `${measured} x ${peer}, at least ${atLeast}` : `${measured} us, at most ${microsecondsAtMost}`}`,
      )
  if (options.out) writeFileSync(options.out, `${JSON.stringify(report, null, 1)}\n`)
  if (options.json) console.log(JSON.stringify(report, null, 2))
  const wrong = report.results.flatMap(({ name, differences }) =>
    Object.entries(differences)
      .filter(([, { agrees }]) => !agrees)
      .map(([peer]) => `${peer}: ${name}`),
  )
  if (wrong.length > 0) say(`answers that differ by more than rounding:\n${wrong.join('\n')}`)
  return wrong.length > 0 || (options.bars && report.bars.some(({ met }) => met === false)) ? 1 : 0
}

/** What an earlier run measured of other works, where it was of the same versions on the same machine. */
function keepOthers(report, earlier) {
  const versions = ({ machine, v8, simd, openblas, version, peers }) => JSON.stringify([machine, v8, simd, openblas, version, peers])
  if (versions(report) !== versions(earlier)) throw new Error(`${options.out} is of another machine or other versions: give another --out`)
  const all = [...report.results, ...earlier.results]
  report.results = workNames.flatMap((name) => all.find((result) => result.name === name) ?? [])
}

/** A peer whose packages are not installed is absent, and the others are measured. */
async function load(url) {
  try {
    const { name, open } = await import(url)
    return {
      name,
      open: async (settings) => {
        try {
          return await open(settings)
        } catch (error) {
          return unlessMissing(error)
        }
      },
    }
  } catch (error) {
    return {
      name: url.pathname
        .split('/')
        .pop()
        .replace(/\.mjs$/, ''),
      open: () => unlessMissing(error),
    }
  }
}

function unlessMissing(error) {
  if (!/MODULE_NOT_FOUND|ENOENT/.test(error.code)) throw error
  return { absent: 'its package is not installed: npm ci --ignore-scripts --prefix bench/vs' }
}

async function measure(name, peers) {
  const work = prepare(name)
  const load = Number(loadavg()[0].toFixed(1)) // beside the number of processors: how far absolute times may be trusted
  const differences = {}
  const trials = new Map()
  for (const [peer, { [work.kind]: start }] of peers) {
    const checked = await start?.(work)
    if (!checked) continue
    const answer = await answerOf(work, checked)
    const dtype = peer === 'ml-matrix' ? 'f64' : work.dtype
    const relative = difference(work, answer)
    const allowed = toleranceOf(work, dtype)
    differences[peer] = { relative: Number(relative.toPrecision(3)), allowed, agrees: relative <= allowed }
    if (work.kind === 'product') trials.set(peer, checked)
    else {
      await checked.close()
      trials.set(peer, await start(forTiming(work)))
    }
  }
  const ours = trials.get('ngrad')
  trials.delete('ngrad')
  const limits = { rounds: Number(options.rounds), milliseconds: Number(options.ms) }
  const { microseconds, peers: measured } = await race(ours, trials, limits)
  for (const trial of [ours, ...trials.values()]) await trial.close()
  const { kind, dtype, shape } = work
  const gflops = shape && Number(((2 * shape[0] * shape[1] * shape[2]) / microseconds / 1000).toPrecision(3))
  return {
    name,
    kind,
    dtype,
    date: new Date().toISOString(),
    load,
    ...limits,
    microseconds,
    ...(shape && { gflops }),
    peers: measured,
    differences,
  }
}

function show({ name, microseconds, gflops, peers, differences }) {
  say(`\n${name}: ngrad ${microseconds} us${gflops ? `, ${gflops} GFLOP/s` : ''}, off by ${differences.ngrad.relative}`)
  for (const [peer, { microseconds, ratio, quartiles, ratioOfWall }] of Object.entries(peers)) {
    const { relative, agrees } = differences[peer]
    say(
      `  ${peer.padEnd(16)} ${String(ratio).padStart(7)} x  (${quartiles.join(' .. ')}; wall ${ratioOfWall})  ${microseconds} us, ${agrees ? '' : 'WRONG: '}off by ${relative}`,
    )
  }
}
