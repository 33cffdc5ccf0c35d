// Building, teaching and comparing stochastic models.
import {
  createTrainer,
  type Examples,
  type Learner,
  type Trainer,
  type Optimizer,
  sgd,
  type Model,
  type TrainerOptionsOf,
} from '../../src/index.js'
import { uniform } from '../support/numbers.js'

export function withTrainer<M extends Model, T>(
  model: M,
  learner: Learner<M>,
  use: (trainer: Trainer<M>) => T,
  optimizer: Optimizer = sgd({ learningRate: 0.1 }),
  seed = 5,
): T {
  const trainer = createTrainer(model, { learner, optimizer, seed } as TrainerOptionsOf<M>)
  try {
    return use(trainer)
  } finally {
    trainer.dispose()
    model.dispose()
  }
}

/** Every number of every parameter's direction. */
export function directionOf<M extends Model>(trainer: Trainer<M>, batch: Examples): number[] {
  const direction = trainer.direction(batch)
  return trainer.model.parameters.flatMap(({ name }) => Array.from(direction.of(name)))
}

export const binary = (n: number, seed: number): number[] => uniform(n, seed).map((x) => (x > 0 ? 1 : 0))

/** The largest |z| of the mean of `draw()` against `expected`, over independent draws. */
export function largestDeviation(draws: number, expected: readonly number[], draw: () => readonly number[]): number {
  const sums = expected.map(() => 0)
  const squares = expected.map(() => 0)
  for (let i = 0; i < draws; i++)
    draw().forEach((value, at) => {
      const difference = value - expected[at]
      sums[at] += difference
      squares[at] += difference * difference
    })
  return Math.max(
    ...sums.map((sum, at) => {
      const mean = sum / draws
      const error = Math.sqrt((squares[at] / draws - mean * mean) / draws)
      return Math.abs(mean) < 1e-12 ? 0 : Math.abs(mean) / error
    }),
  )
}
