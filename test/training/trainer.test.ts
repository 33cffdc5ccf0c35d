// What a trainer does around a rule: it feeds batches, applies directions, scores, and lets go of its memory.
import { describe, expect, it } from 'vitest'
import { bytesInUse } from '../../src/core/memory.js'
import { dataset, digits } from '../../src/data/index.js'
import {
  type Batch,
  backprop,
  binaryCrossEntropy,
  createTrainer,
  crossEntropy,
  dense,
  equilibriumPropagation,
  type FitStep,
  NgradError,
  nodePerturbation,
  sequential,
  sgd,
  squaredError,
} from '../../src/index.js'
import { batchFor, bits, build, parametersOf, withNetwork, withTrainer } from '../support/teaching.js'

const data = (size = 10) => withNetwork({ sizes: [4, 3] }, (network) => dataset(batchFor(network, size) as never))

async function collect(steps: AsyncIterable<FitStep>, enough = Infinity): Promise<FitStep[]> {
  const all: FitStep[] = []
  for await (const step of steps) {
    all.push(step)
    if (all.length >= enough) break
  }
  return all
}

/** Runs `use` with a trainer, and waits for it. */
async function training<T>(use: (trainer: ReturnType<typeof createTrainer>) => Promise<T>, seed = 3): Promise<T> {
  const network = build({ sizes: [4, 5, 3] })
  const trainer = createTrainer(network, { learner: backprop(), loss: squaredError(), optimizer: sgd({ learningRate: 0.05 }), seed })
  try {
    return await use(trainer)
  } finally {
    trainer.dispose()
    network.dispose()
  }
}

describe('fit', () => {
  it('may be awaited, and takes the steps that it would yield', () =>
    training(async (trainer) => {
      const losses: number[] = []
      await training(async (other) => {
        for await (const { epoch, loss, samples } of other.fit(data(10), { epochs: 2, batchSize: 4 }))
          if (epoch === 2) losses.push(loss * samples)
        const result = await trainer.fit(data(10), { epochs: 2, batchSize: 4 })
        expect(trainer.steps).toBe(6)
        expect(result).toMatchObject({ steps: 6, unsettled: 0 })
        expect(result.loss).toBeCloseTo(losses.reduce((a, b) => a + b, 0) / 10, 14)
        expect(trainer.network.parameters.map((p) => [...p.read()])).toEqual(other.network.parameters.map((p) => [...p.read()]))
      })
    }))

  it('rejects where it is awaited as where it is iterated, and changes nothing', () =>
    training(async (trainer) => {
      await expect(trainer.fit(data(10), { epochs: -1 })).rejects.toThrow(expect.objectContaining({ code: 'RANGE' }))
      expect(await trainer.fit(data(10), { epochs: 0 })).toEqual({ steps: 0, loss: undefined, samplesPerSecond: 0, unsettled: 0 })
      expect(trainer.steps).toBe(0)
    }))

  it('yields after each step; the last batch of an epoch takes what is left', () =>
    training(async (trainer) => {
      const steps = await collect(trainer.fit(data(10), { epochs: 2, batchSize: 4 }))
      expect(steps.map(({ epoch, step, epochEnd }) => [epoch, step, epochEnd])).toEqual([
        [1, 1, false],
        [1, 2, false],
        [1, 3, true],
        [2, 4, false],
        [2, 5, false],
        [2, 6, true],
      ])
      for (const { loss, samplesPerSecond } of steps) {
        expect(loss).toBeGreaterThan(0)
        expect(samplesPerSecond).toBeGreaterThan(0)
      }
      expect(trainer.steps).toBe(6)
    }))

  it('is a sequence of steps on the rows in their order when it does not shuffle', () =>
    training(async (trainer) => {
      const rows = data(6)
      await collect(trainer.fit(rows, { batchSize: 4, shuffle: false }))
      const fitted = parametersOf(trainer.network)
      await training(async (other) => {
        other.step(rows.subset([0, 1, 2, 3]))
        other.step(rows.subset([4, 5]))
        expect(bits(parametersOf(other.network))).toBe(bits(fitted))
      })
    }))

  it('shuffles by the seed of the trainer: every row once in an epoch, in another order in the next', () =>
    training(async (trainer) => {
      const seen: number[] = []
      const original = trainer.step.bind(trainer)
      trainer.step = (batch) => {
        const { x, size } = batch as Batch
        seen.push(...Array.from({ length: size }, (_, i) => x[4 * i]))
        return original(batch)
      }
      const rows = data(10)
      await collect(trainer.fit(rows, { epochs: 2, batchSize: 4 }))
      const inOrder = Array.from({ length: 10 }, (_, i) => rows.x[4 * i])
      const [first, second] = [seen.slice(0, 10), seen.slice(10)]
      expect(first).not.toEqual(inOrder)
      expect(second).not.toEqual(first)
      for (const epoch of [first, second]) expect([...epoch].sort()).toEqual([...inOrder].sort())
    }))

  it('stops at a break, and keeps what was learned', () =>
    training(async (trainer) => {
      await collect(trainer.fit(data(10), { epochs: 5, batchSize: 4 }), 2)
      expect(trainer.steps).toBe(2)
    }))

  it('ends without an error when its signal is aborted', () =>
    training(async (trainer) => {
      const controller = new AbortController()
      let steps = 0
      for await (const _ of trainer.fit(data(10), { epochs: 5, batchSize: 4, signal: controller.signal }))
        if (++steps === 3) controller.abort()
      expect(steps).toBe(3)
    }))

  it('takes batches larger than the data', () =>
    training(async (trainer) => expect(await collect(trainer.fit(data(3), { batchSize: 100 }))).toHaveLength(1)))
})

describe('evaluate', () => {
  it('is the mean loss and the share of right answers, over any number of rows', () => {
    withNetwork({ sizes: [64, 10] }, (network) => {
      const { test } = digits()
      const outputs = network.predict(test.x)
      let loss = 0
      let correct = 0
      for (let row = 0; row < test.size; row++) {
        const h = Array.from(outputs.slice(10 * row, 10 * row + 10))
        const y = Array.from(test.y.slice(10 * row, 10 * row + 10))
        const label = y.indexOf(1)
        loss -= h[label] - Math.log(h.reduce((sum, value) => sum + Math.exp(value), 0))
        if (h.indexOf(Math.max(...h)) === label) correct++
      }
      withTrainer(network, { learner: backprop(), loss: crossEntropy() }, (trainer) => {
        const evaluation = trainer.evaluate(test)
        expect(evaluation.loss).toBeCloseTo(loss / test.size, 10)
        expect(evaluation.accuracy).toBe(correct / test.size)
      })
    })
  })

  it('takes the side of a single output', () => {
    const network = sequential(1, [dense(1)]).build({ dtype: 'f64' })
    network.parameters[0].write([1])
    const batch = { x: [-2, -1, 1, 2], y: [0, 1, 1, 1], size: 4 }
    withTrainer(network, { learner: backprop(), loss: binaryCrossEntropy() }, (trainer) =>
      expect(trainer.evaluate(batch).accuracy).toBe(0.75),
    )
    network.dispose()
  })

  it('scores what the rule itself predicts: the settled network, for one that settles', () => {
    withNetwork({ sizes: [4, 5, 3], gain: 0.6 }, (network) => {
      const batch = batchFor(network, 6)
      const feedforward = withTrainer(network, { learner: backprop() }, (trainer) => trainer.evaluate(batch).loss)
      const settled = withTrainer(network, { learner: equilibriumPropagation() }, (trainer) => trainer.evaluate(batch).loss)
      expect(Math.abs(settled - feedforward)).toBeGreaterThan(1e-3)
    })
  })

  it('refuses to score outputs that are not finite', () => {
    const network = sequential(1, [dense(1, 'softplus'), dense(1)]).build({ dtype: 'f32' })
    network.parameters[0].write([3e38])
    network.parameters[2].write([3e38])
    withTrainer(network, { learner: backprop() }, (trainer) =>
      expect(() => trainer.evaluate({ x: [10], y: [1], size: 1 })).toThrow(/outputs: expected finite numbers/),
    )
    network.dispose()
  })
})

describe('a step that cannot be taken', () => {
  it('changes nothing when the loss is not finite', () => {
    const network = sequential(1, [dense(1, 'relu'), dense(1)]).build({ dtype: 'f32' })
    network.parameters[0].write([3e38])
    network.parameters[2].write([3e38])
    withTrainer(network, { learner: backprop() }, (trainer) => {
      const before = bits(parametersOf(network))
      expect(() => trainer.step({ x: [10], y: [1], size: 1 })).toThrow(NgradError)
      expect(bits(parametersOf(network))).toBe(before)
      expect(trainer.steps).toBe(0)
    })
    network.dispose()
  })

  it('draws no noise: the next step is the one that would have been', () => {
    const run = (stumble: boolean): string =>
      withNetwork({ sizes: [3, 2] }, (network) =>
        withTrainer(network, { learner: nodePerturbation() }, (trainer) => {
          if (stumble) expect(() => trainer.step({ x: [1, NaN, 2], y: [0, 0], size: 1 })).toThrow(/row 0, column 1/)
          trainer.step(batchFor(network, 4))
          return bits(parametersOf(network))
        }),
      )
    expect(run(true)).toBe(run(false))
  })
})

describe('dispose', () => {
  it('twice is nothing, and any use after it is an error', () => {
    const before = bytesInUse()
    const network = build({ sizes: [4, 3] })
    const trainer = createTrainer(network, { learner: backprop(), loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }) })
    const batch = batchFor(network, 2)
    trainer.dispose()
    trainer.dispose()
    network.dispose()
    network.dispose()
    expect(bytesInUse()).toBe(before)
    const uses = [
      () => trainer.step(batch),
      () => trainer.direction(batch),
      () => trainer.evaluate(batch),
      () => network.predict(batch.x),
      () => network.parameters[0].read(),
      () => network.parameters[0].write(new Array(12).fill(0)),
      () => createTrainer(network, { learner: backprop(), loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }) }),
    ]
    for (const use of uses) expect(use).toThrow(expect.objectContaining({ name: 'NgradError', code: 'DISPOSED' }))
  })

  it('serves `using`', () => {
    if (typeof Symbol.dispose !== 'symbol') return // the host has no such symbol
    const network = build({ sizes: [4, 3] })
    network[Symbol.dispose]()
    expect(network.disposed).toBe(true)
  })

  it('of a network leaves its trainer with an error, and not with memory of others', () => {
    const network = build({ sizes: [4, 3] })
    const trainer = createTrainer(network, { learner: backprop(), loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }) })
    const batch = batchFor(network, 2)
    network.dispose()
    expect(() => trainer.step(batch)).toThrow(expect.objectContaining({ code: 'DISPOSED' }))
    trainer.dispose()
  })
})
