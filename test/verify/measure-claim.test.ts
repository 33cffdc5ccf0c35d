// A measurement that cannot fail measures nothing: rules that are slightly wrong, and claims that are, must not pass.
import { describe, expect, it } from 'vitest'
import {
  angles,
  backprop,
  contrastiveHebbian,
  createTrainer,
  crossEntropy,
  equilibriumPropagation,
  feedbackAlignment,
  gradientCheck,
  hebbian,
  kolenPollack,
  type Learner,
  measureClaim,
  nodePerturbation,
  sgd,
  squaredError,
  weightPerturbation,
} from '../../src/index.js'
import { angleDegrees } from '../../src/verify/distance.js'
import { batchFor, withNetwork, withTrainer } from '../support/teaching.js'

/** A rule whose direction is multiplied by `factor`. */
function scaled(learner: Learner, factor: number): Learner {
  return {
    ...learner,
    with: (changes) => scaled(learner.with(changes), factor),
    attach: (site) => {
      const rule = learner.attach(site)
      return {
        ...rule,
        estimate: () => {
          const loss = rule.estimate()
          for (const { weight, bias } of site.direction) for (const matrix of [weight, bias]) site.ops.combine(factor, matrix, 0, matrix)
          return loss
        },
      }
    },
  }
}

const passes = (learner: Learner): boolean =>
  withNetwork(
    { sizes: [4, 5, 3], gain: 0.7 },
    (network) => measureClaim(network, learner, crossEntropy(), batchFor(network, 6, 'classes')).passed,
  )

/** The learner with another claim about it. */
const claiming = (learner: Learner, claim: object): Learner => ({ ...learner, claims: [{ ...learner.claims[0], ...claim }] })

describe('exact', () => {
  it('holds for backprop', () => expect(passes(backprop())).toBe(true))
  it('fails for a direction a millionth too long', () => expect(passes(scaled(backprop(), 1 + 1e-6))).toBe(false))
  it('fails for feedback alignment', () => expect(passes(claiming(feedbackAlignment(), backprop().claims[0]))).toBe(false))
})

describe('limit', () => {
  it('holds for equilibrium propagation', () => expect(passes(equilibriumPropagation())).toBe(true))
  it('fails for another order', () => expect(passes(claiming(equilibriumPropagation(), { order: 1 }))).toBe(false))
  it('fails for another reference', () => expect(passes(claiming(equilibriumPropagation(), { reference: 'backprop' }))).toBe(false))
  it('fails for a rule a hundredth too short', () => {
    expect(passes(scaled(contrastiveHebbian(), 0.99))).toBe(false)
  })
})

describe('a limit that a network is at already', () => {
  // With no hidden layer nothing relaxes, and contrastive Hebbian learning is the delta rule for every gamma.
  const measured = (learner: Learner) =>
    withNetwork({ sizes: [4, 3], gain: 0.7 }, (network) => measureClaim(network, learner, crossEntropy(), batchFor(network, 6, 'classes')))
  const [claim] = contrastiveHebbian().claims
  if (claim.kind !== 'limit') throw new Error(claim.kind)

  it('holds, and has no slope', () => {
    const { passed, measured: text, slope, points } = measured(contrastiveHebbian())
    expect(passed).toBe(true)
    expect(text).toMatch(/^no error, /)
    expect(slope).toBeNaN()
    expect(points.map(({ at }) => at)).toEqual(claim.values)
  })

  it('is not held by a rule that is off by the same for every value, however little', () => {
    for (const excess of [1e-3, 1e-6, 3e-9]) expect(measured(scaled(contrastiveHebbian(), 1 + excess)).passed).toBe(false)
  })
})

describe('unbiased', () => {
  it.each([weightPerturbation(), nodePerturbation()])('holds for $name, and fails for it with a sign or a fifth wrong', (learner) => {
    expect(passes(learner)).toBe(true)
    for (const factor of [-1, 1.2, 0.8]) expect(passes(scaled(learner, factor))).toBe(false)
  })
})

describe('contracts', () => {
  it('holds for Kolen-Pollack', () => expect(passes(kolenPollack())).toBe(true))
  it('fails for another factor', () => expect(passes(claiming(kolenPollack(), { factor: 1 - 1.001e-3 }))).toBe(false))
})

describe('aligned', () => {
  it('stops where the batch is learned, since what is left then is rounding', () => {
    let estimates = 0
    const counted: Learner = {
      ...backprop(),
      attach: (site) => {
        const rule = backprop().attach(site)
        return { ...rule, estimate: () => (estimates++, rule.estimate()) }
      },
    }
    const [claim] = feedbackAlignment().claims
    const aligned = { ...claim, steps: 20_000, learningRate: 0.05, seeds: 2 }
    withNetwork({ sizes: [6, 8, 1] }, (network) => {
      // more weights than two samples need
      const { passed, worst } = measureClaim(network, claiming(counted, aligned), squaredError(), batchFor(network, 2))
      expect(passed).toBe(true)
      expect(worst).toBe(0)
    })
    expect(estimates).toBeGreaterThan(20)
    expect(estimates).toBeLessThan(1000)
  })

  it('fails for a rule that goes uphill', () => expect(passes(claiming(scaled(backprop(), -1), feedbackAlignment().claims[0]))).toBe(false))
})

describe('a property', () => {
  it('holds for Hebb, by the property it names', () => expect(passes(hebbian())).toBe(true))
  it('fails for a property that is violated', () => expect(passes(claiming(hebbian(), { violation: () => 1e-6 }))).toBe(false))
})

describe('angles', () => {
  const of = (learner: Learner) =>
    withNetwork({ sizes: [4, 5, 3] }, (network) =>
      withTrainer(network, { learner, loss: crossEntropy() }, (trainer) => angles(trainer, backprop(), batchFor(network, 6, 'classes'))),
    )

  it('are 0 to itself, with norms alike', () => {
    for (const { degrees, normRatio } of of(backprop())) {
      expect(degrees).toBe(0)
      expect(normRatio).toBe(1)
    }
  })

  it('are 180 degrees uphill, and see a length', () => {
    for (const { degrees, normRatio } of of(scaled(backprop(), -2))) {
      expect(degrees).toBeCloseTo(180, 10)
      expect(normRatio).toBeCloseTo(2, 12)
    }
  })

  it('name every parameter of the network, in its order', () => {
    expect(of(backprop()).map(({ parameter }) => parameter)).toEqual([
      'layers.0.weight',
      'layers.0.bias',
      'layers.1.weight',
      'layers.1.bias',
    ])
  })

  it('are accurate where the arc cosine is not', () => {
    for (const radians of [1e-3, 1e-6, 1e-9, 1e-12]) {
      const degrees = angleDegrees([1, 0, 0], [Math.cos(radians), Math.sin(radians), 0])
      expect(Math.abs((degrees * Math.PI) / 180 / radians - 1)).toBeLessThan(1e-14)
    }
    expect(angleDegrees([3, 4], [30, 40])).toBe(0)
    expect(angleDegrees([1e200, 0], [0, 1e-200])).toBe(90)
    expect(angleDegrees([0, 0], [1, 0])).toBeNaN()
  })
})

it('gradientCheck fails for a rule that is not the gradient, parameter by parameter', () => {
  withNetwork({ sizes: [4, 5, 3] }, (network) => {
    const batch = batchFor(network, 4, 'classes')
    expect(gradientCheck(network, backprop(), crossEntropy(), batch).passed).toBe(true)
    expect(gradientCheck(network, scaled(backprop(), 1 + 1e-5), crossEntropy(), batch).passed).toBe(false)
    const { passed, parameters } = gradientCheck(network, feedbackAlignment(), crossEntropy(), batch)
    expect(passed).toBe(false)
    expect(parameters.filter(({ relativeError }) => relativeError > 1e-7).map(({ parameter }) => parameter)).toEqual([
      'layers.0.weight',
      'layers.0.bias',
    ])
  })
})

it('measuring changes nothing', () => {
  withNetwork({ sizes: [4, 5, 3] }, (network) => {
    const batch = batchFor(network, 4, 'classes')
    const trainer = createTrainer(network, { learner: weightPerturbation(), loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }) })
    const before = [network.parameters.map((parameter) => parameter.read()), trainer.direction(batch).of('layers.0.weight')]
    measureClaim(network, kolenPollack(), crossEntropy(), batch)
    angles(trainer, backprop(), batch)
    expect([network.parameters.map((parameter) => parameter.read()), trainer.direction(batch).of('layers.0.weight')]).toEqual(before)
    trainer.dispose()
  })
})
