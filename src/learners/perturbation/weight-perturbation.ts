// Weight perturbation: move all weights at random, and keep what lowers the loss.
//
//   Psi: independent noise of unit variance, one number for each parameter
//   G = [C(theta + sigma Psi) - C(theta - sigma Psi)] / (2 sigma)  Psi              central
//   G = [C(theta + sigma Psi) - C(theta)] / sigma  Psi                              forward
//
// The only feedback is the scalar C. E[G] is the gradient up to O(sigma^2), and the variance grows with the number
// of weights K: |G|^2 averages K |grad|^2 for signs, (K + 2) |grad|^2 for normal noise.
//
// Dembo & Kailath 1990, IEEE Trans. Neural Networks 1:58; Cauwenberghs 1993, NeurIPS; with signs and the central
// difference it is Spall's SPSA (1992, IEEE Trans. Automatic Control 37:332) at constant gains.
// Claim: unbiased, against backprop.
import { defineRule } from '../define-rule.js'
import { matricesOf } from '../../layers/layer.js'
import { feedforward } from '../../dynamics/forward.js'
import type { Network } from '../../models/network.js'
import type { CostSite } from '../learner.js'
import { drawNoise, type PerturbationOptions, perturbationTable, unbiased } from './_perturbation.js'

/**
 * Weight perturbation.
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range
 */
export const weightPerturbation = defineRule<PerturbationOptions, never, Network, CostSite>(
  'weightPerturbation',
  perturbationTable,
  ({ sigma, noise, difference, samples }) => ({
    feedback: 'scalar',
    told: 'cost',
    noise: 'step',
    lateral: true,
    claims: [unbiased],
    attach: (site) => {
      const { network, ops, objective, region, direction } = site
      const random = site.random('noise')
      const psi = network.group.like(region, 'noise')
      const perturbed = network.group.like(region, 'perturbed')
      const run = feedforward.attach(site, network.layerParameters(perturbed))
      const estimates = matricesOf(direction)
      const factor = 1 / ((difference === 'central' ? 2 : 1) * sigma * samples)

      /** The loss at theta + distance Psi. */
      const lossAt = (distance: number): number => {
        perturbed.flat.copy(network.group.flat)
        ops.combine(distance, psi.flat, 1, perturbed.flat)
        return objective.mean(run().at(-1)!)
      }
      return {
        estimate: () => {
          const meanLoss = lossAt(0)
          for (let sample = 0; sample < samples; sample++) {
            for (const { matrix } of psi.parameters) drawNoise(random, noise, matrix)
            const change = lossAt(sigma) - (difference === 'central' ? lossAt(-sigma) : meanLoss)
            for (let i = 0; i < estimates.length; i++)
              ops.combine(change * factor, psi.parameters[i].matrix, sample === 0 ? 0 : 1, estimates[i])
          }
          return meanLoss
        },
        predict: () => {
          perturbed.flat.copy(network.group.flat)
          return run()
        },
      }
    },
  }),
)
