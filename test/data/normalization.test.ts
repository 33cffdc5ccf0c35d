// Normalisation that travels with the network: by hand, by data, and through every door a network has.
import { describe, expect, it } from 'vitest'
import { channelsOf, meanOf, varianceOf } from '../support/moments.js'
import { dataset, oneHot, rescaling, standardization } from '../../src/data/index.js'
import {
  adam,
  backprop,
  createTrainer,
  crossEntropy,
  dense,
  equilibriumPropagation,
  gradientCheck,
  loadPredictor,
  normalization,
  resume,
  save,
  savePredictor,
  sequential,
} from '../../src/index.js'

const rows = 50
const x = Float64Array.from({ length: rows * 4 }, (_, i) => (i % 4 === 3 ? 7 : Math.sin(i) * 10 ** (i % 4) + i))
const y = oneHot(
  Array.from({ length: rows }, (_, i) => i % 3),
  3,
)
const normalised = (n: { offset: Float64Array; scale: Float64Array }, values: ArrayLike<number>): number[] =>
  Array.from(values, (value, i) => (value - n.offset[i % n.offset.length]) * n.scale[i % n.scale.length])

describe('standardization', () => {
  it('gives each input mean 0 and variance 1, and what is all alike 0', () => {
    const values = normalised(standardization({ x, size: rows }), x)
    for (let j = 0; j < 3; j++) {
      const input = channelsOf(values, 4, j)
      expect(meanOf(input)).toBeCloseTo(0, 12)
      expect(varianceOf(input)).toBeCloseTo(1, 12)
    }
    expect(channelsOf(values, 4, 3).every((value) => value === 0)).toBe(true)
  })

  it('takes channels of images, or all numbers, together', () => {
    const images = dataset({ x, y, size: rows, shape: [1, 2, 2] })
    const byChannel = standardization(images, { per: 'channel' })
    for (const channel of [0, 1]) {
      const values = channelsOf(normalised(byChannel, x), 2, channel)
      expect(meanOf(values)).toBeCloseTo(0, 12)
      expect(varianceOf(values)).toBeCloseTo(1, 12)
    }
    expect(varianceOf(normalised(standardization({ x, size: rows }, { per: 'all' }), x))).toBeCloseTo(1, 12)
    expect(() => standardization({ x, size: rows }, { per: 'channel' })).toThrow(expect.objectContaining({ code: 'SHAPE' }))
  })
})

it('rescaling gives the least and the greatest what is asked for', () => {
  const values = normalised(rescaling({ x, size: rows }, { from: -1, to: 1 }), x)
  for (let j = 0; j < 3; j++) {
    const input = channelsOf(values, 4, j)
    expect(Math.min(...input)).toBeCloseTo(-1, 12)
    expect(Math.max(...input)).toBeCloseTo(1, 12)
  }
  expect(channelsOf(values, 4, 3).every((value) => Math.abs(value + 1) < 1e-12)).toBe(true)
  expect(() => rescaling({ x, size: rows }, { from: 1, to: 1 })).toThrow(expect.objectContaining({ code: 'RANGE' }))
})

describe('a network that normalises', () => {
  const layers = [dense(5, 'tanh'), dense(3)]
  const of = standardization({ x, size: rows })
  const plain = sequential(4, layers)
  const normal = sequential(4, layers, { normalization: of })
  const given = { learner: backprop(), loss: crossEntropy(), optimizer: adam({ learningRate: 0.05 }) }

  it.each(['f32', 'f64'] as const)('is, in %s, the plain one with normalised inputs: in training, evaluation and prediction', (dtype) => {
    const [one, other] = [plain, normal].map((description) => createTrainer(description.build({ dtype, seed: 3 }), given))
    // Rounded as they are when they are taken.
    const read = dtype === 'f32' ? Array.from(x, Math.fround) : Array.from(x)
    const batch = { x, y, size: rows }
    const byHand = { x: normalised(of, read), y, size: rows }
    for (let step = 0; step < 10; step++) expect(other.step(batch)).toBe(one.step(byHand))
    expect(other.evaluate(batch)).toEqual(one.evaluate(byHand))
    expect(other.predict(x)).toEqual(one.predict(byHand.x))
    expect(other.network.predict(x)).toEqual(one.network.predict(byHand.x))
  })

  it('takes its normalisation along, in checkpoints and predictors', () => {
    for (const learner of [backprop(), equilibriumPropagation()]) {
      const trainer = createTrainer(normal.build({ seed: 3 }), { ...given, learner })
      for (let step = 0; step < 3; step++) trainer.step({ x, y, size: rows })
      const outputs = trainer.predict(x)
      expect(loadPredictor(savePredictor(trainer)).predict(x)).toEqual(outputs)
      const { trainer: resumed, network } = resume(save(trainer), { ...given, learner })
      expect(resumed.predict(x)).toEqual(outputs)
      expect(network.description.normalization).toMatchObject({ offset: of.offset, scale: of.scale })
    }
  })

  it('is what the gradient is of', () => {
    const network = normal.build({ dtype: 'f64', seed: 2 })
    expect(gradientCheck(network, backprop(), crossEntropy(), { x, y, size: rows }).passed).toBe(true)
  })

  it('says where a number is not one any more', () => {
    const network = sequential(2, [dense(1)], { normalization: normalization([0, 0], [1, 1e30]) }).build()
    expect(() => network.predict([1, 2, 3, 1e20])).toThrow(/normalised, row 1, column 1/)
  })
})

it('normalization refuses what would lose an input, and networks one of other inputs', () => {
  const refused = (offset: unknown, scale: unknown) => expect(() => normalization(offset as number[], scale as number[]))
  refused([0, 0], [1, 0]).toThrow(expect.objectContaining({ code: 'RANGE' }))
  refused([0, NaN], [1, 1]).toThrow(expect.objectContaining({ code: 'NOT_FINITE' }))
  refused([0, 0], [1]).toThrow(expect.objectContaining({ code: 'SHAPE' }))
  expect(() => sequential(3, [dense(1)], { normalization: normalization([0], [1]) })).toThrow(expect.objectContaining({ code: 'SHAPE' }))
  expect(() => sequential(3, [dense(1)], { normalization: {} as never })).toThrow(expect.objectContaining({ code: 'TYPE' }))
})
