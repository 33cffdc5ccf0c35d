// Predictive coding of data without targets (Rao & Ballard 1999): inference, and what is learned from it.
import { describe, expect, it } from 'vitest'
import { bytesInUse } from '../../src/core/memory.js'
import { adam, predictiveHierarchy, predictiveLearning, sgd } from '../../src/index.js'
import { uniform } from '../support/numbers.js'
import { directionOf, withTrainer } from './support.js'

const small = (dtype: 'f32' | 'f64' = 'f64') =>
  predictiveHierarchy({ layers: [6, 4, 3], precisions: [2, 1, 0.5] }).build({ dtype, seed: 2 })
const data = (rows: number): number[] => uniform(6 * rows, 1).map((u) => (u + 1) / 2)
const settled = { steps: 5000, rate: 0.2, tolerance: 1e-13 }

describe('inference', () => {
  it('gives each row the causes that it has alone', () => {
    const model = small()
    const together = model.infer(data(3), settled)
    for (let row = 0; row < 3; row++) {
      const alone = model.infer(data(3).slice(6 * row, 6 * row + 6), settled)
      alone.causes.forEach((cause, k) =>
        cause.forEach((value, i) => expect(together.causes[k][row * cause.length + i]).toBeCloseTo(value, 10)),
      )
    }
    expect(together.causes.map(({ length }) => length)).toEqual([12, 9])
    expect(together.prediction).toHaveLength(18)
    expect(together.settling).toMatchObject({ converged: true })
    model.dispose()
  })

  it('settles where a small rate does, whatever the rate: steps that raise F are halved', () => {
    const model = small()
    for (const parameter of model.parameters) parameter.write(parameter.read().map((value) => 3 * value))
    const [slow, fast] = [0.02, 5].map((rate) => model.infer(data(2), { steps: 40_000, rate, tolerance: 1e-13 }))
    expect(fast.freeEnergy).toBeCloseTo(slow.freeEnergy, 8)
    model.dispose()
  })

  it('has nothing to do for what the prior predicts', () => {
    const model = small()
    for (const parameter of model.parameters) if (parameter.name.endsWith('bias')) parameter.write(uniform(parameter.shape[0], 4))
    const top = model.parameters.at(-1)!.read()
    const [w0, b0, w1, b1] = model.parameters.map((parameter) => parameter.read())
    const up = (w: ArrayLike<number>, x: ArrayLike<number>, b: ArrayLike<number>): number[] =>
      Array.from(b, (value, i) => value + Array.from(x, Math.tanh).reduce((sum, h, j) => sum + w[i * x.length + j] * h, 0))
    const prior = up(w0, up(w1, top, b1), b0)
    expect(model.infer(prior)).toMatchObject({ settling: { sweeps: 1, converged: true } })
    expect(model.infer(prior).freeEnergy).toBeLessThan(1e-24)
    model.dispose()
  })
})

it.each(['f32', 'f64'] as const)('learns what its data have in common, in %s', (dtype) => {
  const patterns = [1, 1, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 1, 0]
  withTrainer(
    small(dtype),
    predictiveLearning({ rate: 0.2 }),
    (trainer) => {
      const before = trainer.model.infer(patterns).freeEnergy
      for (let step = 0; step < 600; step++) trainer.step({ x: patterns, size: 3 })
      const { freeEnergy, prediction } = trainer.model.infer(patterns)
      expect(freeEnergy).toBeLessThan(0.1 * before)
      patterns.forEach((value, i) => expect(Math.abs(prediction[i] - value)).toBeLessThan(0.2))
      expect(trainer.settling!.sweeps).toBeGreaterThan(1)
    },
    adam({ learningRate: 1e-2 }),
  )
})

it('weights stand for repetitions, and a direction changes nothing', () => {
  withTrainer(small(), predictiveLearning(settled), (trainer) => {
    const x = data(2)
    const weighted = directionOf(trainer, { x, size: 2, weights: [0.75, 0.25] })
    const repeated = directionOf(trainer, { x: [...x.slice(0, 6), ...x.slice(0, 6), ...x], size: 4 })
    weighted.forEach((value, i) => expect(value).toBeCloseTo(repeated[i], 10))
    expect(directionOf(trainer, { x, size: 2, weights: [0.75, 0.25] })).toEqual(weighted)
  })
})

it('leaves no memory behind', () => {
  withTrainer(small(), predictiveLearning(), (trainer) => trainer.step({ x: data(2), size: 2 }))
  const before = bytesInUse()
  withTrainer(
    small(),
    predictiveLearning(),
    (trainer) => {
      for (const size of [1, 5, 2]) trainer.step({ x: data(size), size })
      trainer.model.infer(data(3))
    },
    sgd({ learningRate: 0.1 }),
  )
  expect(bytesInUse()).toBe(before)
})

it('refuses what makes no hierarchy', () => {
  const code = (name: string) => expect.objectContaining({ code: name })
  expect(() => predictiveHierarchy({ layers: [4] })).toThrow(code('RANGE'))
  expect(() => predictiveHierarchy({ layers: [4, 0] })).toThrow('layers[1]')
  expect(() => predictiveHierarchy({ layers: [4, 2], precisions: [1] })).toThrow(code('SHAPE'))
  expect(() => predictiveHierarchy({ layers: [4, 2], precisions: [1, 0] })).toThrow('precisions[1]')
  expect(() => predictiveHierarchy({ layers: [4, 2], precisions: '1' as never })).toThrow(code('TYPE'))
  expect(() => predictiveHierarchy({ layers: [4, 2], activation: 'sine' as never })).toThrow('activation')
  expect(() => predictiveLearning({ rate: 0 })).toThrow('rate')
  const model = small()
  expect(() => model.infer([1, 2, 3])).toThrow(code('SHAPE'))
  expect(() => model.infer(data(1), { steps: 0 })).toThrow('steps')
  model.dispose()
  expect(() => model.infer(data(1))).toThrow(code('DISPOSED'))
})
