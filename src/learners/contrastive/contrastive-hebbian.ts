// Contrastive Hebbian learning in a layered network with weak feedback.
//
//   x_k = f_k( W_k x_{k-1} + gamma W_{k+1}^T x_{k+1} + b_k ),   k = 1 ... L,   x_0 clamped, no feedback into L
//   free:     x_L settles with the rest, to the predictions          -> x^-
//   clamped:  x_L = y                                                -> x^+
//
//   G_{W_k} = -gamma^{k-L} ( x^+_k x^+_{k-1}^T - x^-_k x^-_{k-1}^T ) / N
//
// Hebbian in the clamped phase and anti-Hebbian in the free one; gamma^{k-L} makes up for how much weaker the
// target is felt, layer by layer. Xie & Seung 2003, Neural Comput. 15:441.
//
// Claim: limit(gamma, 1) against backprop. It needs the difference y - x_L to be the output error: linear
// outputs for squared error, and for the cross-entropies the state of the outputs is their link (softmax,
// logistic); with softmax, rows of targets must sum to 1. Departs from the paper in settling by Gauss-Seidel sweeps instead of a differential equation; the
// fixed points are the same.
import { halvings } from '../claim.js'
import { defineRule } from '../define-rule.js'
import { contrast } from './_contrast.js'
import { equilibrium } from '../../dynamics/equilibrium.js'
import { integerPower } from '../../numerics/power.js'
import { Relaxation, type RelaxationOptions, relaxationTable, toRounding } from '../../dynamics/relaxation.js'

/** Options of {@link contrastiveHebbian}. */
export interface ContrastiveHebbianOptions extends RelaxationOptions {
  /** The gain of the feedback, in (0, 1]; default 0.05. In f32 below about (6e-8)^(1/L) rounding takes over. */
  readonly gamma?: number
}

/**
 * Contrastive Hebbian learning with weak feedback (Xie & Seung). It becomes backprop where the output error is the difference of
 * states: linear outputs, and with `crossEntropy` targets whose rows sum to 1, others being refused.
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range
 */
export const contrastiveHebbian = defineRule<ContrastiveHebbianOptions>(
  'contrastiveHebbian',
  {
    ...relaxationTable,
    freeSweeps: { ...relaxationTable.freeSweeps, default: 8 },
    nudgedSweeps: { ...relaxationTable.nudgedSweeps, default: 8 },
    gamma: { kind: 'number', above: 0, max: 1, default: 0.05 },
  },
  ({ gamma, ...settings }) => {
    const kind = { weakening: gamma, linked: true }
    return {
      feedback: 'vector',
      compares: 'targets',
      settles: true,
      forward: equilibrium(gamma, settings, kind),
      claims: [
        {
          kind: 'limit',
          of: 'the gradient of the loss',
          knob: 'gamma',
          order: 1,
          values: halvings,
          reference: 'backprop',
          measured: toRounding,
        },
        { kind: 'not', of: 'limit(gamma) with sigmoid outputs' },
      ],
      attach: (site) => {
        const { network, objective, direction, y } = site
        const free = site.activities()
        const clamped = site.activities()
        const layers = network.layers.length
        const scales = free.map((_, k) => integerPower(gamma, layers - k))
        const scale = (k: number): number => scales[k]
        const relaxation = new Relaxation(
          site,
          network.layers.map(({ parameters }) => parameters),
          gamma,
          settings,
          kind,
        )
        const predictions = relaxation.activities(free)
        return {
          get settling() {
            return relaxation.settling
          },
          estimate: () => {
            relaxation.free(free)
            const meanLoss = objective.mean(predictions.at(-1)!)
            for (let k = 1; k < layers; k++) clamped[k].copy(free[k])
            relaxation.clamped(clamped, y)
            contrast(network, clamped, free, scale, direction)
            return meanLoss
          },
          predict: () => {
            relaxation.free(free)
            return predictions
          },
        }
      },
    }
  },
)
