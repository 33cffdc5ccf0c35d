// How `fit` goes through data: orders that go on, all of the data checked first, one at a time, and an end in time.
import { describe, expect, it } from 'vitest'
import { bytesInUse } from '../../src/core/memory.js'
import { permutation } from '../../src/core/permutation.js'
import { stream } from '../../src/core/random.js'
import {
  adam,
  backprop,
  type Batch,
  binaryCrossEntropy,
  createTrainer,
  dense,
  earlyStopping,
  type DType,
  type FitOptions,
  kolenPollack,
  type Loss,
  resume,
  save,
  sequential,
  sgd,
  squaredError,
  type Trainer,
} from '../../src/index.js'
import { bits, everythingOf } from '../support/teaching.js'

const line = { x: [0, 1, 2, 3, 4, 5, 6, 7], y: [0, 1, 2, 3, 4, 5, 6, 7], size: 8 }

/** A trainer that learns nothing from single numbers, and what it was shown. */
function watched(seed = 3): { trainer: Trainer; seen: number[] } {
  const seen: number[] = []
  const watching = backprop()
  const learner = {
    ...watching,
    attach: (site: Parameters<typeof watching.attach>[0]) => {
      const rule = watching.attach(site)
      return {
        ...rule,
        estimate: () => {
          seen.push(...site.x.read())
          return rule.estimate()
        },
      }
    },
  }
  const optimizer = sgd({ learningRate: 0 })
  return { trainer: createTrainer(sequential(1, [dense(1)]).build(), { learner, loss: squaredError(), optimizer, seed }), seen }
}

const orderOf = (epoch: number, seed = 3): number[] => Array.from(permutation(seed, stream.shuffle, epoch, 8))

describe('orders', () => {
  it('go on from call to call', async () => {
    const { trainer, seen } = watched()
    for (let call = 0; call < 3; call++) await trainer.fit(line, { batchSize: 1 })
    expect(seen).toEqual([orderOf(1), orderOf(2), orderOf(3)].flat())
  })

  it('of an epoch that was left are not used again', async () => {
    const { trainer, seen } = watched()
    for await (const { step } of trainer.fit(line, { batchSize: 2 })) if (step === 2) break
    expect(trainer.position).toEqual({ epoch: 1, examples: 4, before: 0 })
    await trainer.fit(line, { batchSize: 2 })
    expect(seen).toEqual([...orderOf(1).slice(0, 4), ...orderOf(2)])
  })

  it('of an epoch that is gone on with are the same, after earlier calls and a checkpoint too', async () => {
    const { trainer, seen } = watched()
    await trainer.fit(line, { batchSize: 2, epochs: 2 })
    for await (const { epoch, step } of trainer.fit(line, { batchSize: 2, epochs: 3 })) if (epoch === 2 && step === 5) break
    const resumed = resume(save(trainer), { learner: backprop(), loss: squaredError(), optimizer: sgd({ learningRate: 0 }) })
    expect(resumed.position).toEqual({ epoch: 2, examples: 2, before: 2 })
    await trainer.fit(line, { batchSize: 2, epochs: 3, from: trainer.position })
    expect(seen).toEqual([1, 2, 3, 4, 5].flatMap((epoch) => orderOf(epoch)))
  })
})

describe('data', () => {
  const size = 1000
  const x = Float64Array.from({ length: 2 * size }, (_, i) => Math.sin(i))
  const fitting = async (loss: Loss, data: Batch, dtype: DType = 'f32'): Promise<number> => {
    const trainer = createTrainer(sequential(2, [dense(1)]).build({ dtype }), { learner: backprop(), loss, optimizer: adam(), seed: 3 })
    try {
      await trainer.fit(data, { batchSize: 10 })
    } catch (error) {
      expect(trainer.steps).toBe(0)
      throw error
    }
    return trainer.steps
  }

  it('is all checked before the first step, and its row is named', async () => {
    const y = new Float32Array(size)
    y[777] = 1.5
    await expect(fitting(binaryCrossEntropy(), { x, y, size })).rejects.toThrow(/data\.y, row 777, column 0/)
    const large = x.slice()
    large[2 * 777 + 1] = 1e39
    const data = { x: large, y: new Float32Array(size), size }
    await expect(fitting(squaredError(), data)).rejects.toThrow(/data\.x, row 777, column 1: .* got 1e\+?39/)
    expect(await fitting(squaredError(), { ...data, y: new Float32Array(size) }, 'f64')).toBe(100)
    const targets = new Float64Array(size)
    targets[123] = -1e39
    await expect(fitting(squaredError(), { x, y: targets, size })).rejects.toThrow(/data\.y, row 123, column 0/)
  })
})

describe('two at once', () => {
  it('are refused, and the first goes on', async () => {
    const { trainer, seen } = watched()
    const first = trainer.fit(line, { batchSize: 1, epochs: 2 })
    const second = trainer.fit(line, { batchSize: 1 })
    const [done, refused] = await Promise.allSettled([first, second])
    expect(done).toMatchObject({ status: 'fulfilled', value: { steps: 16 } })
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'STATE' } })
    expect(seen).toEqual([...orderOf(1), ...orderOf(2)])
    await trainer.fit(line, { batchSize: 8 })
  })

  it('are none where the first was left or failed', async () => {
    const { trainer } = watched()
    for await (const { step } of trainer.fit(line, { batchSize: 1 })) if (step === 1) break
    await expect(trainer.fit({ ...line, size: 3 })).rejects.toThrow()
    await expect(trainer.fit(line)).resolves.toMatchObject({ steps: 1 })
  })
})

it('tells the mean loss of the epoch, over examples, and how long it will take', async () => {
  const network = sequential(1, [dense(1)]).build({ dtype: 'f64' })
  const trainer = createTrainer(network, { learner: backprop(), loss: squaredError(), optimizer: sgd({ learningRate: 0.01 }), seed: 1 })
  let sum = 0
  for await (const { epoch, loss, samples, epochLoss, epochEnd, secondsLeft, samplesPerSecond } of trainer.fit(line, {
    batchSize: 3,
    epochs: 2,
  })) {
    sum += loss * samples
    if (epochEnd) {
      expect(epochLoss).toBeCloseTo(sum / 8, 12)
      sum = 0
      expect(secondsLeft).toBeCloseTo(epoch === 1 ? 8 / samplesPerSecond : 0, 12)
    }
  }
})

describe('validation', () => {
  // A learning rate that oscillates: some epochs are worse than those before.
  const data = { x: [1, 2, 3, 4], y: [2, 1, 4, 3], size: 4 }
  const validation = { x: [1.5, 2.5, 3.5], y: [1, 3, 4], size: 3 }
  const trainer = (dtype: DType = 'f64'): Trainer => {
    const network = sequential(1, [dense(3, 'tanh'), dense(1)]).build({ dtype, seed: 2 })
    return createTrainer(network, { learner: kolenPollack(), loss: squaredError(), optimizer: adam({ learningRate: 0.1 }), seed: 5 })
  }

  /** The state and the loss after each epoch of a training without an end in time. */
  const course = async (epochs: number): Promise<{ state: string; loss: number }[]> => {
    const followed = trainer()
    const states = []
    for await (const { epochEnd } of followed.fit(data, { batchSize: 2, epochs }))
      if (epochEnd) states.push({ state: bits(everythingOf(followed)), loss: followed.evaluate(validation).loss })
    return states
  }

  it('ends the training some epochs after the best, and goes back to it', async () => {
    const patience = 4
    const states = await course(60)
    let best = 0
    let last = 0
    for (; last < states.length && last - best < patience; last++) if (states[last].loss < states[best].loss) best = last
    expect(last).toBeLessThan(60)
    expect(best).toBeGreaterThan(0)
    const stopped = trainer()
    const before = bytesInUse()
    const result = await stopped.fit(data, { batchSize: 2, epochs: 60, validation: earlyStopping({ data: validation, patience }) })
    expect(result.best?.epoch).toBe(best + 1)
    expect(result.best?.evaluation.loss).toBe(states[best].loss)
    expect(result.steps).toBe(2 * (best + 1 + patience))
    expect(bits(everythingOf(stopped))).toBe(states[best].state)
    expect(stopped.evaluate(validation).loss).toBe(states[best].loss)
    expect(stopped.steps).toBe(2 * (best + 1))
    expect(bytesInUse()).toBeLessThan(before + 4096) // the copies are gone
  })

  it('yields what it finds, and does not touch the course of the training', async () => {
    const states = await course(6)
    const watching = trainer()
    const found: number[] = []
    const options: FitOptions = { batchSize: 2, epochs: 6, validation: earlyStopping({ data: validation, restore: false }) }
    for await (const { epochEnd, validation: evaluation } of watching.fit(data, options)) {
      expect(evaluation !== undefined).toBe(epochEnd)
      if (evaluation) found.push(evaluation.loss)
    }
    expect(found).toEqual(states.map(({ loss }) => loss))
    expect(bits(everythingOf(watching))).toBe(states[5].state)
  })

  it('is checked before the first step', async () => {
    const refused = trainer()
    const wrong = earlyStopping({ data: { x: [1, NaN], y: [1, 2], size: 2 } })
    await expect(refused.fit(data, { validation: wrong })).rejects.toMatchObject({ code: 'NOT_FINITE' })
    await expect(refused.fit(data, { validation: { data: validation } as never })).rejects.toMatchObject({ code: 'TYPE' })
    expect(refused.steps).toBe(0)
    const stopping = (options: object): (() => unknown) => {
      return () => earlyStopping({ data: validation, ...options })
    }
    expect(stopping({ patience: 0 })).toThrow(expect.objectContaining({ code: 'RANGE' }))
    expect(stopping({ by: 'r2' })).toThrow(expect.objectContaining({ code: 'RANGE' }))
    expect(stopping({ restore: 1 })).toThrow(expect.objectContaining({ code: 'TYPE' }))
    expect(stopping({ patients: 3 })).toThrow(expect.objectContaining({ code: 'RANGE' }))
  })
})
