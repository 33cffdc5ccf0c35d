// Weight perturbation (Dembo & Kailath 1990; Cauwenberghs 1993): over all signs its mean is the gradient.
import { describe, expect, it } from 'vitest'
import { backprop, type Batch, type Network, type PerturbationOptions, weightPerturbation } from '../../../src/index.js'
import { drawsOf, mean, overAllSigns, sampleMean } from '../../support/noise.js'
import { dot, halvings, norm, relativeError, slopes } from '../../support/numbers.js'
import { batchFor, directionOf, withNetwork, withTrainer } from '../../support/teaching.js'

const differences = ['central', 'forward'] as const
/** One layer: the squared error is quadratic in the weights, and differences of it have no third order. */
const quadratic = { sizes: [3, 3], seed: 2 }
const curved = { sizes: [2, 2, 2], seed: 2 }
const weights = 12 // in both

/** The direction for each of the 2^12 choices of signs. */
function allDirections(network: Network, options: PerturbationOptions, batch: Batch): number[][] {
  return withTrainer(network, { learner: weightPerturbation(options) }, (trainer) =>
    overAllSigns(weights, () => drawsOf(trainer, batch, 1)[0]),
  )
}

const gradientOf = (network: Network, batch: Batch): number[] => directionOf(network, { learner: backprop() }, batch)

describe.each(differences)('over all signs, with the %s difference', (difference) => {
  it('its mean is the gradient of a quadratic, at any sigma', () => {
    withNetwork(quadratic, (network) => {
      const batch = batchFor(network, 4)
      for (const sigma of [1, 0.1])
        expect(relativeError(mean(allDirections(network, { sigma, difference }, batch)), gradientOf(network, batch))).toBeLessThan(1e-12)
    })
  })

  it('its mean is the gradient of any loss, up to O(sigma^2)', () => {
    withNetwork(curved, (network) => {
      const batch = batchFor(network, 3)
      const sigmas = halvings(0.1)
      const errors = sigmas.map((sigma) =>
        relativeError(mean(allDirections(network, { sigma, difference }, batch)), gradientOf(network, batch)),
      )
      for (const slope of slopes(sigmas, errors)) expect(Math.abs(slope - 2)).toBeLessThan(0.1)
    })
  })
})

it('has the mean square K |gradient|^2 for K weights', () => {
  withNetwork(quadratic, (network) => {
    const batch = batchFor(network, 4)
    const squares = allDirections(network, { sigma: 0.1 }, batch).map((g) => norm(g) ** 2)
    expect(relativeError([sampleMean(squares).mean], [weights * norm(gradientOf(network, batch)) ** 2])).toBeLessThan(1e-12)
  })
})

it('has the mean square (K + 2) |gradient|^2 with normal noise, and the gradient for its mean', () => {
  withNetwork(quadratic, (network) => {
    const batch = batchFor(network, 4)
    const gradient = gradientOf(network, batch)
    withTrainer(network, { learner: weightPerturbation({ noise: 'gaussian' }) }, (trainer) => {
      const draws = drawsOf(trainer, batch, 20_000)
      const square = sampleMean(draws.map((g) => (norm(g) / norm(gradient)) ** 2))
      expect(Math.abs(square.mean - (weights + 2))).toBeLessThan(3 * square.error)
      expect(square.error).toBeLessThan(0.25) // so that K, K + 1 and K + 3 are told apart
      const along = sampleMean(draws.map((g) => dot(g, gradient) / norm(gradient) ** 2))
      expect(Math.abs(along.mean - 1)).toBeLessThan(3 * along.error)
    })
  })
})

it.each([
  ['central', 2],
  ['forward', 1],
] as const)('one %s difference errs by O(sigma^%i)', (difference, order) => {
  withNetwork(curved, (network) => {
    const batch = batchFor(network, 3)
    const gradient = gradientOf(network, batch)
    const psi = (word: number): number[] => Array.from({ length: weights }, (_, i) => ((word >> i) & 1) * 2 - 1)
    const projections = Array.from({ length: 2 ** weights }, (_, word) => psi(word).map((sign) => dot(psi(word), gradient) * sign))
    const sigmas = halvings(0.05, 4)
    const errors = sigmas.map((sigma) => relativeError(allDirections(network, { sigma, difference }, batch).flat(), projections.flat()))
    for (const slope of slopes(sigmas, errors)) expect(Math.abs(slope - order)).toBeLessThan(0.1)
  })
})

it('averages its samples, drawn one after the other', () => {
  withNetwork(curved, (network) => {
    const batch = batchFor(network, 3)
    withTrainer(network, { learner: weightPerturbation() }, (trainer) => {
      const singles = drawsOf(trainer, batch, 5)
      const averaged = directionOf(network, { learner: weightPerturbation({ samples: 5 }) }, batch)
      expect(relativeError(averaged, mean(singles))).toBeLessThan(1e-14)
    })
  })
})

it('reports the unperturbed loss', () => {
  withNetwork(curved, (network) => {
    const batch = batchFor(network, 3)
    const [perturbed, exact] = [weightPerturbation(), backprop()].map((learner) =>
      withTrainer(network, { learner }, (trainer) => trainer.direction(batch).loss),
    )
    expect(perturbed).toBe(exact)
  })
})
