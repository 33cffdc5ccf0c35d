// How well predictions match targets, in figures that people choose. Of targets, above 1/2 is yes.
import { classOf } from '../core/class-of.js'
import { requireInteger } from '../errors.js'
import type { Metric } from './metric.js'

/**
 * The share of all labels whose output is on the target's side of 1/2, over all rows and outputs.
 *
 * ```ts
 * trainer.evaluate(test, { metrics: { right: binaryAccuracy() } }).metrics.right // in [0, 1]
 * ```
 */
export const binaryAccuracy = (): Metric<number> => ({
  name: 'binaryAccuracy',
  begin: (outputs, threshold) => {
    const labels = labelAccuracy().begin(outputs, threshold)
    return { add: (h, p, y) => labels.add(h, p, y), value: () => average(labels.value()) }
  },
})

/** The share of rows in which an output is on the target's side of 1/2, for each output. */
export const labelAccuracy = (): Metric<number[]> => ({
  name: 'labelAccuracy',
  begin: (outputs, threshold) => {
    const right = zeros(outputs)
    let rows = 0
    return {
      add: (h, _p, y) => {
        for (let i = 0; i < y.length; i++) if (h[i] > threshold === y[i] > 0.5) right[i % outputs]++
        rows += y.length / outputs
      },
      value: () => right.map((count) => count / rows),
    }
  },
})

/**
 * The coefficient of determination R^2 = 1 - sum (p - y)^2 / sum (y - mean y)^2, averaged over the outputs. Of targets that are all
 * alike it is 1 where each is met, else 0.
 */
export const rSquared = (): Metric<number> => ({
  name: 'rSquared',
  begin: (outputs) => {
    const [residual, mean, deviation] = [zeros(outputs), zeros(outputs), zeros(outputs)]
    let count = 0
    return {
      add: (_h, p, y) => {
        for (let i = 0; i < y.length; i++) {
          const j = i % outputs
          if (j === 0) count++
          const distance = y[i] - mean[j] // Welford 1962, Technometrics 4:419
          mean[j] += distance / count
          deviation[j] += distance * (y[i] - mean[j])
          const error = p[i] - y[i]
          residual[j] += error * error
        }
      },
      value: () => average(residual.map((sum, j) => (deviation[j] > 0 ? 1 - sum / deviation[j] : sum === 0 ? 1 : 0))),
    }
  },
})

/** The mean of |p - y| over rows and outputs. */
export const meanAbsoluteError = (): Metric<number> => ({
  name: 'meanAbsoluteError',
  begin: () => {
    let [sum, count] = [0, 0]
    return {
      add: (_h, p, y) => {
        for (let i = 0; i < y.length; i++) sum += Math.abs(p[i] - y[i])
        count += y.length
      },
      value: () => sum / count,
    }
  },
})

/** More classes than a matrix of them shows: 2^24 counts. */
const mostClasses = 4096

/**
 * How often the class of the row, the largest target, was taken for the class of the column, the largest output; of equal ones the
 * first. Of one output, no and yes. More than 4096 outputs throw `RANGE`.
 */
export const confusionMatrix = (): Metric<number[][]> => ({
  name: 'confusionMatrix',
  begin: (outputs, threshold) => {
    const classes = Math.max(2, requireInteger('confusionMatrix: outputs', outputs, 1, mostClasses))
    const counts = Array.from({ length: classes }, () => zeros(classes))
    return {
      add: (h, _p, y) => {
        for (let at = 0; at < y.length; at += outputs) counts[classOf(y, at, outputs, 0.5)][classOf(h, at, outputs, threshold)]++
      },
      value: () => counts,
    }
  },
})

const zeros = (length: number): number[] => new Array<number>(length).fill(0)
const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
