// Node perturbation: move the potentials of all units at random, and credit each synapse with its input.
//
//   xi_l: independent noise of unit variance, one number for each unit and sample
//   C^+-: the loss of each sample with potentials z_l = W_l h_{l-1} + b_l +- sigma xi_l in every layer
//   G_{W_l} = mean over the samples of  [C^+ - C^-] / (2 sigma)  xi_l h_{l-1}^T          central
//   (forward: [C^+ - C] / sigma)
//
// h_{l-1} are the unperturbed activities, and each sample is credited with its own change of the loss. Its variance
// grows with the number of units, not of weights.
//
// Le Cun, Galland & Hinton 1988, NeurIPS; Widrow & Lehr 1990, Proc. IEEE 78:1415 (MRIII); Werfel, Xie & Seung
// 2005, Neural Comput. 17:2699.
// Claim: unbiased, against backprop.
import { defineRule } from '../define-rule.js'
import type { Matrix } from '../../core/memory.js'
import type { Network } from '../../models/network.js'
import type { CostSite } from '../learner.js'
import { statistics } from '../../dynamics/passes.js'
import { drawNoise, type PerturbationOptions, perturbationTable, unbiased } from './_perturbation.js'

/**
 * Node perturbation.
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range
 */
export const nodePerturbation = defineRule<PerturbationOptions, never, Network, CostSite>(
  'nodePerturbation',
  perturbationTable,
  ({ sigma, noise, difference, samples }) => ({
    feedback: 'scalar',
    told: 'cost',
    noise: 'step',
    claims: [unbiased],
    attach: (site) => {
      const { network, ops, objective, direction, x } = site
      const { doubles } = ops
      const random = site.random('noise')
      const h = site.activities()
      const noisy = site.activities()
      const xi = site.activities()
      const samplePlus = site.batchDoubles()
      const sampleMinus = site.batchDoubles()
      const factor = 1 / ((difference === 'central' ? 2 : 1) * sigma * samples)

      /** The loss of each sample with the potentials moved by `distance` xi. */
      const perturbedLosses = (distance: number, sampleLosses: Matrix): void => {
        for (const { index, map, parameters, code } of network.layers) {
          const z = noisy[index + 1]
          map.forward(noisy[index], parameters.weight, z)
          ops.combine(distance, xi[index + 1], 1, z)
          map.activate(code, parameters.bias, z)
        }
        objective.mean(noisy.at(-1)!, sampleLosses)
      }
      return {
        estimate: () => {
          network.forward(h)
          const meanLoss = objective.mean(h.at(-1)!, sampleMinus)
          for (let sample = 0; sample < samples; sample++) {
            for (let l = 1; l < xi.length; l++) drawNoise(random, noise, xi[l])
            perturbedLosses(sigma, samplePlus)
            if (difference === 'central') perturbedLosses(-sigma, sampleMinus)
            doubles.combine(-1, sampleMinus, 1, samplePlus)
            for (let l = 1; l < xi.length; l++) ops.scaleRows(samplePlus, xi[l])
            statistics(network, xi, h, direction, factor / x.rows, sample > 0)
          }
          return meanLoss
        },
        predict: () => {
          network.forward(h)
          return h
        },
      }
    },
  }),
)
