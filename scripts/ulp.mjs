// Measures the errors of assembly/math, in ulps of the exact value.
//
//   node scripts/ulp.mjs [--functions exp,tanh] [--stride N] [--samples N] [--quick] [--relaxed]
//
// f32: every N-th bit pattern (all 2^32 by default, about a minute a function), against double arithmetic.
// f64: N stratified samples and the specials, against BigInt arithmetic.
// --quick: the bit patterns around each power of two and every 8191st, few samples. For the test suite.
// --relaxed: of the build that fuses multiply-adds; needs Node 22.
// Exits with 1 when a bound below is exceeded.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import * as f32 from './ulp/f32.mjs'
import * as f64 from './ulp/f64.mjs'

// f32: what the exhaustive run found, rounded up. f64: the bars of the design, since samples are not all inputs.
const bounds = {
  exp: { f32: 0.51, f64: 1 },
  expm1: { f32: 0.51, f64: 2 },
  log: { f32: 0.52, f64: 1 },
  log1p: { f32: 0.52, f64: 2 },
  tanh: { f32: 0.51, f64: 2 },
  sigmoid: { f32: 0.51, f64: 2 },
  softplus: { f32: 0.52, f64: 2 },
  sinTurns: { f32: 0.57, f64: 2 },
  cosTurns: { f32: 0.57, f64: 2 },
}

const PATTERNS = 2 ** 32
const COUNT = 2 ** 18

function compile(features) {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const folder = mkdtempSync(join(tmpdir(), 'ulp-'))
  const output = join(folder, 'math.wasm')
  const compiler = 'node_modules/assemblyscript/bin/asc.js'
  const entry = 'test/kernels/assembly/math-entry.ts'
  const options = ['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--enable', features, '--use', 'abort=']
  execFileSync(process.execPath, [compiler, entry, ...options, '-o', output], { cwd: root, stdio: 'inherit' })
  const bytes = readFileSync(output)
  rmSync(folder, { recursive: true })
  return bytes
}

async function main({ functions, stride, samples, quick, relaxed }) {
  const bytes = compile(relaxed ? 'simd,relaxed-simd' : 'simd')
  const ranges = quick ? quickRanges() : halves(Number(stride))
  let held = true
  for (const name of functions.split(',')) {
    const parts = [0, 1].map((parity) => ranges.filter((_, i) => i % 2 === parity))
    const [a, b] = await Promise.all([
      inWorker({ bytes, name, ranges: parts[0], samples: quick ? 4000 : Number(samples) }),
      inWorker({ bytes, name, ranges: parts[1], samples: 0 }),
    ])
    for (const type of ['f32', 'f64']) {
      const worst = larger(a[type], b[type])
      const within = worst.error <= bounds[name][type]
      held &&= within
      const found = `max ${worst.error.toFixed(4)} ulp at x = ${worst.x} (got ${worst.got})`
      console.log(`${name.padEnd(9)} ${type}  ${found}${within ? '' : `  EXCEEDS ${bounds[name][type]}`}`)
    }
  }
  return held
}

const larger = (a, b) => (a.error >= b.error ? a : b)

function inWorker(task) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: task })
    worker.on('message', resolve).on('error', reject)
  })
}

function halves(stride) {
  return [
    { first: 0, end: PATTERNS / 2, stride },
    { first: PATTERNS / 2, end: PATTERNS, stride },
  ]
}

/** A coarse scan of everything, and the neighbourhood of every power of two, 0 and infinity. */
function quickRanges() {
  const ranges = halves(8191)
  for (let exponent = 0; exponent < 512; exponent++) {
    const first = exponent * 2 ** 23
    ranges.push({ first: Math.max(0, first - 512), end: first + 512, stride: 1 })
  }
  return ranges
}

function work({ bytes, name, ranges, samples }) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes))
  const { memory } = exports
  const buffer = memory.buffer.byteLength
  memory.grow((16 * COUNT) / 65536)
  const space = (type) => ({ kernel: exports[`${name}_${type}`], memory, buffer, count: COUNT })
  parentPort.postMessage({
    f32: ranges.map((range) => f32.worstOf(space('f32'), name, range)).reduce(larger),
    f64: samples > 0 ? f64.worstOf(space('f64'), name, samples) : { error: 0 },
  })
}

if (isMainThread) {
  const { values } = parseArgs({
    options: {
      functions: { type: 'string', default: Object.keys(bounds).join() },
      stride: { type: 'string', default: '1' },
      samples: { type: 'string', default: '500000' },
      quick: { type: 'boolean', default: false },
      relaxed: { type: 'boolean', default: false },
    },
  })
  process.exitCode = (await main(values)) ? 0 : 1
} else {
  work(workerData)
}
