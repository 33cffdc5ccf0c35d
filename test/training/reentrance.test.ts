// What belongs to the caller and runs within a step, a schedule or a getter, finds the step closed to it, and cannot reach what was
// counted and checked.
import { describe, expect, it } from 'vitest'
import {
  adam,
  backprop,
  contrastiveDivergence,
  contrastiveHebbian,
  createTrainer,
  crossEntropy,
  dense,
  rbm,
  resume,
  save,
  sequential,
  sgd,
  squaredError,
  type Trainer,
} from '../../src/index.js'
import { batchFor, build } from '../support/teaching.js'

const disposed = expect.objectContaining({ code: 'DISPOSED' })
const closed = expect.objectContaining({ code: 'STATE' })

describe.each([
  ['sgd', (learningRate: () => number) => sgd({ learningRate, momentum: 0.9 })],
  ['adam', (learningRate: () => number) => adam({ learningRate })],
] as const)('a schedule of %s', (_, make) => {
  const attacks: [string, (trainer: Trainer) => void, unknown][] = [
    ['disposes of the trainer', (trainer) => trainer.dispose(), disposed],
    ['disposes of the network', (trainer) => trainer.network.dispose(), disposed],
    ['takes a step', (trainer) => void trainer.step(batchFor(trainer.network, 2)), closed],
    ['asks for a direction', (trainer) => void trainer.direction(batchFor(trainer.network, 2)), closed],
    ['evaluates', (trainer) => void trainer.evaluate(batchFor(trainer.network, 2)), closed],
  ]
  it.each(attacks)('that %s stops the step, and nothing has changed', (name, attack, error) => {
    const network = build({ sizes: [30, 20, 5] })
    let victims: ReturnType<typeof build>[] = []
    let armed = false
    const trainer: Trainer = createTrainer(network, {
      learner: backprop(),
      loss: squaredError(),
      optimizer: make(() => {
        if (!armed) return 0.01
        attack(trainer)
        victims = Array.from({ length: 4 }, (_, seed) => build({ sizes: [30, 20, 5], seed }))
        return 0.01
      }),
    })
    const batch = batchFor(network, 4)
    trainer.step(batch)
    const before = save(trainer)
    armed = true
    expect(() => trainer.step(batch)).toThrow(error)
    armed = false
    victims.forEach((victim, seed) => {
      const fresh = build({ sizes: [30, 20, 5], seed })
      expect(victim.parameters.map((p) => p.read())).toEqual(fresh.parameters.map((p) => p.read()))
    })
    if (name.startsWith('disposes')) return
    expect(Buffer.from(save(trainer)).equals(before)).toBe(true)
    trainer.step(batch)
  })
})

describe('memory that changes its size while a batch is read', () => {
  const resizable = (numbers: number, most: number) => {
    const buffer = new (
      ArrayBuffer as unknown as new (bytes: number, options: { maxByteLength: number }) => ArrayBuffer & { resize(bytes: number): void }
    )(4 * numbers, { maxByteLength: 4 * most })
    return { buffer, x: new Float32Array(buffer).fill(0.5) }
  }

  it.each([4000, 0])('is read as it was counted, to %i numbers', (numbers) => {
    const network = build({ sizes: [4, 3], dtype: 'f32' })
    const others = Array.from({ length: 4 }, (_, seed) => build({ sizes: [4, 3], dtype: 'f32', seed }))
    const before = others.map(({ parameters }) => parameters.map((p) => p.read()))
    const trainer = createTrainer(network, { learner: backprop(), loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }) })
    const y = [1, 2, 3, 1, 2, 3]
    const expected = trainer.direction({ x: new Array<number>(8).fill(0.5), y, size: 2 })
    const { buffer, x } = resizable(8, 100_000)
    const late = Object.defineProperty([...y], 0, { get: () => (buffer.resize(4 * numbers), 1) }) // x has been counted when y is read
    const found = trainer.direction({ x, size: 2, y: late })
    expect(found.loss).toBe(expected.loss)
    expect(others.map(({ parameters }) => parameters.map((p) => p.read()))).toEqual(before)
  })

  it('and is refused where it is taken away', () => {
    const network = build({ sizes: [4, 3], dtype: 'f32' })
    const trainer = createTrainer(network, { learner: backprop(), loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }) })
    const x = new Float32Array(8)
    const taking = (array: Float32Array, numbers: number[]): number[] =>
      Object.defineProperty([...numbers], 0, { get: () => (structuredClone(array.buffer, { transfer: [array.buffer] }), numbers[0]) })
    expect(() => trainer.step({ x, size: 2, y: taking(x, [1, 2, 3, 1, 2, 3]) })).toThrow(expect.objectContaining({ code: 'TYPE' }))
    const model = rbm({ visible: 4, hidden: 3 }).build()
    const models = createTrainer(model, { learner: contrastiveDivergence(), optimizer: sgd({ learningRate: 0.1 }) })
    const bits = new Float32Array(8)
    expect(() => models.step({ x: bits, size: 2, weights: taking(bits, [0.5, 0.5]) })).toThrow(expect.objectContaining({ code: 'TYPE' }))
  })
})

it('a file that an option changes while it is resumed is read as it was', () => {
  const trainer = createTrainer(build({ sizes: [3, 2] }), {
    learner: backprop(),
    loss: squaredError(),
    optimizer: sgd({ learningRate: 0.1 }),
  })
  const bytes = save(trainer)
  const resumed = resume(bytes, {
    loss: squaredError(),
    optimizer: sgd({ learningRate: 0.1 }),
    get learner() {
      bytes.fill(255, 400)
      return backprop()
    },
  })
  expect(resumed.network.parameters.map((p) => p.read())).toEqual(trainer.network.parameters.map((p) => p.read()))
})

it('fit looks at all targets before its first step, and names the row of the data', async () => {
  const network = sequential(1, [dense(2)]).build()
  const y = new Float32Array(2 * 500).map((_, i) => Number(i % 2 === 0))
  y[2 * 333] = 0.5
  const trainer = createTrainer(network, { learner: contrastiveHebbian(), loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }) })
  const fitting = (async () => {
    for await (const { step } of trainer.fit({ x: new Float32Array(500), y, size: 500 })) expect(step).toBe(0)
  })()
  await expect(fitting).rejects.toThrow(expect.objectContaining({ where: 'fit(data, options): data.y, row 333' }))
  expect(trainer.steps).toBe(0)
})
