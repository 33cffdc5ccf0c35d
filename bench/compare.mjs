// Whether this checkout's steps are slower than another's: both builds in one process, their measurements in turns.
//
//   node bench/compare.mjs OTHER [--pairs 30] [--only TEXT] [--json]      OTHER: a checkout that was built
//
// A pair is the processor time of the same work in both. Printed is the median of the pairs' ratios, here over there,
// with the interval that holds it in 95 of 100 such runs (by order statistics, whatever the noise's law).
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { processorTime } from './roofline.mjs'

const {
  values: options,
  positionals: [other],
} = parseArgs({
  allowPositionals: true,
  options: { pairs: { type: 'string', default: '30' }, only: { type: 'string', default: '' }, json: { type: 'boolean' } },
})
if (!other) {
  console.error('usage: node bench/compare.mjs OTHER [--pairs 30] [--only TEXT] [--json]')
  process.exit(2)
}
const pairs = Number(options.pairs)
const milliseconds = 12

const build = async (folder) => {
  const from = (path) => import(new URL(path, pathToFileURL(`${resolve(folder)}/`)))
  const { registry, classifiers = registry } = await from('dist/learners/registry.js')
  const variants = classifiers.flatMap(({ variants }) => variants).filter(({ task }) => task === undefined)
  return {
    ngrad: await from('dist/index.js'),
    learners: new Map(variants.map(({ label, learner }) => [label, learner])),
  }
}
const builds = [await build('.'), await build(other)]

function batchOf(inputs, outputs, size) {
  const y = new Float32Array(size * outputs)
  for (let row = 0; row < size; row++) y[row * outputs + (row % outputs)] = 1
  return { x: Float32Array.from({ length: size * inputs }, (_, i) => ((i * 7919) % 101) / 101), y, size }
}

/** A function that takes so many steps, in one of the builds. */
function stepping({ ngrad, learners }, { label, sizes, size, optimizer, dtype }) {
  const [inputs, ...units] = sizes
  const outputs = units.pop()
  const { dense, sequential, createTrainer, crossEntropy } = ngrad
  const network = sequential(inputs, [
    ...units.map((n) => dense(n, 'tanh')),
    dense(outputs, 'identity', { initialization: { law: 'lecunNormal', gain: 0.5 } }),
  ]).build({ dtype, seed: 1 })
  // The smallest rate: what is timed is the same network in every pair.
  const trainer = createTrainer(network, {
    learner: learners.get(label),
    loss: crossEntropy(),
    optimizer: ngrad[optimizer]({ learningRate: 1e-9 }),
    seed: 1,
  })
  const batch = batchOf(inputs, outputs, size)
  return (steps) => {
    const start = processorTime()
    for (let i = 0; i < steps; i++) trainer.step(batch)
    return (processorTime() - start) / steps
  }
}

const names = [...builds[0].learners.keys()].filter((label) => builds[1].learners.has(label))
const works = [
  ...[
    ['sgd', 'f32'],
    ['adam', 'f32'],
    ['adam', 'f64'],
  ].flatMap(([optimizer, dtype]) =>
    [
      [[2, 16, 2], 4],
      [[64, 128, 10], 32],
      [[784, 500, 500, 10], 64],
    ].map(([sizes, size]) => ({ label: 'backprop', sizes, size, optimizer, dtype })),
  ),
  ...names.map((label) => ({ label, sizes: [64, 32, 10], size: 32, optimizer: 'sgd', dtype: 'f32' })),
].filter(({ label }) => label.includes(options.only))

/** Ranks between which the median lies with a probability of 95 %, from 0. */
function medianInterval(n) {
  let tail = 0
  let rank = -1
  for (let k = 0, p = 0.5 ** n; tail + p <= 0.025; k++) {
    tail += p
    rank = k
    p *= (n - k) / (k + 1)
  }
  return [Math.max(0, rank), n - 1 - Math.max(0, rank)]
}

const results = works.map((work) => {
  const runs = builds.map((each) => stepping(each, work))
  for (const end = performance.now() + 150; performance.now() < end;) for (const run of runs) run(1)
  const steps = Math.ceil(milliseconds / (Math.max(...runs.map((run) => run(3))) + 1e-4))
  for (const run of runs) run(steps)
  const ratios = Array.from({ length: pairs }, (_, i) => {
    const [here, there] = i % 2 === 0 ? [runs[0](steps), runs[1](steps)] : [runs[1](steps), runs[0](steps)].reverse()
    return here / there
  }).sort((a, b) => a - b)
  const [low, high] = medianInterval(pairs)
  const result = {
    work: `${work.label} ${work.sizes.join('-')} ${work.optimizer} ${work.dtype}`,
    ratio: ratios[pairs >> 1],
    low: ratios[low],
    high: ratios[high],
    microseconds: 1000 * runs[0](steps),
  }
  if (!options.json)
    console.log(
      `${result.work.padEnd(66)} ${result.ratio.toFixed(3)}  [${result.low.toFixed(3)}, ${result.high.toFixed(3)}]  ${result.microseconds.toFixed(1)} us`,
    )
  return result
})
if (options.json) console.log(JSON.stringify(results, null, 2))
const slower = results.filter(({ low }) => low > 1.03)
if (!options.json) console.log(`${slower.length} of ${results.length} surely slower by more than 3 %`)
process.exitCode = slower.length > 0 ? 1 : 0
