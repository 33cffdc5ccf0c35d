// Node perturbation (Le Cun, Galland & Hinton 1988): over all signs at all units its mean is the gradient.
import { describe, expect, it } from 'vitest'
import { backprop, type Batch, type Network, nodePerturbation, type PerturbationOptions, weightPerturbation } from '../../../src/index.js'
import { drawsOf, mean, overAllSigns, sampleMean, withSigns } from '../../support/noise.js'
import { halvings, norm, relativeError, slopes, uniform } from '../../support/numbers.js'
import { batchFor, directionOf, directionsOf, rowsOf, withNetwork, withTrainer } from '../../support/teaching.js'

const differences = ['central', 'forward'] as const
/** The outputs of a linear network are linear in the noise, and the squared error is quadratic: no third order. */
const linear = { sizes: [3, 4, 3, 2], hidden: 'identity' as const, seed: 2 }
const curved = { sizes: [3, 4, 3, 2], seed: 2 }
const units = 9 // in both

/** The direction for each of the 2^n choices of signs, n = units times samples. */
function allDirections(network: Network, options: PerturbationOptions, batch: Batch, n: number): number[][] {
  return withTrainer(network, { learner: nodePerturbation(options) }, (trainer) => overAllSigns(n, () => drawsOf(trainer, batch, 1)[0]))
}

const gradientOf = (network: Network, batch: Batch): number[] => directionOf(network, { learner: backprop() }, batch)

describe.each(differences)('over all signs, with the %s difference', (difference) => {
  it('its mean is the gradient of a linear network, at any sigma', () => {
    withNetwork(linear, (network) => {
      const batch = batchFor(network, 1)
      for (const sigma of [1, 0.1])
        expect(relativeError(mean(allDirections(network, { sigma, difference }, batch, units)), gradientOf(network, batch))).toBeLessThan(
          1e-12,
        )
    })
  })

  it('its mean is the gradient of any network, up to O(sigma^2)', () => {
    withNetwork(curved, (network) => {
      const batch = batchFor(network, 1)
      const sigmas = halvings(0.1)
      const errors = sigmas.map((sigma) =>
        relativeError(mean(allDirections(network, { sigma, difference }, batch, units)), gradientOf(network, batch)),
      )
      for (const slope of slopes(sigmas, errors)) expect(Math.abs(slope - 2)).toBeLessThan(0.1)
    })
  })

  it('its mean over the noise of all samples is the gradient of their mean loss', () => {
    withNetwork({ sizes: [3, 3, 1], hidden: 'identity' }, (network) => {
      const batch = batchFor(network, 3)
      expect(relativeError(mean(allDirections(network, { difference }, batch, 12)), gradientOf(network, batch))).toBeLessThan(1e-11)
    })
  })
})

it('has the mean square |delta|^2 sum_l n_l (|h_{l-1}|^2 + 1), for n_l units in layer l', () => {
  withNetwork(linear, (network) => {
    const batch = batchFor(network, 1)
    const gradient = directionsOf(network, { learner: backprop() }, batch)
    const squares = gradient.map((g) => norm(g) ** 2)
    const deltas = [1, 3, 5].map((bias) => squares[bias]) // the gradients of biases are those of potentials
    // The gradient of a weight is delta h: |h_{l-1}|^2 is the ratio of the two.
    const activities = [0, 2, 4].map((weight, l) => squares[weight] / deltas[l])
    const expected = deltas.reduce((a, b) => a + b) * activities.reduce((sum, h, l) => sum + linear.sizes[l + 1] * (h + 1), 0)
    const measured = sampleMean(allDirections(network, {}, batch, units).map((g) => norm(g) ** 2)).mean
    expect(relativeError([measured], [expected])).toBeLessThan(1e-11)
  })
})

it('varies less than weight perturbation, since there are fewer units than weights', () => {
  withNetwork(linear, (network) => {
    const batch = batchFor(network, 1)
    const [nodes, weights] = [nodePerturbation(), weightPerturbation()].map((learner) =>
      withTrainer(network, { learner }, (trainer) => sampleMean(drawsOf(trainer, batch, 2000).map((g) => norm(g) ** 2)).mean),
    )
    expect(nodes).toBeLessThan(weights / 2)
  })
})

describe('with noise that belongs to a sample', () => {
  /** The direction when sample i of layer l gets the signs of sample `order[i]`. */
  const withNoiseOf = (network: Network, batch: Batch, order: readonly number[]): number[] =>
    withSigns(
      ({ rows, columns }) => order.slice(0, rows).flatMap((row) => uniform(columns, 100 * columns + row).map(Math.sign)),
      () => directionOf(network, { learner: nodePerturbation({ sigma: 0.3 }) }, batch),
    )

  it('credits each sample with its own change of the loss: a batch is the mean of its samples', () => {
    withNetwork(curved, (network) => {
      const batch = batchFor(network, 5)
      const singles = [0, 1, 2, 3, 4].map((i) => withNoiseOf(network, rowsOf(batch, [i]), [i]))
      expect(relativeError(withNoiseOf(network, batch, [0, 1, 2, 3, 4]), mean(singles))).toBeLessThan(1e-13)
    })
  })

  it('does not depend on the order of the samples', () => {
    withNetwork(curved, (network) => {
      const batch = batchFor(network, 5)
      const order = [3, 0, 4, 2, 1]
      const permuted = withNoiseOf(network, rowsOf(batch, order), order)
      const inOrder = withNoiseOf(network, batch, [0, 1, 2, 3, 4])
      expect(relativeError(permuted, inOrder)).toBeLessThan(1e-13)
      expect(relativeError(withNoiseOf(network, batch, order), inOrder)).toBeGreaterThan(0.1)
    })
  })
})

it('averages its samples of the noise, drawn one after the other', () => {
  withNetwork(curved, (network) => {
    const batch = batchFor(network, 3)
    for (const difference of differences)
      withTrainer(network, { learner: nodePerturbation({ difference }) }, (trainer) => {
        const averaged = directionOf(network, { learner: nodePerturbation({ difference, samples: 5 }) }, batch)
        expect(relativeError(averaged, mean(drawsOf(trainer, batch, 5)))).toBeLessThan(1e-13)
      })
  })
})
