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

/** Rules by the names that they had before. */
const former = { postRateHebbian: 'stdp' }

const build = async (folder) => await import(new URL('dist/index.js', pathToFileURL(`${resolve(folder)}/`)))
const builds = [await build('.'), await build(other)]
const { registry } = await import('../dist/learners/registry.js')

/** The rule of a form, in one of the builds; nothing where it has none. */
const learnerOf = (ngrad, { rule, options }) => (ngrad[rule] ?? ngrad[former[rule]])?.(options)

/** What the rules that are not of classifiers are taught, by the names of their tasks. */
const models = {
  autoencoder: ({ sequential, dense }) => sequential(16, [dense(8, 'sigmoid'), dense(16)]),
  patterns: ({ sequential, dense }) => sequential(16, [dense(4)]),
  payoffs: ({ sequential, dense }) => sequential(16, [dense(8, 'sigmoid'), dense(4)]),
  memory: ({ associativeMemory }) => associativeMemory({ units: 16 }),
  trains: ({ synapses }) => synapses({ pre: 12, post: 4 }),
  boltzmann: ({ boltzmannMachine }) => boltzmannMachine({ visible: 6, hidden: 4, inputs: 2 }),
  rbm: ({ rbm }) => rbm({ visible: 8, hidden: 6 }),
  helmholtz: ({ helmholtzMachine }) => helmholtzMachine({ layers: [6, 3, 2] }),
  hierarchy: ({ predictiveHierarchy }) => predictiveHierarchy({ layers: [16, 8, 4] }),
}

function batchOf(inputs, outputs, size) {
  const y = new Float32Array(size * outputs)
  for (let row = 0; row < size; row++) y[row * outputs + (row % outputs)] = 1
  return { x: Float32Array.from({ length: size * inputs }, (_, i) => ((i * 7919) % 101) / 101), y, size }
}

/** A trainer and a batch of its own, in one of the builds. The smallest rate: what is timed is the same in every pair. */
function teaching(ngrad, work) {
  const { createTrainer, createModelTrainer = createTrainer } = ngrad
  const optimizer = ngrad[work.optimizer]({ learningRate: 1e-9 })
  const learner = learnerOf(ngrad, work)
  const made = models[work.task]
  if (made) {
    const model = made(ngrad).build({ dtype: work.dtype, seed: 1 })
    const isNetwork = 'layers' in model && 'outputs' in model
    const columns = isNetwork ? model.inputs : (model.width ?? model.visible)
    const x = Float32Array.from({ length: 32 * columns }, (_, i) => (((i * 7919) % 101) % 2 ? 1 : work.task === 'memory' ? -1 : 0))
    const loss = work.task === 'autoencoder' ? ngrad.squaredError() : work.task === 'payoffs' ? ngrad.reward() : undefined
    const y =
      loss && Float32Array.from({ length: 32 * model.outputs }, (_, i) => (work.task === 'autoencoder' ? x[i] : i % 3 === 0 ? 1 : 0))
    const create = isNetwork ? createTrainer : createModelTrainer
    return [create(model, { learner, optimizer, seed: 1, ...(loss && { loss }) }), { x, size: 32, ...(y && { y }) }]
  }
  const [inputs, ...units] = work.sizes
  const outputs = units.pop()
  const { dense, sequential, crossEntropy, squaredError } = ngrad
  const network = sequential(inputs, [
    ...units.map((n) => dense(n, 'tanh')),
    dense(outputs, 'identity', { initialization: { law: 'lecunNormal', gain: 0.5 } }),
  ]).build({ dtype: work.dtype, seed: 1 })
  const loss = work.task === 'values' ? squaredError() : crossEntropy()
  return [createTrainer(network, { learner, loss, optimizer, seed: 1 }), batchOf(inputs, outputs, work.size)]
}

/** A function that takes so many steps, in one of the builds. */
function stepping(ngrad, work) {
  const [trainer, batch] = teaching(ngrad, work)
  return (steps) => {
    const start = processorTime()
    for (let i = 0; i < steps; i++) trainer.step(batch)
    return (processorTime() - start) / steps
  }
}

/** Dense algebra for every sample, or six passes for every parameter: in small. */
const slow = ['gaussNewton', 'centralDifferences']
const forms = registry
  .flatMap(({ name, variants, task }) => variants.map((variant) => ({ rule: name, task, ...variant })))
  .filter((form) => learnerOf(builds[1], form) !== undefined)
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
    ].map(([sizes, size]) => ({ label: 'backprop', rule: 'backprop', options: {}, sizes, size, optimizer, dtype })),
  ),
  ...forms.map((form) => ({
    ...form,
    sizes: slow.includes(form.rule) ? [8, 6, 3] : [64, 32, 10],
    size: slow.includes(form.rule) ? 8 : 32,
    optimizer: 'sgd',
    dtype: 'f32',
  })),
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
    work: `${work.label} ${models[work.task] ? work.task : work.sizes.join('-')} ${work.optimizer} ${work.dtype}`,
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
