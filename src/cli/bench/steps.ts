// How many samples a second each rule learns from, on layers of a useful size.
import { recipeNetwork, type Classifier } from '../../learners/registry.js'
import { crossEntropy } from '../../losses/cross-entropy.js'
import type { Batch } from '../../learners/batch.js'
import { createTrainer, type Trainer } from '../../training/trainer.js'
import { processorTime } from './roofline.js'

export interface StepSpeed {
  readonly rule: string
  readonly samplesPerSecond: number
}

const inputs = 784
const outputs = 10
const batchSize = 64
/** What is timed, for the reports. */
export const stepSetting = `${inputs}-500(tanh)-${outputs}, batches of ${batchSize}, f32`

/** Milliseconds that a rule runs at least; and before that, until engines have compiled it. */
const measuredTime = 300
const warmUpTime = 100

/** Samples a second of processor time, of steps on a batch for about so long. */
export function pace(trainer: Trainer, batch: Batch, milliseconds: number): number {
  const start = processorTime()
  let samples = 0
  do {
    trainer.step(batch)
    samples += batch.size
  } while (processorTime() - start < milliseconds)
  return (1000 * samples) / (processorTime() - start)
}

export function stepSpeed({ name, recipe }: Classifier): StepSpeed {
  const network = recipeNetwork(inputs, [500], outputs).build()
  const trainer = createTrainer(network, { learner: recipe.learner, loss: crossEntropy(), optimizer: recipe.optimizer(1e6) })
  const batch = {
    x: Float32Array.from({ length: batchSize * inputs }, (_, i) => ((i * 37) % 101) / 101),
    y: Float32Array.from({ length: batchSize * outputs }, (_, i) => (i % outputs === Math.floor(i / outputs) % outputs ? 1 : 0)),
    size: batchSize,
  }
  pace(trainer, batch, warmUpTime)
  const samplesPerSecond = pace(trainer, batch, measuredTime)
  trainer.dispose()
  network.dispose()
  return { rule: name, samplesPerSecond }
}
