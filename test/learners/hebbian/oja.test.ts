// Oja's subspace rule (Oja 1982, 1989) in use: principal components of real data, and what it refuses.
import { describe, expect, it } from 'vitest'
import { backprop, conv2d, createTrainer, dense, oja, resume, save, sequential, sgd, squaredError } from '../../../src/index.js'
import { digits } from '../../../src/data/index.js'
import { times, transpose } from '../../support/linear-algebra.js'

const pixels = 64

const dot = (u: readonly number[], v: readonly number[]): number => u.reduce((sum, value, i) => sum + value * v[i], 0)

/** Digits of mean 0 in every pixel, by rows. */
function centred(count: number): number[][] {
  const { x } = digits().train
  const rows = Array.from({ length: count }, (_, i) => Array.from(x).slice(i * pixels, (i + 1) * pixels))
  const mean = rows[0].map((_, j) => rows.reduce((sum, row) => sum + row[j], 0) / count)
  return rows.map((row) => row.map((value, j) => value - mean[j]))
}

/** The leading eigenvectors of <x x^T> and their eigenvalues, by orthogonal iteration. */
function principal(rows: number[][], count: number): { values: number[]; vectors: number[][] } {
  const covariance = times(transpose(rows), rows).map((row) => row.map((value) => value / rows.length))
  const vectors: number[][] = []
  const values: number[] = []
  for (let k = 0; k < count; k++) {
    let v = rows[k].map((_, j) => (j % (k + 2)) - 0.4)
    for (let pass = 0; pass < 3000; pass++) {
      v = covariance.map((row) => dot(row, v))
      for (const found of vectors) {
        const along = dot(found, v)
        v = v.map((value, j) => value - along * found[j])
      }
      values[k] = Math.sqrt(dot(v, v))
      v = v.map((value) => value / values[k])
    }
    vectors.push(v)
  }
  return { values, vectors }
}

describe('on digits', () => {
  const rows = centred(300)
  const batch = { x: rows.flat(), size: rows.length }
  const { values, vectors } = principal(rows, 9)
  const variance = rows.reduce((sum, row) => sum + dot(row, row), 0) / rows.length

  it('finds the space of the first eight principal components, and tells all but the rest of the variance', () => {
    const network = sequential(pixels, [dense(8)]).build({ dtype: 'f64', seed: 1 })
    const trainer = createTrainer(network, { learner: oja(), optimizer: sgd({ learningRate: 0.7 / values[0] }) })
    for (let step = 0; step < 1500; step++) trainer.step(batch)
    const w = Array.from({ length: 8 }, (_, i) => Array.from(network.parameters[0].read()).slice(i * pixels, (i + 1) * pixels))
    for (const vector of vectors.slice(0, 8)) {
      const along = w.map((row) => dot(row, vector))
      expect(Math.sqrt(dot(along, along))).toBeGreaterThan(0.999) // the cosine with the space that the units span
    }
    const told = values.slice(0, 8).reduce((sum, value) => sum + value, 0)
    expect(trainer.step(batch) / ((variance - told) / 2)).toBeCloseTo(1, 4)
    expect(network.parameters[1].read()).toEqual(new Float64Array(8))
  })

  it('fits, awaited or step by step, saves and goes on to the bit', async () => {
    const begin = () =>
      createTrainer(sequential(pixels, [dense(3)]).build({ seed: 2 }), { learner: oja(), optimizer: sgd({ learningRate: 0.01 }), seed: 4 })
    const through = begin()
    const { loss, steps } = await through.fit(batch, { epochs: 4, batchSize: 50 })
    expect(steps).toBe(24)
    const told = values.slice(0, 3).reduce((sum, value) => sum + value, 0)
    expect(loss! / ((variance - told) / 2)).toBeGreaterThan(0.99)
    const half = begin()
    await half.fit(batch, { epochs: 2, batchSize: 50 })
    const { trainer } = resume(save(half), { learner: oja(), optimizer: sgd({ learningRate: 0.01 }) })
    await trainer.fit(batch, { epochs: 4, batchSize: 50, from: trainer.position })
    expect(save(trainer)).toEqual(save(through))
  })
})

describe('refuses', () => {
  const optimizer = sgd({ learningRate: 0.1 })
  it.each([
    ['two layers', sequential(3, [dense(2), dense(2)])],
    ['a curved layer', sequential(3, [dense(2, 'tanh')])],
    ['a convolution', sequential({ height: 2, width: 2, channels: 1 }, [conv2d(1, { kernel: 2 })])],
  ])('%s', (_, description) => {
    expect(() => createTrainer(description.build(), { learner: oja(), optimizer })).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED', where: 'oja: network', expected: 'one linear dense layer' }),
    )
  })

  it('a loss, as it is told none; others must have one', () => {
    const network = sequential(3, [dense(2)]).build()
    expect(() => createTrainer(network, { learner: oja(), loss: squaredError(), optimizer })).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED', where: 'createTrainer(model, options): loss', expected: 'none, for oja' }),
    )
    expect(() => createTrainer(network, { learner: backprop(), optimizer })).toThrow(expect.objectContaining({ code: 'TYPE' }))
  })

  it('to evaluate, which is for rules with a loss; targets are not read', () => {
    const network = sequential(3, [dense(2)]).build()
    const trainer = createTrainer(network, { learner: oja(), optimizer })
    const targets = { x: [1, 0, 0], y: [1, 0], size: 1 }
    expect(() => trainer.evaluate(targets)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }))
    expect(trainer.step(targets)).toBeGreaterThan(0)
  })
})
