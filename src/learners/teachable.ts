// Whether a rule can learn from what a batch holds: each of its numbers must be one that the model and the objective know.
import { type Numbers, place } from '../core/numbers.js'
import { NgradError } from '../errors.js'
import type { Loss, Objective } from '../losses/loss.js'
import type { Model } from '../models/model.js'
import type { Network } from '../models/network.js'
import type { Learner } from './learner.js'

/** With room for rows that were rounded to single precision. */
const rowSumTolerance = 1e-6

/** Throws `RANGE` for an input that is none of the model's. Rows are counted from `first`, here and below. */
export function requireExamples(where: string, name: string, x: Numbers, count: number, first: number, { examples, width }: Model): void {
  if (!examples) return
  for (let i = 0; i < count; i++)
    if (!examples.accepts(x[i])) throw new NgradError('RANGE', `${where}${name}.x, ${place(i, width, first)}`, examples.expected, x[i])
}

/** Throws `RANGE` for a target that is none of the objective's. */
export function requireTargets(
  where: string,
  name: string,
  y: Numbers,
  count: number,
  columns: number,
  first: number,
  { targets }: Objective,
): void {
  const { expected, accepts } = targets
  for (let i = 0; i < count; i++)
    if (!accepts(y[i])) throw new NgradError('RANGE', `${where}${name}.y, ${place(i, columns, first)}`, expected, y[i])
}

/** Throws `RANGE` where the rule's claim is false for rows of targets, or of inputs, that do not sum to 1: it does not learn from them. */
export function requireDistributions(
  where: string,
  name: string,
  x: Numbers,
  y: Numbers,
  rows: number,
  {
    learner,
    loss,
    model,
  }: { readonly learner: Pick<Learner<never>, 'compares' | 'name'>; readonly loss: Objective | null; readonly model: Model },
): void {
  const { compares } = learner
  if (compares === undefined || !(loss as Loss).distributions) return
  const values = compares === 'targets' ? y : x
  const columns = compares === 'targets' ? (model as Network).outputs : model.width
  for (let row = 0; row < rows; row++) {
    let sum = 0
    for (let j = 0; j < columns; j++) sum += values[row * columns + j]
    if (!(Math.abs(sum - 1) <= rowSumTolerance)) {
      const side = compares === 'targets' ? 'y' : 'x'
      const expected = `numbers that sum to 1, for ${learner.name} and ${loss!.name}`
      throw new NgradError('RANGE', `${where}${name}.${side}, row ${row}`, expected, sum)
    }
  }
}
