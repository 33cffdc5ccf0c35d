// A taught network in use: what `trainer.predict` gives is what `evaluate` judges, whatever the rule and however many the rows; and
// a predictor that was saved gives the same bits without the rule.
import { describe, expect, it } from 'vitest'
import { bytesInUse } from '../../src/core/memory.js'
import { dataset } from '../../src/data/index.js'
import {
  adam,
  backprop,
  binaryCrossEntropy,
  conv2d,
  createTrainer,
  crossEntropy,
  dense,
  equilibriumPropagation,
  loadPredictor,
  type Loss,
  readSafetensors,
  recurrent,
  recurrentBackprop,
  reinforce,
  reward,
  savePredictor,
  sequential,
  sgd,
  squaredError,
  type Trainer,
  writeSafetensors,
} from '../../src/index.js'
import { everyVariant } from '../support/rules.js'
import { batchFor, bits, withNetwork, withTrainer } from '../support/teaching.js'

const sizes = [6, 7, 5, 3]
const bitsOf = (values: ArrayLike<number>): string => bits(Array.from(values))

/** C(h, y) by its definition, averaged over rows. */
function lossOf({ name }: Pick<Loss, 'name'>, h: ArrayLike<number>, y: ArrayLike<number>, rows: number): number {
  const outputs = h.length / rows
  let sum = 0
  for (let row = 0; row < rows; row++) {
    const of = Array.from({ length: outputs }, (_, j) => h[row * outputs + j])
    const normalizer = Math.log(of.reduce((total, value) => total + Math.exp(value), 0))
    of.forEach((value, j) => {
      const target = y[row * outputs + j]
      sum += name === 'crossEntropy' ? target * (normalizer - value) : (value - target) ** 2 / 2
    })
  }
  return sum / rows
}

describe.each(everyVariant.filter(({ dtype }) => dtype === 'f64'))('$name', ({ learner, dtype }) => {
  const loss = crossEntropy()
  const rows = 300 // more than one chunk

  const taught = <T>(use: (trainer: Trainer, x: ArrayLike<number>, y: ArrayLike<number>) => T): T =>
    withNetwork({ sizes, dtype, seed: 1, gain: 0.3 }, (network) =>
      withTrainer(network, { learner, loss, seed: 11 }, (trainer) => {
        const { x, y } = batchFor(network, rows, 'classes')
        for (let step = 0; step < 3; step++) trainer.step(batchFor(network, 8, 'classes'))
        return use(trainer, x, y)
      }),
    )

  it('predicts the outputs that it is judged by', () => {
    taught((trainer, x, y) => {
      const outputs = trainer.predict(x)
      expect(outputs).toHaveLength(rows * 3)
      expect(trainer.evaluate({ x, y, size: rows }).loss).toBeCloseTo(lossOf(loss, outputs, y, rows), 10)
    })
  })

  it('gives a row the bits that it has alone, and changes nothing', () => {
    taught((trainer, x) => {
      const before = bitsOf(trainer.network.parameters.flatMap((parameter) => Array.from(parameter.read())))
      const all = trainer.predict(x)
      for (const row of [0, 255, 256, 299]) {
        const alone = trainer.predict(Array.from({ length: 6 }, (_, j) => x[row * 6 + j]))
        expect(bitsOf(alone)).toBe(bitsOf(all.subarray(row * 3, row * 3 + 3)))
      }
      expect(bitsOf(trainer.network.parameters.flatMap((parameter) => Array.from(parameter.read())))).toBe(before)
    })
  })

  it('shows the activities of every layer, the outputs last', () => {
    taught((trainer, x) => {
      const activities = trainer.activities(x)
      expect(activities.map(({ length }) => length / rows)).toEqual(sizes.slice(1))
      expect(bitsOf(activities[2])).toBe(bitsOf(trainer.predict(x)))
      const [first, second] = activities
      expect(new Set(first).size).toBeGreaterThan(rows)
      expect(new Set(second).size).toBeGreaterThan(rows)
    })
  })

  it('goes on without its rule, to the bit', () => {
    taught((trainer, x) => {
      trainer.predict(x) // takes its memory
      const before = bytesInUse()
      const predictor = loadPredictor(savePredictor(trainer))
      expect(bitsOf(predictor.predict(x))).toBe(bitsOf(trainer.predict(x)))
      expect(bitsOf(predictor.probabilities(x))).toBe(bitsOf(trainer.probabilities(x)))
      expect(predictor.activities(x).map(bitsOf)).toEqual(trainer.activities(x).map(bitsOf))
      predictor.dispose()
      expect(() => predictor.predict(x)).toThrow(expect.objectContaining({ code: 'DISPOSED' }))
      expect(bytesInUse()).toBe(before)
    })
  })
})

const xor = { x: [0, 0, 0, 1, 1, 0, 1, 1], y: [0, 1, 1, 0], size: 4 }

it('gives what equilibrium propagation has taught, which is another network than the feedforward one', () => {
  const network = sequential(2, [dense(6, 'tanh'), dense(1)]).build({ seed: 4 })
  const optimizer = adam({ learningRate: 0.02 })
  const trainer = createTrainer(network, { learner: equilibriumPropagation(), loss: squaredError(), optimizer })
  for (let step = 0; step < 1500; step++) trainer.step(xor)
  trainer.predict(xor.x).forEach((output, i) => expect(Math.abs(output - xor.y[i])).toBeLessThan(1e-3))
  expect(Math.abs(network.predict(xor.x)[1] - 1)).toBeGreaterThan(0.1)
})

describe('probabilities', () => {
  const described = sequential(4, [dense(3, 'tanh'), dense(2)])
  const x = [0.5, -1, 2, 0.1, 1, 1, -1, 0]
  const of = (loss: Parameters<typeof createTrainer>[1]['loss'], learner = backprop()): [Float32Array | Float64Array, number[]] => {
    const network = described.build({ dtype: 'f64', seed: 2 })
    const trainer = createTrainer(network, { learner, loss, optimizer: sgd({ learningRate: 0.1 }) })
    return [trainer.probabilities(x), Array.from(trainer.predict(x))]
  }
  const softmax = (h: number[]): number[] => h.map((value, i) => Math.exp(value) / (Math.exp(h[i & ~1]) + Math.exp(h[i | 1])))

  it('are those that the loss reads', () => {
    const [p, h] = of(crossEntropy())
    softmax(h).forEach((expected, i) => expect(p[i]).toBeCloseTo(expected, 14))
    const [q, g] = of(binaryCrossEntropy())
    g.forEach((value, i) => expect(q[i]).toBeCloseTo(1 / (1 + Math.exp(-value)), 14))
  })

  it('are those of the actions, of a rule that acts', () => {
    const network = sequential(4, [dense(3, 'sigmoid'), dense(2)]).build({ dtype: 'f64', seed: 2 })
    const trainer = createTrainer(network, { learner: reinforce(), loss: reward(), optimizer: sgd({ learningRate: 0.1 }) })
    const p = trainer.probabilities(x)
    softmax(Array.from(trainer.predict(x))).forEach((expected, i) => expect(p[i]).toBeCloseTo(expected, 14))
  })

  it('are refused where a loss reads none', () => {
    expect(() => of(squaredError())).toThrow(/a loss of probabilities, .* got squaredError/)
  })
})

it('serves layers of images and layers that settle', () => {
  const images = sequential([6, 6, 2], [conv2d(3, { kernel: 3 }, 'tanh'), dense(4)])
  const settling = sequential(3, [recurrent(5, 'tanh', { lateral: { law: 'lecunNormal', gain: 0.2 } }), dense(2)])
  for (const [description, learner] of [
    [images, backprop()],
    [settling, recurrentBackprop()],
  ] as const) {
    const network = description.build({ seed: 3 })
    const trainer = createTrainer(network, { learner, loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }) })
    const x = Array.from({ length: 2 * network.inputs }, (_, i) => Math.sin(i))
    expect(bitsOf(loadPredictor(savePredictor(trainer)).predict(x))).toBe(bitsOf(trainer.predict(x)))
  }
})

describe('many rows', () => {
  it('take no more memory than a chunk of them', () => {
    const network = sequential(50, [dense(400, 'relu'), dense(2)]).build()
    const x = new Float32Array(50 * 3000)
    network.predict(x.subarray(0, 50 * 256))
    const before = bytesInUse()
    expect(network.predict(x)).toHaveLength(6000)
    expect(bytesInUse()).toBe(before)
  })

  it('of none are none', () => {
    const network = sequential(2, [dense(3, 'relu'), dense(2)]).build()
    const trainer = createTrainer(network, { learner: backprop(), loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }) })
    expect(network.predict([])).toHaveLength(0)
    expect(trainer.predict([])).toHaveLength(0)
    expect(trainer.activities([]).map(({ length }) => length)).toEqual([0, 0])
  })

  it('are named where they are wrong', () => {
    const network = sequential(2, [dense(2)]).build()
    const trainer = createTrainer(network, { learner: backprop(), loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }) })
    const x = new Float32Array(2 * 600)
    x[2 * 500 + 1] = NaN
    expect(() => network.predict(x)).toThrow(/row 500, column 1/)
    expect(() => trainer.predict(x)).toThrow(/row 500, column 1/)
    expect(() => trainer.predict([1, 2, 3])).toThrow(expect.objectContaining({ code: 'SHAPE' }))
    trainer.dispose()
    expect(() => trainer.predict(x.subarray(0, 2))).toThrow(expect.objectContaining({ code: 'DISPOSED' }))
  })
})

describe('the file of a predictor', () => {
  const trainer = (): Trainer =>
    createTrainer(sequential(2, [dense(3, 'tanh'), dense(2)]).build(), {
      learner: equilibriumPropagation(),
      loss: crossEntropy(),
      optimizer: adam(),
    })
  const changed = (key: string, value: string): Uint8Array => {
    const { tensors, metadata } = readSafetensors(savePredictor(trainer()))
    return writeSafetensors({ tensors, metadata: new Map([...metadata, [key, value]]) })
  }

  it('holds the weights and nothing of training', () => {
    const { tensors, metadata } = readSafetensors(savePredictor(trainer()))
    expect([...tensors.keys()].sort()).toEqual(['layers.0.bias', 'layers.0.weight', 'layers.1.bias', 'layers.1.weight'])
    expect([...metadata.keys()].sort()).toEqual(['dtype', 'format', 'forward', 'loss', 'network'])
  })

  it.each([
    ['format', 'ngrad-checkpoint-1'],
    ['loss', 'hinge'],
    ['forward', '{"kind":"magic"}'],
    ['forward', '{"kind":"equilibrium","gamma":-1}'],
    ['forward', '{"kind":"equilibrium","gamma":1,"engine":1}'],
    ['forward', '[]'],
    ['forward', 'null'],
    ['forward', '{"kind":"feedforward","gamma":1}'],
    ['network', '{"inputs":[2],"layers":[]}'],
  ])('is refused with %s %s', (key, value) => {
    const bytes = changed(key, value)
    const before = bytesInUse()
    expect(() => loadPredictor(bytes)).toThrow(expect.objectContaining({ code: 'FORMAT' }))
    expect(bytesInUse()).toBeLessThanOrEqual(before)
  })

  it('holds no function: probabilities or a way to settle from outside are refused', () => {
    const network = sequential(2, [dense(2)]).build()
    const own = { ...crossEntropy(), probabilities: () => {} }
    const optimizer = adam()
    expect(() => savePredictor(createTrainer(network, { learner: backprop(), loss: own, optimizer }))).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED' }),
    )
    const learner = { ...backprop(), forward: { kind: 'mine', options: {}, attach: () => () => [] } }
    expect(() => savePredictor(createTrainer(network, { learner, loss: squaredError(), optimizer }))).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED' }),
    )
    expect(() => savePredictor({} as never)).toThrow(expect.objectContaining({ code: 'TYPE' }))
  })
})

it('takes a data set as it is', () => {
  const data = dataset({ ...xor, shape: [2] })
  const trainer = createTrainer(sequential(2, [dense(1)]).build(), { learner: backprop(), loss: squaredError(), optimizer: adam() })
  expect(trainer.predict(data.x)).toHaveLength(4)
})
