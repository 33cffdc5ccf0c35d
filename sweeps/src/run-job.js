// One job, in a process of its own: reads it from the standard input, goes on from the last checkpoint where there is one, and says what
// came of it. Exit codes: 0 done, 2 diverged (a result), 3 anything else.
//
//   { "job": ..., "store": FOLDER, "every": SECONDS between checkpoints }  ->  { "outcome", "numbers", "digest" }
import { readFileSync } from 'node:fs'
import { createTrainer, crossEntropy, NgradError, readSafetensors, resume, save, writeSafetensors } from 'ngrad'
import { classifiers, optimizerOf, recipeNetwork } from 'ngrad/registry'
import { loadData } from './data.js'
import { digestOf, keyOf, sha256 } from './job.js'
import { Store } from './store.js'

const { job, store: folder, every } = JSON.parse(readFileSync(0, 'utf8'))
const store = new Store(folder)
const key = keyOf(job)

/** The parts that this job learns from and is scored on. */
function parts() {
  const data = loadData(job.data)
  if (digestOf(data) !== job.digest) throw new Error(`${job.data} are other data than when the sweep began`)
  if (job.part === 'test') return [data.train, data.test]
  const [held, train] = data.train.split(job.validation, 0, { stratified: true })
  return [train, held]
}

/** A trainer, from its checkpoint where there is one that can be read; and what was seen before. */
function begin(train) {
  const row = classifiers.find(({ name }) => name === job.rule)
  const steps = job.epochs * Math.ceil(train.size / job.batchSize)
  const options = { learner: row.make(job.options), loss: crossEntropy(), optimizer: optimizerOf(job.optimizer, steps) }
  const bytes = store.unfinished(key)
  if (bytes)
    try {
      const course = JSON.parse(readSafetensors(bytes).metadata.get('sweep'))
      return { trainer: resume(bytes, options).trainer, course }
    } catch {
      // of a process that was ended while it wrote, or no checkpoint at all: the job begins anew, and comes to the same
    }
  const network = recipeNetwork(train.inputs, job.hidden, train.outputs).build({ dtype: job.dtype, seed: job.seed })
  return { trainer: createTrainer(network, { ...options, seed: job.seed }), course: { losses: [] } }
}

const weightsOf = ({ network }) => sha256(...network.parameters.map((parameter) => new Uint8Array(parameter.read().buffer)))

async function work() {
  const [train, scored] = parts()
  const { trainer, course } = begin(train)
  let saved = performance.now()
  const answer = (outcome, numbers) => ({
    outcome,
    numbers: { ...numbers, steps: trainer.steps, losses: course.losses },
    digest: weightsOf(trainer),
  })
  try {
    for await (const { epochEnd } of trainer.fit(train, { epochs: job.epochs, batchSize: job.batchSize, from: trainer.position })) {
      if (epochEnd) course.losses.push(trainer.evaluate(train).loss)
      if (performance.now() - saved < 1000 * every) continue
      const { tensors, metadata } = readSafetensors(save(trainer))
      store.write(store.checkpoint(key), writeSafetensors({ tensors, metadata: new Map([...metadata, ['sweep', JSON.stringify(course)]]) }))
      saved = performance.now()
    }
    const { loss, accuracy } = trainer.evaluate(scored)
    return answer('done', { error: 1 - accuracy, loss })
  } catch (error) {
    if (error instanceof NgradError && error.code === 'NOT_FINITE') return answer('diverged', { reason: error.message })
    throw error
  }
}

try {
  const result = await work()
  process.stdout.write(JSON.stringify(result))
  process.exitCode = result.outcome === 'done' ? 0 : 2
} catch (error) {
  console.error(error instanceof NgradError ? error.message : error)
  process.exitCode = 3
}
