// The experiment of `ngrad spectrum`: one rule, one network, one seed, watched as it learns.
import type { Dataset } from '../../data/dataset.js'
import { NgradError } from '../../errors.js'
import type { NetworkDescription } from '../../models/network.js'
import { backprop } from '../../learners/gradient/backprop.js'
import type { Learner, Settling } from '../../learners/learner.js'
import { recurrentBackprop } from '../../learners/gradient/recurrent-backprop.js'
import type { Classifier } from '../../learners/registry.js'
import { crossEntropy } from '../../losses/cross-entropy.js'
import { createTrainer, type Trainer } from '../../training/trainer.js'
import { angles } from '../../verify/angles.js'

export interface Task {
  readonly train: Dataset
  readonly test: Dataset
  readonly network: NetworkDescription
}

/** Where a run stood after an epoch; epoch 0 is before the first step. */
export interface Point {
  readonly epoch: number
  /** The mean loss of the epoch's batches, each before its step; NaN for epoch 0. */
  readonly loss: number
  /** The share of test images taken for another digit. Nothing is chosen by it. */
  readonly testError: number
  /** The angle of the rule's direction to backprop's, weight by weight, on one batch of training images. */
  readonly degrees: readonly number[]
  /** The same to recurrent backprop, the gradient of the network that settles, for rules of which that can be said. */
  readonly degreesToSettled: readonly number[] | null
  /** How the last relaxation before it went, for rules that settle. */
  readonly settling: Settling | null
}

export interface Run {
  readonly seed: number
  readonly points: readonly Point[]
  /** How many steps of training there were, and of how many the relaxation had not settled. */
  readonly steps: number
  readonly unsettledSteps: number
  /** Why the run ended before its time. */
  readonly stopped: string | null
}

const angleImages = 256

/** Trains a rule by its recipe. `watch` sees each point as it comes. */
export async function runExperiment(
  { recipe }: Classifier,
  { train, test, network: description }: Task,
  seed: number,
  epochs: number,
  watch: (point: Point) => void,
): Promise<Run> {
  const network = description.build({ seed })
  const steps = epochs * Math.ceil(train.size / recipe.batchSize)
  const trainer = createTrainer(network, {
    learner: recipe.learner,
    loss: crossEntropy(),
    optimizer: recipe.optimizer(steps),
    seed,
  })
  const batch = train.first(Math.min(angleImages, train.size))
  // Recurrent backprop feeds back h_L: where the outputs settle on link(h_L), that is another network's gradient.
  const { gamma, linked } = recipe.learner.forward?.options ?? {}
  const settled = typeof gamma === 'number' && linked === false ? recurrentBackprop({ gamma }) : null
  const points: Point[] = []
  const add = (epoch: number, loss: number): void => {
    const settling = trainer.settling ?? null // read before the test and the angles relax it anew
    const testError = 1 - trainer.evaluate(test).accuracy
    const degreesToSettled = settled && weightAngles(trainer, settled, batch)
    const point = { epoch, loss, testError, degrees: weightAngles(trainer, backprop(), batch), degreesToSettled, settling }
    points.push(point)
    watch(point)
  }
  const progress = () => ({ steps: trainer.steps, unsettledSteps: trainer.unsettledSteps })
  try {
    add(0, NaN)
    let losses: number[] = []
    for await (const step of trainer.fit(train, { epochs, batchSize: recipe.batchSize })) {
      losses.push(step.loss)
      if (!step.epochEnd) continue
      add(step.epoch, mean(losses))
      losses = []
    }
    return { seed, points, ...progress(), stopped: null }
  } catch (error) {
    // A rule that diverges on data that its recipe was not made for is a result.
    if (!(error instanceof NgradError && error.code === 'NOT_FINITE')) throw error
    return { seed, points, ...progress(), stopped: error.message }
  } finally {
    trainer.dispose()
    network.dispose()
  }
}

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const weightAngles = (trainer: Trainer, reference: Learner, batch: Dataset): number[] =>
  angles(trainer, reference, batch)
    .filter(({ parameter }) => parameter.endsWith('weight'))
    .map(({ degrees }) => degrees)
