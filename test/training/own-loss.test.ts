// Losses of the user's own: against those of the library, against differences, and under hostile functions.
import { describe, expect, it, test } from 'vitest'
import {
  backprop,
  createTrainer,
  crossEntropy,
  defineLoss,
  dense,
  gradientCheck,
  type LossDefinition,
  loadPredictor,
  measureClaim,
  type Network,
  savePredictor,
  sequential,
  sgd,
  squaredError,
  type Trainer,
  weighted,
} from '../../src/index.js'
import { relativeError } from '../support/numbers.js'
import { variants } from '../support/rules.js'
import { batchFor, directionOf, withNetwork, withTrainer } from '../support/teaching.js'

const refusal = (code: string, where?: string) => expect.objectContaining({ name: 'NgradError', code, ...(where && { where }) })

const half: LossDefinition = {
  name: 'half',
  sample: (h, y, errors) => {
    let cost = 0
    for (let j = 0; j < h.length; j++) {
      errors[j] = h[j] - y[j]
      cost += errors[j] ** 2 / 2
    }
    return cost
  },
}
/** sum_j ln cosh(h_j - y_j): smooth, and no loss of the library. */
const logCosh = (sign = 1): LossDefinition => ({
  name: 'logCosh',
  sample: (h, y, errors) => {
    let cost = 0
    for (let j = 0; j < h.length; j++) {
      errors[j] = sign * Math.tanh(h[j] - y[j])
      cost += Math.log(Math.cosh(h[j] - y[j]))
    }
    return cost
  },
})

describe('a loss of one’s own', () => {
  it('is the library’s where it says the same', () => {
    withNetwork({ sizes: [4, 5, 3], dtype: 'f64' }, (network) => {
      const batch = batchFor(network, 5)
      const [own, theirs] = [defineLoss(half), squaredError()].map((loss) => directionOf(network, { learner: backprop(), loss }, batch))
      expect(relativeError(own, theirs)).toBeLessThan(1e-15)
      withTrainer(network, { learner: backprop(), loss: defineLoss(half) }, (trainer) => {
        withTrainer(network, { learner: backprop(), loss: squaredError() }, (other) => {
          expect(trainer.evaluate(batch).loss).toBeCloseTo(other.evaluate(batch).loss, 14)
        })
      })
    })
  })

  it('is checked by gradientCheck, which sees a wrong sign', () => {
    withNetwork({ sizes: [4, 5, 3], dtype: 'f64' }, (network) => {
      const batch = batchFor(network, 5)
      expect(gradientCheck(network, backprop(), defineLoss(logCosh()), batch).passed).toBe(true)
      expect(gradientCheck(network, backprop(), defineLoss(logCosh(-1)), batch).passed).toBe(false)
      expect(gradientCheck(network, backprop(), weighted(defineLoss(logCosh())), { ...batch, weights: [1, 2, 0, 1, 3] }).passed).toBe(true)
    })
  })

  const holding = (name: string): boolean => ['hebbian', 'contrastiveHebbian', 'generec'].includes(name)
  const kinds = ['exact', 'equals', 'limit', 'unbiased']
  const asking = variants.filter(({ learner }) => !holding(learner.name) && kinds.includes(learner.claims[0].kind))
  it.each(asking.filter(({ label }) => !label.includes('holomorphic')))('leaves $label its claim', ({ learner }) => {
    withNetwork({ sizes: [4, 6, 5, 3], dtype: 'f64', seed: 3, gain: 0.7 }, (network) => {
      const { passed, claim, expected, measured } = measureClaim(network, learner, defineLoss(logCosh()), batchFor(network, 4))
      expect(passed, `${claim}: expected ${expected}, got ${measured}`).toBe(true)
    })
  })

  it.each(variants.filter(({ learner }) => holding(learner.name)))(
    'is refused by $label, which holds outputs at targets',
    ({ learner }) => {
      withNetwork({ sizes: [4, 3] }, (network) => {
        expect(() => withTrainer(network, { learner, loss: defineLoss(half) }, () => {})).toThrow(refusal('UNSUPPORTED'))
      })
    },
  )

  it('trains in either precision, and is saved with a predictor that reads nothing in outputs', () => {
    for (const dtype of ['f32', 'f64'] as const) {
      const network = sequential(1, [dense(1)]).build({ dtype, seed: 1 })
      const trainer = createTrainer(network, { learner: backprop(), loss: defineLoss(logCosh()), optimizer: sgd({ learningRate: 0.2 }) })
      const batch = { x: [-1, 0, 1, 2], y: [-1, 1, 3, 5], size: 4 }
      for (let step = 0; step < 600; step++) trainer.step(batch)
      expect(trainer.predict([10])[0]).toBeCloseTo(21, 3)
      const predictor = loadPredictor(savePredictor(trainer))
      expect(predictor.predict([10])).toEqual(trainer.predict([10]))
      expect(() => predictor.probabilities([10])).toThrow(refusal('UNSUPPORTED'))
    }
  })

  it('judges what it says that it judges', () => {
    const loss = defineLoss({
      ...half,
      threshold: 0.5,
      targets: { expected: 'a share', accepts: (y) => y >= 0 && y <= 1 },
      metrics: () => [],
    })
    withNetwork({ sizes: [1, 1] }, (network) => {
      withTrainer(network, { learner: backprop(), loss }, (trainer) => {
        expect(() => trainer.step({ x: [1], y: [2], size: 1 })).toThrow(refusal('RANGE'))
        expect(trainer.evaluate({ x: [1], y: [1], size: 1 }).metrics).toEqual({})
      })
    })
  })
})

describe('a hostile one', () => {
  const network = sequential(2, [dense(2)])
  const batch = { x: [1, 2, 3, 4], y: [1, 0, 0, 1], size: 2 }
  const taught = (sample: LossDefinition['sample']): Trainer =>
    createTrainer(network.build({ dtype: 'f64', seed: 1 }), {
      learner: backprop(),
      loss: defineLoss({ name: 'hostile', sample }),
      optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
    })
  const fine = half.sample

  test.each<[string, LossDefinition['sample'], unknown]>([
    ['leaves errors out', () => 1, refusal('NOT_FINITE')],
    ['costs NaN', (h, y, errors) => fine(h, y, errors) * NaN, refusal('NOT_FINITE', 'hostile: cost of row 0')],
    ['costs a text', (h, y, errors) => String(fine(h, y, errors)) as never, refusal('TYPE', 'hostile: cost of row 0')],
    ['promises', (h, y, errors) => Promise.resolve(fine(h, y, errors)) as never, refusal('TYPE')],
    [
      'throws',
      () => {
        throw new Error('mine')
      },
      expect.objectContaining({ message: 'mine' }),
    ],
  ])('that %s changes nothing', (_, sample, expected) => {
    const trainer = taught(sample)
    const before = trainer.network.parameters.map((parameter) => parameter.read())
    expect(() => trainer.step(batch)).toThrow(expected)
    expect(trainer.network.parameters.map((parameter) => parameter.read())).toEqual(before)
    expect(trainer.steps).toBe(0)
  })

  it('that calls its trainer, or ends it, is refused', () => {
    const calls: ((trainer: Trainer) => void)[] = [
      (trainer) => trainer.step(batch),
      (trainer) => void trainer.direction(batch),
      (trainer) => void trainer.evaluate(batch),
      (trainer) => void trainer.predict(batch.x),
    ]
    for (const call of calls) {
      const trainer: Trainer = taught((h, y, errors) => {
        call(trainer)
        return fine(h, y, errors)
      })
      expect(() => trainer.step(batch)).toThrow(refusal('STATE'))
    }
    const others: Network[] = []
    for (const end of [(trainer: Trainer) => trainer.dispose(), (trainer: Trainer) => trainer.network.dispose()]) {
      const trainer: Trainer = taught((h, y, errors) => {
        end(trainer)
        others.push(network.build({ seed: 2 }), network.build({ seed: 2 })) // take what was freed
        return fine(h, y, errors)
      })
      expect(() => trainer.step(batch)).toThrow(refusal('DISPOSED', 'hostile'))
      const clean = network.build({ seed: 2 }).parameters.map((parameter) => parameter.read())
      for (const other of others) expect(other.parameters.map((parameter) => parameter.read())).toEqual(clean)
    }
  })

  it('that grows memory, or scribbles on what it is given, is what it returns', () => {
    const trainer = taught((h, y, errors) => {
      network.build().dispose()
      sequential(1 << 20, [dense(4)])
        .build()
        .dispose()
      const cost = fine(h, y, errors)
      h.fill(NaN)
      y.fill(NaN)
      return cost
    })
    const plain = createTrainer(network.build({ dtype: 'f64', seed: 1 }), {
      learner: backprop(),
      loss: squaredError(),
      optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
    })
    expect(trainer.step(batch)).toBeCloseTo(plain.step(batch), 14)
    expect(trainer.network.parameters[0].read()).toEqual(plain.network.parameters[0].read())
  })

  test.each([
    [undefined, 'TYPE'],
    [{ name: '', sample: fine }, 'TYPE'],
    [{ name: 'a' }, 'TYPE'],
    [{ name: 'a', sample: fine, targets: 3 }, 'TYPE'],
    [{ name: 'a', sample: fine, threshold: NaN }, 'NOT_FINITE'],
    [{ name: 'a', sample: fine, metrics: [] }, 'TYPE'],
    [{ name: 'a', sample: fine, link: fine }, 'RANGE'],
  ])('definition %o is refused', (definition, code) => {
    expect(() => defineLoss(definition as never)).toThrow(refusal(code))
  })

  it('is none of the library’s by its name', () => {
    const named = defineLoss({ ...half, name: 'crossEntropy' })
    const trainer = createTrainer(network.build(), { learner: backprop(), loss: named, optimizer: sgd({ learningRate: 0.1 }) })
    expect(() => loadPredictor(savePredictor(trainer)).probabilities([1, 2])).toThrow(refusal('UNSUPPORTED'))
    const other = createTrainer(network.build(), { learner: backprop(), loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }) })
    expect(loadPredictor(savePredictor(other)).probabilities([1, 2])).toHaveLength(2)
  })
})
