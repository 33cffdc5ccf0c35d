// The figures of `evaluate`, by their definitions, over more rows than one chunk.
import { describe, expect, it } from 'vitest'
import {
  backprop,
  binaryCrossEntropy,
  createTrainer,
  crossEntropy,
  dense,
  type Evaluation,
  type Loss,
  confusionMatrix,
  binaryAccuracy,
  labelAccuracy,
  meanAbsoluteError,
  type Metric,
  sequential,
  sgd,
  squaredError,
} from '../../src/index.js'

const rows = 600
const x = Float64Array.from({ length: rows * 3 }, (_, i) => Math.sin(1.7 * i))

interface Judged<Chosen extends Readonly<Record<string, Metric>>> {
  readonly evaluation: Evaluation<Chosen>
  readonly h: number[][]
  readonly y: number[][]
}

/** An untaught network's figures, its outputs, and its targets. */
function judge<Chosen extends Readonly<Record<string, Metric>>>(
  loss: Loss,
  outputs: number,
  target: (row: number, j: number) => number,
  metrics?: Chosen,
): Judged<Chosen> {
  const network = sequential(3, [dense(4, 'tanh'), dense(outputs)]).build({ dtype: 'f64', seed: 5 })
  const trainer = createTrainer(network, { learner: backprop(), loss, optimizer: sgd({ learningRate: 0.1 }) })
  const table = (of: (row: number, j: number) => number): number[][] =>
    Array.from({ length: rows }, (_, row) => Array.from({ length: outputs }, (_, j) => of(row, j)))
  const y = table(target)
  const flat = trainer.predict(x)
  const evaluation = trainer.evaluate({ x, y: y.flat(), size: rows }, metrics ? { metrics } : {})
  trainer.dispose()
  network.dispose()
  return { evaluation, h: table((row, j) => flat[row * outputs + j]), y }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** R^2 of one output, from its definition, in two passes. */
function determination(p: readonly number[], y: readonly number[]): number {
  const centre = mean(y)
  return 1 - mean(y.map((target, i) => (p[i] - target) ** 2)) / mean(y.map((target) => (target - centre) ** 2))
}

it('are those of a regression for squaredError', () => {
  const { evaluation, h, y } = judge(squaredError(), 2, (row, j) => Math.cos(row + j) + 3 * j)
  expect(Object.keys(evaluation.metrics)).toEqual(['rSquared', 'meanAbsoluteError'])
  const column = (of: number[][], j: number): number[] => of.map((row) => row[j])
  const expected = mean([0, 1].map((j) => determination(column(h, j), column(y, j))))
  expect(evaluation.metrics.rSquared).toBeCloseTo(expected, 11)
  expect(evaluation.metrics.meanAbsoluteError).toBeCloseTo(mean(h.flat().map((value, i) => Math.abs(value - y.flat()[i]))), 12)
})

it('are those of labels for binaryCrossEntropy, of probabilities where they are values', () => {
  const { evaluation, h, y } = judge(binaryCrossEntropy(), 3, (row, j) => ((row >> j) & 1 ? 1 : 0), {
    labels: labelAccuracy(),
    right: binaryAccuracy(),
    distance: meanAbsoluteError(),
  })
  const right = (j: number): number => mean(h.map((row, i) => (row[j] > 0 === y[i][j] > 0.5 ? 1 : 0)))
  expect(evaluation.metrics.labels).toEqual([right(0), right(1), right(2)])
  expect(evaluation.metrics.right).toBeCloseTo(mean([right(0), right(1), right(2)]), 14)
  const distances = h.flatMap((row, i) => row.map((value, j) => Math.abs(1 / (1 + Math.exp(-value)) - y[i][j])))
  expect(evaluation.metrics.distance).toBeCloseTo(mean(distances), 12)
  expect(Object.keys(judge(binaryCrossEntropy(), 3, () => 1).evaluation.metrics)).toEqual(['binaryAccuracy'])
  expect(judge(crossEntropy(), 3, () => 1 / 3).evaluation.metrics).toEqual({})
})

describe('a confusion matrix', () => {
  it('of more classes than there is room for is refused, and no program ended', () => {
    expect(() => confusionMatrix().begin(4097, 0)).toThrow(expect.objectContaining({ code: 'RANGE', where: 'confusionMatrix: outputs' }))
  })

  it('counts which class was taken for which', () => {
    const { evaluation, h } = judge(crossEntropy(), 3, (row, j) => (row % 3 === j ? 1 : 0), { confusion: confusionMatrix() })
    const counts = [0, 1, 2].map(() => [0, 0, 0])
    h.forEach((outputs, row) => counts[row % 3][outputs.indexOf(Math.max(...outputs))]++)
    expect(evaluation.metrics.confusion).toEqual(counts)
    expect(evaluation.accuracy).toBe((counts[0][0] + counts[1][1] + counts[2][2]) / rows)
  })

  it('of one output is of no and yes, at the loss’s threshold', () => {
    for (const [loss, threshold] of [
      [squaredError(), 0.5],
      [binaryCrossEntropy(), 0],
    ] as const) {
      const { evaluation, h } = judge(loss, 1, (row) => row % 2, { confusion: confusionMatrix() })
      const counts = [0, 1].map(() => [0, 0])
      h.forEach(([output], row) => counts[row % 2][output > threshold ? 1 : 0]++)
      expect(evaluation.metrics.confusion).toEqual(counts)
    }
  })
})

it('of targets that are all alike have no variance to explain', () => {
  expect(judge(squaredError(), 1, () => 2).evaluation.metrics.rSquared).toBe(0)
})

it('are refused where they are none', () => {
  const judged = (metrics: unknown): (() => unknown) => {
    return () => judge(squaredError(), 1, () => 1, metrics as Record<string, Metric>)
  }
  expect(judged({ f1: 'f1' })).toThrow(expect.objectContaining({ code: 'TYPE', where: 'evaluate(data): metrics.f1' }))
  expect(judged('rSquared')).toThrow(expect.objectContaining({ code: 'TYPE' }))
})

it('may be the caller’s own', () => {
  const largest: Metric<number> = {
    name: 'largest',
    begin: () => {
      let most = -Infinity
      return { add: (h) => h.forEach((value) => (most = Math.max(most, value))), value: () => most }
    },
  }
  const { evaluation, h } = judge(squaredError(), 2, () => 0, { largest })
  expect(evaluation.metrics.largest).toBe(Math.max(...h.flat()))
})
