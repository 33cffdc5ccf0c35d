// Spike-timing-dependent plasticity, pair by pair: a presynaptic spike before a postsynaptic one strengthens, after it weakens.
//
//   dw_ij = sum over pairs of spikes of W(t_i - t_j),     W(s) = A+ exp(-s / tau+)  s > 0,   -A- exp(s / tau-)  s < 0,   W(0) = 0
//
// with i post, j pre; in terms of traces r of presynaptic and o of postsynaptic spikes, that decay with tau+ and tau- and are read
// before the spikes of the step at hand jump in,
//
//   dW = sum_t A+ y_t r_t^T - A- o_t x_t^T,     G_W = -dW
//
// Gerstner, Kempter, van Hemmen & Wagner 1996, Nature 383:76; Markram, Lübke, Frotscher & Sakmann 1997, Science 275:213. tau are those
// of Pfister & Gerstner 2006, J. Neurosci. 26:9673; A- tau- > A+ tau+ keeps uncorrelated spikes from strengthening. Its direction is
// the sum over the batch, not a mean; no bounds are put on the weights. Traces go on from batch to batch.
// Claims: a closed form, the double sum over pairs; a statistic, <dw> = rho_x rho_y (A+ tau+ - A- tau-) a unit of time for independent
// Poisson trains.
import { defineRule } from '../define-rule.js'
import type { Synapses } from '../../models/synapses.js'
import { nonNegative } from '../../core/validity.js'
import { decayOver } from '../../dynamics/decay.js'

/** Options of {@link pairStdp}. */
export interface PairStdpOptions {
  /** A+, what a postsynaptic spike right after a presynaptic one adds; from 0, default 0.005. */
  readonly aPlus?: number
  /** A-, what one right before it takes away; from 0, default 0.00525. */
  readonly aMinus?: number
  /** tau+, in ms; default 16.8. */
  readonly tauPlus?: number
  /** tau-, in ms; default 33.7. */
  readonly tauMinus?: number
  /** From a row to the next, in ms; default 1. */
  readonly dt?: number
  /** Which spikes make pairs: each with all before it, or with the nearest before it; default `all`. */
  readonly pairing?: 'all' | 'nearest'
}

/** Shorter or longer ones mean nothing, and would leave double precision. */
const milliseconds = { kind: 'number', min: 1e-6, max: 1e9 } as const

/**
 * Pair STDP, for `synapses` between neurons whose spikes are given. It takes batches `{ x, size }`, whose rows are steps of time in
 * their order, and no loss; steps return nothing. With `sgd({ learningRate: 1 })` the weights change by what the pairs say.
 *
 * ```ts
 * createTrainer(model, { learner: pairStdp({ dt: 0.5 }), optimizer: sgd({ learningRate: 1 }) }).step({ x: spikes, size: steps })
 * ```
 *
 * @throws NgradError `RANGE` or `TYPE` for an option out of its range
 */
export const pairStdp = defineRule<PairStdpOptions, never, Synapses>(
  'pairStdp',
  {
    aPlus: { kind: 'number', min: 0, default: 0.005 },
    aMinus: { kind: 'number', min: 0, default: 0.00525 },
    tauPlus: { ...milliseconds, default: 16.8 },
    tauMinus: { ...milliseconds, default: 33.7 },
    dt: { ...milliseconds, default: 1 },
    pairing: { kind: 'choice', choices: ['all', 'nearest'], default: 'all' },
  },
  ({ aPlus, aMinus, tauPlus, tauMinus, dt, pairing }) => {
    const nearest = pairing === 'nearest'
    return {
      feedback: 'none',
      told: 'nothing',
      rows: 'ordered',
      claims: [
        { kind: 'closedForm', of: 'the double sum over pairs of spikes' },
        { kind: 'statistic', of: 'independent trains drift by rho_x rho_y (A+ tau+ - A- tau-)' },
      ],
      attach: (site) => {
        const { model, ops, region, directions, x } = site
        const weight = directions[0].named('weight').matrix
        const [pre, post] = [site.batch(model.pre), site.batch(model.post)]
        const [preLeft, postLeft] = [site.batch(model.pre), site.batch(model.post)]
        const r = site.state('preTrace', 1, model.pre, { validity: nonNegative })
        const o = site.state('postTrace', 1, model.post, { validity: nonNegative })
        const decayPlus = decayOver(dt, tauPlus, ops, region)
        const decayMinus = decayOver(dt, tauMinus, ops, region)
        return {
          estimate: () => {
            ops.gatherColumns(x, 0, pre)
            ops.gatherColumns(x, model.pre, post)
            r.next.copy(r.now)
            o.next.copy(o.now)
            ops.traces(decayPlus, nearest, pre, r.next, preLeft)
            ops.traces(decayMinus, nearest, post, o.next, postLeft)
            ops.multiplyTN(post, preLeft, weight, -aPlus)
            ops.multiplyTN(postLeft, pre, weight, aMinus, true)
            return undefined
          },
        }
      },
    }
  },
)
