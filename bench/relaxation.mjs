// Settling 784-500-500-10, tanh, a batch of 64: sweeps and time to the residual that 20 plain sweeps reach, and further.
//
//   node bench/relaxation.mjs [--dtype f32,f64] [--gain 1,0.5] [--steps 100] [--python python3] [--json FILE] [--relaxed]
//
// The weights have learned by equilibrium propagation from the digits, enlarged. A residual is by how much the worst state
// is off its equation, measured aside; times are of the processor, of rounds in which all variants take turns,
// from the inputs on. All start at the feedforward pass.
//
//   plain STEP         all layers at once from the old states, s <- s + STEP (f(a) - s); the target is that of STEP 1/2
//   down, up           layer after layer from the newest states (Gauss-Seidel), from the outputs or from the inputs
//   odd-even           every other layer at once, then the rest
//   up STEP            upwards with over-relaxation
//   anderson M         Anderson acceleration of `up`, depth M, each row of the batch with coefficients of its own
//                      (Walker & Ni 2011, SIAM J. Numer. Anal. 49:1715, after)
//   ngrad              what the library does: the sweeps of the slowest sample; the others step aside before
//   numpy, torch STEP  plain, in these on one thread, where Python has them: bench/relaxation.py
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { adam, createTrainer, crossEntropy, dense, equilibriumPropagation, init, sequential } from '../dist/index.js'
import { Region } from '../dist/core/memory.js'
import { operations } from '../dist/core/operations.js'
import { digits } from '../dist/data/index.js'
import { Relaxation } from '../dist/dynamics/relaxation.js'
import { processorTime } from './roofline.mjs'

const sizes = [784, 500, 500, 10]
const last = sizes.length - 1
const rows = 64
const side = 28
const mostSweeps = 100
const plainStep = 0.5

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

/** The 8 x 8 digits, each pixel a square. */
function enlarged(x, size) {
  return Float32Array.from({ length: size * side * side }, (_, at) => {
    const [row, pixel] = [Math.floor(at / (side * side)), at % (side * side)]
    const [i, j] = [Math.floor(pixel / side), pixel % side].map((k) => Math.floor((k * 8) / side))
    return x[row * 64 + i * 8 + j]
  })
}

/** A network that has learned for some steps in f32, and a batch for it. */
async function learned(dtype, gain, steps) {
  const { train } = digits()
  const data = { x: enlarged(train.x, train.size), y: train.y, size: train.size }
  const hidden = sizes.slice(1, -1).map((units) => dense(units, 'tanh', { initialization: { law: 'lecunNormal', gain } }))
  const output = dense(sizes.at(-1), 'identity', { initialization: { law: 'lecunNormal', gain: 0.5 } })
  const description = sequential(sizes[0], [...hidden, output])
  const network = description.build({ seed: 1 })
  const learner = equilibriumPropagation({ beta: 1, freeSweeps: 30, nudgedSweeps: 15, tolerance: 1e-3, step: 1 })
  const trainer = createTrainer(network, { learner, loss: crossEntropy(), optimizer: adam({ learningRate: 1e-3 }), seed: 1 })
  for await (const _ of trainer.fit(data, { epochs: Math.ceil((steps * rows) / data.size), batchSize: rows }))
    if (trainer.steps >= steps) break
  const built = description.build({ dtype })
  network.parameters.forEach((parameter, i) => built.parameters[i].write(parameter.read()))
  trainer.dispose()
  network.dispose()
  return { network: built, x: data.x.subarray(0, rows * sizes[0]) }
}

/** The states of a batch, and the ways to settle them: rows `[name, run(sweeps), sweep]`; `run` starts anew. */
function variantsOf(network, x, region) {
  const { dtype, ops, layers } = network
  const batch = (columns) => region.matrix(dtype, rows, columns)
  const activities = () => sizes.map(batch)
  const [s, potentials, aside] = [activities(), activities(), activities()]
  const drive = batch(sizes[1])
  s[0].write(x)

  const start = () => {
    layers[0].map.forward(s[0], layers[0].parameters.weight, drive)
    for (const { index, map, code, parameters } of layers) {
      if (index === 0) s[1].copy(drive)
      else map.forward(s[index], parameters.weight, s[index + 1])
      map.activate(code, parameters.bias, s[index + 1])
    }
  }
  const potential = (l) => {
    const out = potentials[l]
    if (l === 1) out.copy(drive)
    else layers[l - 1].map.forward(s[l - 1], layers[l - 1].parameters.weight, out)
    if (l < last) layers[l].map.backward(s[l + 1], layers[l].parameters.weight, out, 1, true)
    return out
  }
  const [stepColumn, worst] = [0, 1].map(() => region.matrix('f64', rows, 1))
  const settle = (l, step, out = s[l]) => {
    stepColumn.fill(step)
    worst.fill(0)
    ops.settle(layers[l - 1].code, layers[l - 1].parameters.bias, stepColumn, potentials[l], out, worst)
    return operations('f64').maxAbsolute(worst)
  }
  const update = (l, step) => settle(l, step, s[l], potential(l))
  const residual = () => {
    let largest = 0
    for (let l = 1; l <= last; l++) {
      potential(l)
      aside[l].copy(s[l])
      largest = Math.max(largest, settle(l, 1, aside[l]))
    }
    return largest
  }

  const upwards = sizes.slice(1).map((_, i) => i + 1)
  const plain = (step) => () => {
    for (const l of upwards) potential(l)
    for (const l of upwards) settle(l, step)
  }
  const inOrder =
    (order, step = 1) =>
    () =>
      order.forEach((l) => update(l, step))
  const variant = (name, sweep, reset = () => {}) => {
    const run = (sweeps) => {
      start()
      reset()
      for (let n = 0; n < sweeps; n++) sweep()
    }
    return [name, run, sweep]
  }
  const variants = [
    ...[0.2, plainStep, 1].map((step) => variant(`plain ${step}`, plain(step))),
    variant('down', inOrder(upwards.toReversed())),
    variant('up', inOrder(upwards)),
    variant('odd-even', inOrder([...upwards.filter((l) => (last - l) % 2 === 0), ...upwards.filter((l) => (last - l) % 2)])),
    ...[1.2, 1.4, 1.6].map((step) => variant(`up ${step}`, inOrder(upwards, step))),
    ...[1, 2, 3].map((depth) => {
      const { sweep, reset } = anderson({ network, region, s, depth, sweep: inOrder(upwards) })
      return variant(`anderson ${depth}`, sweep, reset)
    }),
  ]
  return { variants, residual, start, s, drive }
}

/** The library's relaxation to a residual: the sweeps of the slowest sample, and `run`. */
function inLibrary(network, region, s, goal, residual) {
  const batch = (columns) => region.matrix(network.dtype, rows, columns)
  const batchDoubles = () => region.matrix('f64', rows, 1)
  const site = { network, ops: network.ops, region, batch, batchDoubles, loss: crossEntropy() }
  const parameters = network.layers.map((layer) => layer.parameters)
  // A sample is judged before its last update: what it is off afterwards may be a little more.
  for (let tolerance = goal; ; tolerance *= 0.9) {
    const relaxation = new Relaxation(site, parameters, 1, { freeSweeps: 1000, nudgedSweeps: 1, tolerance, step: 'adaptive' })
    relaxation.free(s)
    if (residual() <= goal) return { sweeps: relaxation.settling.sweeps, run: () => relaxation.free(s) }
  }
}

/** Anderson acceleration of a sweep: s <- g_k - sum_j c_j (g_{k-j+1} - g_{k-j}), where c makes the changes least. */
function anderson({ network: { dtype, ops }, region, s, depth, sweep }) {
  const states = () => sizes.map((columns) => region.matrix(dtype, rows, columns))
  const [x, previousF, previousG, f] = [states(), states(), states(), states()]
  const history = Array.from({ length: depth }, () => ({ df: states(), dg: states() }))
  const doubles = operations('f64')
  const column = region.matrix('f64', rows, 1)
  let count = 0
  const each = (work) => sizes.forEach((_, l) => l > 0 && work(l))
  const copy = (from, to) => each((l) => to[l].copy(from[l]))
  const dots = (a, b) => {
    each((l) => ops.dotRows(a[l], b[l], column, 1, l > 1))
    return column.read()
  }
  return {
    reset: () => (count = 0),
    sweep: () => {
      copy(s, x)
      sweep()
      each((l) => {
        f[l].copy(s[l])
        ops.combine(-1, x[l], 1, f[l])
      })
      if (count > 0) {
        const newest = history[(count - 1) % depth]
        each((l) => {
          newest.df[l].copy(f[l])
          ops.combine(-1, previousF[l], 1, newest.df[l])
          newest.dg[l].copy(s[l])
          ops.combine(-1, previousG[l], 1, newest.dg[l])
        })
      }
      copy(f, previousF)
      copy(s, previousG)
      const used = history.slice(0, Math.min(count, depth))
      const gram = used.map(({ df: a }, i) => used.map(({ df: b }, j) => (j <= i ? dots(a, b) : null)))
      const right = used.map(({ df }) => dots(df, f))
      const coefficients = used.map(() => new Float64Array(rows))
      for (let row = 0; row < rows; row++)
        solve(
          used.map((_, i) => used.map((_, j) => gram[Math.max(i, j)][Math.min(i, j)][row])),
          right.map((b) => b[row]),
        ).forEach((c, i) => (coefficients[i][row] = c))
      used.forEach(({ dg }, i) => {
        column.write(coefficients[i])
        each((l) => {
          x[l].copy(dg[l])
          ops.scaleRows(column, x[l])
          ops.combine(-1, x[l], 1, s[l])
        })
      })
      doubles.combine(1, column, 0, column)
      count++
    },
  }
}

/** Elimination for a small symmetric system; zeros where it is singular. */
function solve(a, b) {
  const n = b.length
  for (let p = 0; p < n; p++) {
    if (!(a[p][p] > 1e-280)) return b.map(() => 0)
    for (let q = p + 1; q < n; q++) {
      const factor = a[q][p] / a[p][p]
      for (let z = p; z < n; z++) a[q][z] -= factor * a[p][z]
      b[q] -= factor * b[p]
    }
  }
  for (let p = n - 1; p >= 0; p--) {
    for (let q = p + 1; q < n; q++) b[p] -= a[p][q] * b[q]
    b[p] /= a[p][p]
  }
  return b
}

/** Milliseconds of 20 plain sweeps in a library of Python's, start included, and the residual that they reach. */
function inPython(python, library, network, x, sweeps, rounds) {
  const folder = mkdtempSync(join(tmpdir(), 'ngrad-relaxation-'))
  try {
    const write = (name, values) => writeFileSync(join(folder, name), new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    write('x', network.dtype === 'f32' ? x : Float64Array.from(x))
    for (const { name, matrix } of network.parameters) write(name, matrix.read())
    const one = { OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1', OMP_NUM_THREADS: '1' }
    const script = fileURLToPath(new URL('relaxation.py', import.meta.url))
    const output = execFileSync(
      python,
      [script, library, folder, network.dtype, sizes.join(','), rows, sweeps, plainStep, rounds].map(String),
      { env: { ...process.env, ...one }, encoding: 'utf8' },
    )
    return JSON.parse(output)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Rows `{ dtype, gain, variant, sweeps, milliseconds, further }` for one network. */
export async function benchRelaxation({ dtype, gain, steps = 100, rounds = 5, python, libraries = [] }) {
  const { network, x } = await learned(dtype, gain, steps)
  const region = new Region('bench')
  const { variants, residual, start, s } = variantsOf(network, x, region)
  start()
  variants.find(([name]) => name === `plain ${plainStep}`)[1](20)
  const target = residual()
  const finest = dtype === 'f32' ? 1e-5 : 1e-8
  const goals = [target, 1e-3, finest]
  const counts = variants.map(([, run, sweep]) => {
    const found = goals.map(() => null)
    for (let n = 1; n <= mostSweeps && found.includes(null); n++) {
      if (sweep && n > 1) sweep()
      else run(n)
      const left = residual()
      goals.forEach((goal, i) => (found[i] ??= left <= goal ? n : null))
    }
    return found
  })
  const library = goals.map((goal) => inLibrary(network, region, s, goal, residual))
  variants.push(['ngrad'])
  counts.push(library.map(({ sweeps }) => sweeps))
  const times = variants.map(() => goals.map(() => []))
  for (let round = 0; round < rounds; round++)
    variants.forEach(([, run], v) =>
      goals.forEach((_, i) => {
        const sweeps = counts[v][i]
        if (sweeps === null) return
        const began = processorTime()
        if (run) run(sweeps)
        else library[i].run()
        times[v][i].push(processorTime() - began)
      }),
    )
  const results = variants.map(([variant], v) => ({
    variant,
    reached: goals.map((goal, i) => ({
      residual: goal,
      sweeps: counts[v][i],
      ...(counts[v][i] !== null && { milliseconds: median(times[v][i]), best: Math.min(...times[v][i]) }),
    })),
  }))
  for (const library of libraries) {
    const { milliseconds, best, residual: reached } = inPython(python, library, network, x, 20, rounds)
    results.push({ variant: `${library} ${plainStep}`, reached: [{ residual: reached, sweeps: 20, milliseconds, best }] })
  }
  region.dispose()
  network.dispose()
  return { dtype, gain, steps, network: sizes.join('-'), batch: rows, target, results }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values: options } = parseArgs({
    options: {
      dtype: { type: 'string', default: 'f32,f64' },
      gain: { type: 'string', default: '1,0.5' },
      steps: { type: 'string', default: '100' },
      python: { type: 'string' },
      json: { type: 'string' },
      relaxed: { type: 'boolean' },
    },
  })
  if (options.relaxed) init((await import('../dist/core/relaxed.js')).relaxed())
  const has = (library) => spawnSync(options.python, ['-c', `import ${library}`]).status === 0
  const libraries = options.python ? ['numpy', 'torch'].filter(has) : []
  const report = {
    date: new Date().toISOString(),
    cpu: cpus()[0].model,
    node: process.version,
    load: loadavg()[0],
    simd: options.relaxed ? 'relaxed' : 'portable',
    network: sizes.join('-'),
    batch: rows,
    runs: [],
  }
  console.log(`${report.cpu}, node ${report.node}, ${report.simd}`)
  for (const gain of options.gain.split(',').map(Number))
    for (const dtype of options.dtype.split(',')) {
      const run = await benchRelaxation({ dtype, gain, steps: Number(options.steps), python: options.python, libraries })
      report.runs.push(run)
      console.log(
        `\n${dtype}, initial gain ${gain}, ${run.steps} steps; sweeps (ms: median, best) to a residual of ${run.results[0].reached.map(({ residual }) => residual.toExponential(1)).join(', ')}`,
      )
      for (const { variant, reached } of run.results)
        console.log(
          variant.padEnd(12),
          reached
            .map(({ sweeps, milliseconds, best }) =>
              (sweeps === null ? `>${mostSweeps}` : `${sweeps} (${milliseconds.toFixed(1)}, ${best.toFixed(1)})`).padStart(20),
            )
            .join(''),
        )
    }
  if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 1)}\n`)
}
