// Our own speeds: kernels, a step of every rule, small networks, relaxation; with the roofline of the same run.
//
// Steps are timed by the time of the processor, in rounds between two measurements of the roofline. `fraction` is the
// median over the rounds of the speed over the roofline, where the work is known.
import { cpus, loadavg } from 'node:os'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { backprop, createTrainer, crossEntropy, dense, init, equilibriumPropagation, sequential, sgd } from '../dist/index.js'
import { classifiers } from '../dist/learners/registry.js'
import { benchKernels } from './kernels.mjs'
import { benchRelaxation } from './relaxation.mjs'
import { processorTime, roofline } from './roofline.mjs'

const help = `usage: npm run bench -- [options]
  --quick    fewer rounds, and no relaxation
  --relaxed  the build with relaxed SIMD (Node 22 and later)
  --json     JSON with machine, versions and date, and no table
  --help     this

  npm run -s bench -- --json > bench/results/node-20-portable.json`

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, relaxed: { type: 'boolean' }, help: { type: 'boolean' } },
})
if (options.help) {
  console.log(help)
  process.exit()
}
if (options.relaxed) init((await import('../dist/core/relaxed.js')).relaxed())

const roof = roofline()
const rounds = options.quick ? 5 : 15
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

/** A batch like inputs and classes, the same every time. */
function batchOf(inputs, outputs, size) {
  const y = new Float32Array(size * outputs)
  for (let row = 0; row < size; row++) y[row * outputs + (row % outputs)] = 1
  return { x: Float32Array.from({ length: size * inputs }, (_, i) => ((i * 7919) % 101) / 101), y, size }
}

/** Median microseconds of a step. `work(trainer)` is its floating-point operations, where they are known. */
function benchStep({ name, sizes, size, activation = 'tanh', learner, work }) {
  const [inputs, ...units] = sizes
  const outputs = units.pop()
  const network = sequential(inputs, [...units.map((n) => dense(n, activation)), dense(outputs)]).build({ seed: 1 })
  // The smallest rate: what is timed is the same network in every round.
  const trainer = createTrainer(network, { learner, loss: crossEntropy(), optimizer: sgd({ learningRate: 1e-6 }), seed: 1 })
  const batch = batchOf(inputs, outputs, size)
  for (const end = performance.now() + 100; performance.now() < end;) trainer.step(batch)
  const time = (repeats) => {
    const start = processorTime()
    for (let i = 0; i < repeats; i++) trainer.step(batch)
    return (processorTime() - start) / repeats
  }
  const repeats = Math.ceil(20 / (time(5) + 1e-3))
  const times = []
  const fractions = []
  for (let round = 0; round < rounds; round++) {
    const before = roof.measure('f32', 5)
    const milliseconds = time(repeats)
    const peak = (before + roof.measure('f32', 5)) / 2
    times.push(milliseconds)
    if (work) fractions.push(work(trainer) / milliseconds / 1e6 / peak)
  }
  const settling = trainer.settling
  trainer.dispose()
  network.dispose()
  const microseconds = 1000 * median(times)
  return {
    name,
    network: sizes.join('-'),
    batch: size,
    microseconds,
    samplesPerSecond: (1e6 * size) / microseconds,
    ...(work && { fraction: median(fractions) }),
    ...(settling && { sweeps: settling.sweeps }),
  }
}

/** Forward, statistic, and from the second layer on the way back: two operations a connection and sample each. */
const backpropWork = (sizes, size) => () => 2 * size * sizes.slice(1).reduce((sum, n, l) => sum + sizes[l] * n * (l === 0 ? 2 : 3), 0)

const large = [784, 500, 500, 10]
const steps = [
  ...[
    [large, 64, 'relu'],
    [large, 64, 'tanh'],
    [[64, 128, 10], 32, 'tanh'],
    [[2, 16, 2], 4, 'tanh'],
  ].map(([sizes, size, activation]) => ({
    name: `backprop ${activation}`,
    sizes,
    size,
    activation,
    learner: backprop(),
    work: backpropWork(sizes, size),
  })),
  ...classifiers
    .flatMap(({ variants }) => variants)
    .filter(({ task }) => task === undefined)
    .map(({ label, learner }) => ({ name: label, sizes: [64, 32, 10], size: 32, learner })),
  {
    name: 'relaxation, 20 free and 1 nudged sweeps',
    sizes: large,
    size: 64,
    learner: equilibriumPropagation({ nudging: 'positive', freeSweeps: 20, nudgedSweeps: 1, tolerance: 0 }),
  },
]

const report = {
  date: new Date().toISOString(),
  node: process.version,
  v8: process.versions.v8,
  cpu: cpus()[0].model,
  load: loadavg()[0], // beside two processors: how far absolute times may be trusted
  ngrad: JSON.parse(readFileSync(new URL('../package.json', import.meta.url))).version,
  simd: options.relaxed ? 'relaxed' : 'portable',
  roofline: { loop: roof.loop, f32: roof.measure('f32', 200), f64: roof.measure('f64', 200) },
  steps: steps.map(benchStep),
  relaxation: options.quick ? [] : [await benchRelaxation({ dtype: 'f32', gain: 1 })],
  kernels: benchKernels({ quick: options.quick, core: options.relaxed ? 'build/core-relaxed.wasm' : 'build/core.wasm' }),
}

if (options.json) console.log(JSON.stringify(report, null, 2))
else {
  console.log(`${report.cpu}, node ${report.node}, ${report.simd}; roofline ${report.roofline.f32.toFixed(1)} GFLOP/s (${roof.loop})`)
  for (const { name, network, batch, microseconds, samplesPerSecond, fraction } of report.steps) {
    const speed = `${microseconds.toFixed(1).padStart(9)} us ${Math.round(samplesPerSecond).toString().padStart(9)} samples/s`
    console.log(`${name.padEnd(40)} ${network.padEnd(15)} b${String(batch).padEnd(4)}${speed}  ${fraction?.toFixed(2) ?? ''}`)
  }
  for (const { dtype, network, batch, results } of report.relaxation)
    for (const { variant, reached } of results) {
      const sweeps = reached.map(
        ({ residual, sweeps, milliseconds }) =>
          `${residual.toExponential(0)}: ${sweeps === null ? '-' : `${sweeps} sweeps, ${milliseconds.toFixed(1)} ms`}`,
      )
      console.log(`relaxation ${dtype} ${network} b${batch}  ${variant.padEnd(12)} ${sweeps.join('   ')}`)
    }
  for (const { kernel, dtype, shape, gflops, fraction } of report.kernels) {
    console.log(`${dtype}  ${kernel.padEnd(16)} ${shape.padEnd(24)} ${gflops.toFixed(1).padStart(6)} GFLOP/s  ${fraction.toFixed(2)}`)
  }
}
