// `npm run guard`: random calls of every public function, and of every kernel, over the guarded core (assembly/guards.ts), with a look at all guards after
// each: nothing may write what it was not handed.
//
//   npm run guard -- [--calls 1000000] [--least 5000] [--from 0] [--scenes N] [--core build/core-guarded.wasm] [--json]
//
// Scene n calls one public function or kernel, the n-th modulo their number, on what it needs for that; all it draws is a function of n. Scenes
// go on until there have been so many calls, and so many of each function; `--from N --scenes 1` plays one again. The library is
// the built one; `npm run build` makes it and the guarded core. Exits with 1 where a guard was written, memory was kept,
// or anything but an NgradError was thrown.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { bytesInUse } from '../dist/core/memory.js'
import { operations } from '../dist/core/operations.js'
import { run } from '../dist/core/wasm.js'
import { Draws } from './guard/draws.mjs'
import { doors as publicDoors, once } from './guard/doors.mjs'
import { kernelDoors } from './guard/kernels.mjs'

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    calls: { type: 'string', default: '1000000' },
    least: { type: 'string', default: '5000' },
    from: { type: 'string', default: '0' },
    scenes: { type: 'string', default: 'Infinity' },
    core: { type: 'string', default: 'build/core-guarded.wasm' },
    json: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(`Random calls of every public function and kernel over the guarded core; exit 1 where anything is wrong.

  npm run guard                              10^6 calls, at least 5,000 of each
  npm run guard -- --calls 20000 --least 50  a short run
  npm run guard -- --from 2292 --scenes 1    one scene again
  also --core FILE, --json`)
  process.exit()
}
const [calls, least, from, scenes] = ['calls', 'least', 'from', 'scenes'].map((name) => Number(values[name]))

const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(values.core)))
run('guard', { memory: exports.memory, kernels: exports })
operations('f32') // the workspace is made once and kept
operations('f64')

const doors = { ...publicDoors, ...kernelDoors }
const names = Object.keys(doors)
/** A scene of a function for models other than networks calls, and counts, what its name begins with. */
const functions = names.filter((name) => !name.endsWith(' of a model'))
const counts = Object.fromEntries([...functions, ...Object.keys(once)].map((name) => [name, { calls: 0, refused: 0 }]))
const problems = []
let total = 0
let scene = from

function problem(name, what) {
  problems.push({ scene, name, what: String(what) })
  if (!values.json) console.log(`scene ${scene}, ${name}: ${what}`)
}

function looked(name) {
  const address = exports.touchedGuard() >>> 0
  if (address === 0) return
  problem(name, `a guard was written, at ${address}`)
  throw new Error('what follows means nothing')
}

function refused(name, error) {
  if (error?.name === 'NgradError') counts[name].refused++
  else problem(name, error?.stack ?? error)
}

/** Calls, counts and looks; undefined where the call is refused. */
function call(name, act) {
  total++
  counts[name].calls++
  let result
  try {
    result = act()
  } catch (error) {
    refused(name, error)
  }
  if (!(result instanceof Promise)) {
    looked(name)
    return result
  }
  return result.catch((error) => refused(name, error)).finally(() => looked(name))
}

let played = 0
const enough = () => total >= calls && functions.every((name) => counts[name].calls >= least)
const started = performance.now()
for (const act of Object.values(once)) act({ call })
for (; scene < from + scenes && (scenes !== Infinity || !enough()) && problems.length < 20; scene++) {
  const name = names[scene % names.length]
  // What was called enough makes room for what was not: a scene is of its number, whichever others are played.
  if (scenes === Infinity && total >= calls && (counts[name]?.calls ?? least) >= least) continue
  const held = bytesInUse()
  played++
  try {
    await doors[name]({ call, draw: new Draws(scene) })
  } catch (error) {
    if (problems.length === 0) problem(name, error?.stack ?? error)
    break
  }
  if (bytesInUse() !== held) problem(name, `${bytesInUse() - held} bytes are kept`)
}

const seconds = Math.round((performance.now() - started) / 1000)
if (values.json) console.log(JSON.stringify({ total, scenes: played, seconds, counts, problems }))
else {
  for (const [name, { calls, refused }] of Object.entries(counts))
    console.log(`${name.padEnd(34)} ${String(calls).padStart(8)} calls, ${refused} refused`)
  console.log(
    `${total} calls in ${played} scenes, ${seconds} s: ${problems.length === 0 ? 'no guard was written' : `${problems.length} problems`}`,
  )
}
process.exitCode = problems.length === 0 ? 0 : 1
