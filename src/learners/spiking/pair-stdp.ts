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
import type { Synapses } from '../../models/synapses.js'
import { nonNegative } from '../../core/validity.js'
import { requireNumber, requireOneOf, requireOptions } from '../../errors.js'
import { decayOver } from '../../dynamics/decay.js'
import type { Learner } from '../learner.js'

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
export function pairStdp(options: PairStdpOptions = {}): Learner<Synapses> {
  const where = 'pairStdp(options)'
  const {
    aPlus = 0.005,
    aMinus = 0.00525,
    tauPlus = 16.8,
    tauMinus = 33.7,
    dt = 1,
    pairing = 'all',
  } = requireOptions(where, options, { aPlus: true, aMinus: true, tauPlus: true, tauMinus: true, dt: true, pairing: true })
  requireNumber(`${where}: aPlus`, aPlus, 0)
  requireNumber(`${where}: aMinus`, aMinus, 0)
  for (const [name, time] of Object.entries({ tauPlus, tauMinus, dt })) requireNumber(`${where}: ${name}`, time, least, most)
  const nearest = requireOneOf(`${where}: pairing`, pairing, ['all', 'nearest']) === 'nearest'
  return {
    name: 'pairStdp',
    feedback: 'none',
    told: 'nothing',
    rows: 'ordered',
    claim: { kind: 'stated', text: 'closed form: the double sum over pairs of spikes' },
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
}

/** Milliseconds: shorter or longer ones mean nothing, and would leave double precision. */
const [least, most] = [1e-6, 1e9]
