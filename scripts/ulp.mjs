// Measures the errors of assembly/math, in ulps of the exact value.
//
//   node scripts/ulp.mjs [--functions exp,tanh] [--stride N] [--samples N] [--quick]
//
// f32: every N-th bit pattern (all 2^32 by default, about a minute a function), against double arithmetic.
// f64: N stratified samples and the specials, against BigInt arithmetic.
// --quick: the bit patterns around each power of two and every 8191st, few samples. For the test suite.
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

const bounds = {
  exp: { f32: 0.51, f64: 1 },
  expm1: { f32: 0.51, f64: 1.5 },
  log: { f32: 0.52, f64: 1 },
  log1p: { f32: 0.52, f64: 1 },
  tanh: { f32: 0.51, f64: 1.5 },
  sigmoid: { f32: 0.51, f64: 2 },
  softplus: { f32: 0.52, f64: 2 },
  sinTurns: { f32: 0.6, f64: 2 },
  cosTurns: { f32: 0.6, f64: 2 },
}

const PATTERNS = 2 ** 32
const COUNT = 2 ** 18

if (isMainThread) {
  const { values } = parseArgs({
    options: {
      functions: { type: 'string', default: Object.keys(bounds).join() },
      stride: { type: 'string', default: '1' },
      samples: { type: 'string', default: '500000' },
      quick: { type: 'boolean', default: false },
    },
  })
  process.exitCode = (await main(values)) ? 0 : 1
} else {
  work(workerData)
}

function compile() {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const folder = mkdtempSync(join(tmpdir(), 'ulp-'))
  const output = join(folder, 'math.wasm')
  const options = ['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--use', 'abort=']
  const entry = 'test/kernels/assembly/math-entry.ts'
  execFileSync(process.execPath, ['node_modules/assemblyscript/bin/asc.js', entry, ...options, '-o', output], { cwd: root, stdio: 'inherit' })
  const bytes = readFileSync(output)
  rmSync(folder, { recursive: true })
  return bytes
}

async function main({ functions, stride, samples, quick }) {
  const bytes = compile()
  const names = functions.split(',')
  const ranges = quick ? quickRanges() : halves(Number(stride))
  const queue = (part) => new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { bytes, names, ...part } })
    worker.on('message', resolve).on('error', reject)
  })
  const even = ranges.filter((_, i) => i % 2 === 0)
  const odd = ranges.filter((_, i) => i % 2 === 1)
  const [a, b] = await Promise.all([
    queue({ ranges: even, samples: quick ? 4000 : Number(samples) }),
    queue({ ranges: odd, samples: 0 }),
  ])
  let held = true
  for (const name of names) {
    for (const type of ['f32', 'f64']) {
      const worst = [a, b].map((result) => result[name][type]).reduce((x, y) => (x.error >= y.error ? x : y))
      const within = worst.error <= bounds[name][type]
      held &&= within
      const verdict = within ? '' : `  EXCEEDS ${bounds[name][type]}`
      console.log(`${name.padEnd(9)} ${type}  max ${worst.error.toFixed(4)} ulp at x = ${worst.x} (got ${worst.got})${verdict}`)
    }
  }
  return held
}

function halves(stride) {
  return [{ first: 0, end: PATTERNS / 2, stride }, { first: PATTERNS / 2, end: PATTERNS, stride }]
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

function work({ bytes, names, ranges, samples }) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes))
  const buffer = exports.memory.buffer.byteLength
  exports.memory.grow((16 * COUNT) / 65536)
  const results = {}
  for (const name of names) {
    const space = (type) => ({ kernel: exports[`${name}_${type}`], memory: exports.memory, buffer, count: COUNT })
    const worst = ranges.map((range) => f32.worstOf(space('f32'), name, range))
    results[name] = {
      f32: worst.reduce((x, y) => (x.error >= y.error ? x : y)),
      f64: samples ? f64.worstOf(space('f64'), name, samples) : { error: 0 },
    }
  }
  parentPort.postMessage(results)
}
