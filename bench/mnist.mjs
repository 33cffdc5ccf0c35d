// MNIST by the rules of the NGRAD family, with backprop of the same network beside each:
//   node bench/mnist.mjs DIR [--only NAME,...] [--validate] [--epochs N] [--out bench/results/mnist.json]
// Settings were chosen with --validate, which trains on 50,000 of the training images and scores the other 10,000;
// without it all 60,000 are trained on, and the test images are scored once, at the end.
import { execSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import * as ngrad from '../dist/index.js'
import { mnist } from '../dist/data/index.js'
import { recipeNetwork } from '../dist/learners/registry.js'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    validate: { type: 'boolean' },
    epochs: { type: 'string' },
    out: { type: 'string' },
  },
})
if (positionals.length !== 1) {
  console.error('usage: node bench/mnist.mjs DIR [--only NAME,...] [--validate] [--epochs N] [--out FILE]')
  process.exit(2)
}

const { backprop, contrastiveHebbian, differenceTargetPropagation, equilibriumPropagation, predictiveCoding } = ngrad
const runs = [
  { name: 'backprop-500', learner: backprop(), hidden: [500] },
  {
    name: 'equilibriumPropagation-500',
    learner: equilibriumPropagation({ beta: 1, freeSweeps: 30, nudgedSweeps: 15, tolerance: 1e-3 }),
    hidden: [500],
    bar: 2.5,
  },
  { name: 'contrastiveHebbian-500', learner: contrastiveHebbian(), hidden: [500], bar: 3.5 },
  { name: 'backprop-600-600', learner: backprop(), hidden: [600, 600] },
  {
    name: 'predictiveCoding-600-600',
    learner: predictiveCoding({ precision: 0.1, rate: 0.2, steps: 10 }),
    hidden: [600, 600],
    bar: 2.2,
  },
  { name: 'backprop-7x240', learner: backprop(), hidden: new Array(7).fill(240) },
  {
    name: 'differenceTargetPropagation-7x240', // eta and noise of Lee et al. 2015, after their code
    learner: differenceTargetPropagation({ eta: 0.328, noise: 0.36 }),
    hidden: new Array(7).fill(240),
    bar: 3,
  },
]

const seed = 0
const epochs = Number(options.epochs ?? 15)
const batchSize = 64
const learningRate = 1e-3
const { train, test } = mnist(positionals[0])
const [taught, scored] = options.validate ? train.split(50_000, 1) : [train, test]
const results = options.out && existsSync(options.out) ? JSON.parse(readFileSync(options.out, 'utf8')).results : []

for (const { name, learner, hidden, bar } of runs) {
  if (options.only && !options.only.split(',').includes(name)) continue
  const network = recipeNetwork(train.inputs, hidden, train.outputs).build({ seed })
  const steps = epochs * Math.ceil(taught.size / batchSize)
  const optimizer = ngrad.adam({ learningRate: ngrad.linearSchedule(learningRate, 0, steps) })
  const trainer = ngrad.createTrainer(network, { learner, loss: ngrad.crossEntropy(), optimizer, seed })
  const began = performance.now()
  let unsettled = 0
  for await (const { epoch, epochEnd, loss } of trainer.fit(taught, { epochs, batchSize })) {
    if (trainer.settling && !trainer.settling.converged) unsettled++
    if (epochEnd) console.error(`${name}: epoch ${epoch}, loss of the last batch ${loss.toFixed(4)}`)
  }
  const seconds = (performance.now() - began) / 1000
  const error = 100 * (1 - trainer.evaluate(scored).accuracy)
  const row = {
    name,
    hidden,
    epochs,
    batchSize,
    learningRate,
    seed,
    scoredOn: options.validate ? 'validation' : 'test',
    errorPercent: Number(error.toFixed(2)),
    barPercent: bar ?? null,
    seconds: Math.round(seconds),
    ...(trainer.settling && { lastPhase: trainer.settling, stepsNotSettled: unsettled, steps }),
  }
  console.log(JSON.stringify(row))
  const before = results.findIndex((result) => result.name === name)
  if (before >= 0) results.splice(before, 1)
  results.push(row)
  trainer.dispose()
  network.dispose()
  if (options.out) {
    mkdirSync(dirname(options.out), { recursive: true })
    const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version }
    const commit = execSync('git rev-parse --short HEAD').toString().trim()
    writeFileSync(options.out, `${JSON.stringify({ date: new Date().toISOString(), commit, machine, results }, null, 2)}\n`)
  }
}
