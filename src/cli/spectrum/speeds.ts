// How many samples a second each rule learns from: in rounds that take turns, when nothing else of ours runs, and the median of those, so
// that neither other work on the machine nor another rule's training decides.
import type { Dataset } from '../../data/dataset.js'
import { NgradError } from '../../errors.js'
import type { Classifier } from '../../learners/registry.js'
import { crossEntropy } from '../../losses/cross-entropy.js'
import type { NetworkDescription } from '../../models/network.js'
import { createTrainer } from '../../training/trainer.js'
import { pace } from '../bench/steps.js'

const rounds = 9
const milliseconds = 15

/** Samples a second of processor time, for each rule; NaN for one that diverges. */
export function speedsOf(rules: readonly Classifier[], network: NetworkDescription, train: Dataset): number[] {
  const teachings = rules.map((rule) => teaching(rule, network, train))
  const measured = rules.map((): number[] => [])
  // Of the first round engines make what they are to run in the others.
  for (let round = 0; round <= rounds; round++)
    teachings.forEach(({ samplesPerSecond }, i) => {
      const speed = samplesPerSecond()
      if (round > 0) measured[i].push(speed)
    })
  for (const { dispose } of teachings) dispose()
  return measured.map(median)
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

/** A rule at work on a batch of its recipe's size. */
function teaching({ recipe }: Classifier, description: NetworkDescription, train: Dataset) {
  const network = description.build()
  const trainer = createTrainer(network, { learner: recipe.learner, loss: crossEntropy(), optimizer: recipe.optimizer(2 ** 40) })
  const batch = train.first(Math.min(recipe.batchSize, train.size))
  return {
    samplesPerSecond: (): number => {
      try {
        return pace(trainer, batch, milliseconds)
      } catch (error) {
        if (error instanceof NgradError && error.code === 'NOT_FINITE') return NaN
        throw error
      }
    },
    dispose: (): void => {
      trainer.dispose()
      network.dispose()
    },
  }
}
