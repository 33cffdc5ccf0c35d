// Losses of samples that count by weights: what each must be comes from repeating samples, or from the rule's own claim.
import { describe, expect, it, test } from 'vitest'
import { classWeights, dataset } from '../../src/data/index.js'
import {
  accumulate,
  backprop,
  binaryCrossEntropy,
  contrastiveHebbian,
  createTrainer,
  crossEntropy,
  dense,
  feedbackAlignment,
  gradientCheck,
  type Learner,
  measureClaim,
  NgradError,
  reinforce,
  reward,
  sequential,
  sgd,
  squaredError,
  weighted,
} from '../../src/index.js'
import { relativeError } from '../support/numbers.js'
import { variants } from '../support/rules.js'
import { batchFor, directionOf, rowsOf, withNetwork, withTrainer } from '../support/teaching.js'

const sizes = [4, 5, 3]
const counts = [2, 0, 1, 3, 1]
const repeated = counts.flatMap((count, row) => new Array<number>(count).fill(row))
const refusal = (code: string) => expect.objectContaining({ name: 'NgradError', code })

/** Those that hold outputs at their targets. */
const holding = ['hebbian', 'contrastiveHebbian', 'generec']
const weighs = ({ name }: Learner): boolean => !holding.includes(name)
const some = variants.filter(({ learner }) => weighs(learner))

describe('a weight', () => {
  test.each([squaredError, crossEntropy, binaryCrossEntropy])('counts as so many samples would: %o', (loss) => {
    withNetwork({ sizes, dtype: 'f64' }, (network) => {
      const batch = batchFor(network, 5, 'probabilities')
      const of = (learner: Learner): void => {
        const direction = directionOf(network, { learner, loss: weighted(loss()) }, { ...batch, weights: counts })
        const expected = directionOf(network, { learner, loss: loss() }, rowsOf(batch, repeated))
        const share = repeated.length / batch.size
        const error = relativeError(
          direction,
          expected.map((value) => value * share),
        )
        expect(error).toBeLessThan(1e-14)
      }
      of(backprop())
      of(feedbackAlignment())
    })
  })

  it('is 1 where none is given, to the bit', () => {
    withNetwork({ sizes }, (network) => {
      const batch = batchFor(network, 5, 'classes')
      for (const weights of [undefined, [1, 1, 1, 1, 1]]) {
        const given = weights ? { ...batch, weights } : batch
        const direction = directionOf(network, { learner: backprop(), loss: weighted(crossEntropy()) }, given)
        expect(direction).toEqual(directionOf(network, { learner: backprop(), loss: crossEntropy() }, batch))
      }
    })
  })

  it('is in the loss of steps, of fit and of evaluate, in chunks and accumulated', async () => {
    const network = sequential(4, [dense(3)]).build({ dtype: 'f64', seed: 1 })
    const many = batchFor(network, 600, 'classes')
    const weights = Array.from({ length: 600 }, (_, row) => row % 3)
    const data = dataset({ ...many, weights })
    const plain = createTrainer(network, { learner: backprop(), loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }) })
    const trainer = createTrainer(network, { learner: backprop(), loss: weighted(crossEntropy()), optimizer: sgd({ learningRate: 0.1 }) })
    const each = Array.from({ length: 600 }, (_, row) => plain.evaluate(rowsOf(many, [row])).loss)
    const expected = each.reduce((sum, cost, row) => sum + weights[row] * cost, 0) / 600
    expect(trainer.evaluate(data).loss).toBeCloseTo(expected, 12)
    expect(trainer.direction(data).loss).toBeCloseTo(expected, 12)
    // One epoch of one batch is a step; accumulated halves are one, too.
    const before = network.parameters.map((parameter) => parameter.read())
    const { loss } = await trainer.fit(data, { batchSize: 600, shuffle: false })
    expect(loss).toBeCloseTo(expected, 12)
    const after = network.parameters.map((parameter) => Array.from(parameter.read()))
    for (const [i, parameter] of network.parameters.entries()) parameter.write(before[i])
    const half = (first: number) => ({
      x: data.x.subarray(first * 4, (first + 300) * 4),
      y: data.y.subarray(first * 3, (first + 300) * 3),
      weights: weights.slice(first, first + 300),
      size: 300,
    })
    accumulate(trainer, [half(0), half(300)])
    expect(
      relativeError(
        network.parameters.flatMap((parameter) => Array.from(parameter.read())),
        after.flat(),
      ),
    ).toBeLessThan(1e-14)
  })

  it('goes with its example where fit shuffles', async () => {
    // Of weight 0 are all examples of another rule than y = x: under their weights they do not matter, wherever they go.
    const network = sequential(1, [dense(1)]).build({ dtype: 'f64', seed: 1 })
    const trainer = createTrainer(network, { learner: backprop(), loss: weighted(squaredError()), optimizer: sgd({ learningRate: 0.1 }) })
    const x = Array.from({ length: 40 }, (_, i) => (i - 20) / 20)
    const data = dataset({ x, y: x.map((value, i) => (i % 2 ? value : 7)), weights: x.map((_, i) => i % 2), size: 40 })
    await trainer.fit(data, { epochs: 300, batchSize: 8 })
    expect(network.parameters.map((parameter) => parameter.read()[0])).toEqual([expect.closeTo(1, 9), expect.closeTo(0, 9)])
  })
})

describe('every rule', () => {
  const measurable = some.filter(({ learner }) => ['exact', 'equals', 'limit', 'unbiased'].includes(learner.claims[0].kind))
  it.each(measurable)('keeps its claim of weighted samples: $label', ({ learner }) => {
    withNetwork({ sizes: [4, 6, 5, 3], dtype: 'f64', seed: 3, gain: 0.7 }, (network) => {
      const batch = { ...batchFor(network, 4, 'classes'), weights: [0.5, 2, 0, 1.5] }
      const { passed, claim, expected, measured } = measureClaim(network, learner, weighted(crossEntropy()), batch)
      expect(passed, `${claim}: expected ${expected}, got ${measured}`).toBe(true)
    })
  })

  it.each(variants.filter(({ learner }) => !weighs(learner)))('that holds outputs at targets refuses one: $label', ({ learner }) => {
    withNetwork({ sizes }, (network) => {
      expect(() => withTrainer(network, { learner, loss: weighted(crossEntropy()) }, () => {})).toThrow(refusal('UNSUPPORTED'))
    })
  })

  it('that acts earns weighted rewards', () => {
    const network = sequential(4, [dense(3)]).build({ dtype: 'f64' })
    const trainer = createTrainer(network, { learner: reinforce(), loss: weighted(reward()), optimizer: sgd({ learningRate: 0.1 }) })
    const batch = { ...batchFor(network, 2, 'classes'), y: [1, 1, 1, 1, 1, 1] }
    expect(trainer.direction({ ...batch, weights: [3, 1] }).loss).toBeCloseTo(-2, 12)
  })

  it('is checked by differences', () => {
    withNetwork({ sizes, dtype: 'f64' }, (network) => {
      const batch = { ...batchFor(network, 5, 'classes'), weights: counts }
      expect(gradientCheck(network, backprop(), weighted(crossEntropy()), batch).passed).toBe(true)
    })
  })
})

describe('weights are refused', () => {
  const trainerOf = (loss: ReturnType<typeof crossEntropy>) => {
    const network = sequential(2, [dense(3)]).build()
    return createTrainer(network, { learner: backprop(), loss, optimizer: sgd({ learningRate: 0.1 }) })
  }
  const batch = { x: [1, 2, 3, 4], y: [1, 0, 0, 0, 1, 0], size: 2 }

  it('by a loss that weighs nothing, with the one that does', async () => {
    const trainer = trainerOf(crossEntropy())
    const given = { ...batch, weights: [1, 2] }
    const expected = expect.objectContaining({
      code: 'UNSUPPORTED',
      expected: 'none without weighted(loss)',
    })
    expect(() => trainer.step(given)).toThrow(expected)
    expect(() => trainer.evaluate(given)).toThrow(expected)
    await expect(trainer.fit(given)).rejects.toEqual(expected)
  })

  test.each([
    ['too few', [1], 'SHAPE'],
    ['negative', [1, -1], 'RANGE'],
    ['NaN', [1, NaN], 'NOT_FINITE'],
    ['NaN in a typed array', Float32Array.of(1, NaN), 'NOT_FINITE'],
    ['no numbers', ['1', 2], 'NOT_FINITE'],
    ['none', 3, 'TYPE'],
  ])('%s', async (_, weights, code) => {
    const trainer = trainerOf(weighted(crossEntropy()))
    const before = trainer.network.parameters[0].read()
    const given = { ...batch, weights } as never
    expect(() => trainer.step(given)).toThrow(refusal(code))
    expect(() => trainer.evaluate(given)).toThrow(refusal(code))
    await expect(trainer.fit(given)).rejects.toEqual(refusal(code))
    expect(() => dataset(given)).toThrow(refusal(code))
    expect(trainer.network.parameters[0].read()).toEqual(before)
  })

  it('twice weighted, and what is no loss', () => {
    expect(() => weighted(weighted(crossEntropy()))).toThrow(refusal('UNSUPPORTED'))
    expect(() => weighted(undefined as never)).toThrow(refusal('TYPE'))
    expect(() => {
      withNetwork({ sizes }, (network) => withTrainer(network, { learner: contrastiveHebbian(), loss: weighted(crossEntropy()) }, () => {}))
    }).toThrow(NgradError)
  })
})

describe('classWeights', () => {
  const data = dataset({ x: [1, 2, 3, 4, 5, 6], labels: [0, 2, 2, 0, 2, 2], classes: 4 })

  it('makes classes count alike, of mean 1', () => {
    const weights = classWeights(data)
    expect(Array.from(weights)).toEqual([1.5, 0.75, 0.75, 1.5, 0.75, 0.75])
  })

  it('looks them up, of single targets too', () => {
    expect(Array.from(classWeights(data, [3, 9, 0.5, 9]))).toEqual([3, 0.5, 0.5, 3, 0.5, 0.5])
    expect(Array.from(classWeights(dataset({ x: [1, 2, 3], y: [0, 1, 1], size: 3 }), [2, 5]))).toEqual([2, 5, 5])
  })

  it('refuses others', () => {
    expect(() => classWeights(data, [1, 2])).toThrow(refusal('SHAPE'))
    expect(() => classWeights(data, [1, 2, -3, 4])).toThrow(refusal('RANGE'))
    expect(() => classWeights({ ...data } as never)).toThrow(refusal('TYPE'))
  })

  it('stays with the examples of a part', () => {
    const whole = dataset({ x: [1, 2, 3, 4, 5, 6], y: [1, 2, 3, 4, 5, 6], size: 6, weights: [1, 2, 3, 4, 5, 6] })
    for (const part of [...whole.split(3, 1), whole.first(2), whole.subset([5, 5, 0])])
      expect(Array.from(part.weights!)).toEqual(Array.from(part.x))
  })
})
