// Recurrent backprop (Almeida 1987; Pineda 1987): the exact gradient of the loss where the network has settled.
import { differencesOf } from '../../../src/learners/gradient/central-differences.js'
import { describe, expect, it } from 'vitest'
import { backprop, binaryCrossEntropy, crossEntropy, recurrentBackprop, squaredError } from '../../../src/index.js'
import { equilibrium } from '../../../src/dynamics/equilibrium.js'
import { toRounding } from '../../../src/dynamics/relaxation.js'
import { relativeError } from '../../support/numbers.js'
import { batchFor, directionOf, targetsOf, withNetwork, withTrainer } from '../../support/teaching.js'

const networks = [
  { sizes: [3, 5, 2], seed: 1, gain: 0.7 },
  { sizes: [4, 5, 4, 3], seed: 2, gain: 0.6 },
  { sizes: [3, 4, 4, 3, 2], seed: 3, gain: 0.6, hidden: 'sigmoid' as const },
]

describe.each(networks)('in $sizes', (spec) => {
  it.each([squaredError(), crossEntropy(), binaryCrossEntropy()])('is the gradient of $name at the fixed point', (loss) => {
    for (const gamma of [1, 0.4])
      withNetwork(spec, (network) => {
        const batch = batchFor(network, 3, targetsOf(loss))
        const exact = directionOf(network, { learner: recurrentBackprop({ ...toRounding, gamma }), loss }, batch)
        const numerical = directionOf(network, { learner: differencesOf(equilibrium(gamma, toRounding)), loss }, batch)
        expect(relativeError(exact, numerical)).toBeLessThan(1e-9)
      })
  })

  it('is backprop when there is no feedback', () => {
    withNetwork(spec, (network) => {
      const batch = batchFor(network, 4)
      const recurrent = directionOf(network, { learner: recurrentBackprop({ ...toRounding, gamma: 0 }) }, batch)
      expect(relativeError(recurrent, directionOf(network, { learner: backprop() }, batch))).toBeLessThan(1e-13)
    })
  })
})

it('truncated after K sweeps errs by a constant factor less for each further sweep', () => {
  withNetwork({ sizes: [4, 6, 5, 3], gain: 0.9 }, (network) => {
    const batch = batchFor(network, 1)
    const exact = directionOf(network, { learner: recurrentBackprop(toRounding) }, batch)
    // The forward phase is short too, but errs alike: both networks have the same linearisation. Its step is held.
    const errors = [10, 14, 18, 22].map((freeSweeps) =>
      relativeError(directionOf(network, { learner: recurrentBackprop({ ...toRounding, freeSweeps, step: 1 }) }, batch), exact),
    )
    const factors = errors.slice(1).map((error, i) => (error / errors[i]) ** (1 / 4))
    for (const factor of factors) expect(factor).toBeLessThan(0.95)
    expect(Math.abs(factors[2] - factors[1])).toBeLessThan(0.05)
  })
})

it('says how far it settled, and that it did not', () => {
  withNetwork({ sizes: [4, 6, 3] }, (network) => {
    const batch = batchFor(network, 4)
    withTrainer(network, { learner: recurrentBackprop({ freeSweeps: 2, tolerance: 1e-12 }) }, (trainer) => {
      trainer.direction(batch)
      expect(trainer.settling).toMatchObject({ sweeps: 2, converged: false })
      expect(trainer.settling!.residual).toBeGreaterThan(1e-12)
    })
    withTrainer(network, { learner: recurrentBackprop(toRounding) }, (trainer) => {
      trainer.direction(batch)
      expect(trainer.settling).toMatchObject({ converged: true })
    })
  })
})

// Over-relaxed states end a hair off the kinks on which they settle; slopes taken from them would be those of the other side.
it.each(['relu', 'hardSigmoid'] as const)('takes the slopes of %s where the network has settled', (hidden) => {
  for (let seed = 1; seed <= 60; seed++)
    withNetwork({ sizes: [4, 7, 6, 3], hidden, seed, gain: 0.5 }, (network) => {
      const batch = batchFor(network, 3)
      const [found, plain] = ['adaptive', 1].map((step) =>
        withTrainer(network, { learner: recurrentBackprop({ ...toRounding, step: step as 1 }) }, (trainer) => {
          const direction = trainer.direction(batch)
          expect(Object.keys(trainer.settling!)).toEqual(['sweeps', 'residual', 'converged'])
          return trainer.settling!.converged ? network.parameters.flatMap(({ name }) => [...direction.of(name)]) : []
        }),
      )
      if (found.length > 0 && plain.length > 0) expect(relativeError(found, plain)).toBeLessThan(1e-9)
    })
})
