// Contrastive divergence: the model's states are the data's, after k steps of Gibbs sampling,
//
//   h_0 ~ P(h | v_0),   v_t ~ P(v | h_{t-1}),   h_t ~ P(h | v_t),   v^- = v_k,
//
// with probabilities in the place of h_0 and h_k in the statistics. Hinton 2002, Neural Computation 14:1771. Or from
// chains that go on from step to step (Tieleman 2008, ICML: persistent contrastive divergence).
// Claim: limit(k): the error of the expected direction against the likelihood gradient decays like |lambda_2|^k, with
// lambda_2 the second eigenvalue of the chain v -> v'. For no finite k it is the gradient of any function (Sutskever &
// Tieleman 2010). `expected` takes the expectation over the chain by enumeration instead of sampling it.
import { defineRule } from '../define-rule.js'
import type { Matrix } from '../../core/memory.js'
import type { Random } from '../../core/random.js'
import { binary } from '../../core/validity.js'
import { mostRepeats } from '../../errors.js'
import { enumerateStates, requireEnumerable } from '../../dynamics/enumerate.js'
import { identity, probabilitiesDown, probabilitiesUp } from '../../dynamics/gibbs.js'
import type { Rule, Site } from '../learner.js'
import type { Rbm } from '../../models/rbm.js'
import { type NegativePhase, rbmContrast } from './_rbm-contrast.js'

/** Options of {@link contrastiveDivergence}. */
export interface ContrastiveDivergenceOptions {
  /** k, up to 10^6; default 1. */
  readonly steps?: number
  /** How many chains go on from step to step, up to 10^6; default 0, chains that start at the examples. */
  readonly persistent?: number
  /** Whether to enumerate the chain instead of sampling it, for up to 12 visible and 12 hidden units; default false. */
  readonly expected?: boolean
}

/**
 * Contrastive divergence, CD-k, and its persistent form.
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range; when attached, `UNSUPPORTED` for too many units
 */
export const contrastiveDivergence = defineRule<ContrastiveDivergenceOptions, never, Rbm>(
  'contrastiveDivergence',
  {
    steps: { kind: 'integer', min: 1, max: mostRepeats, default: 1 },
    persistent: { kind: 'integer', min: 0, max: mostRepeats, default: 0 },
    expected: { kind: 'flag', default: false, when: { persistent: [0] } }, // persistent chains have a past
  },
  ({ steps, persistent, expected }) => ({
    feedback: 'none',
    weighs: true,
    ...(!expected && { noise: 'step' as const }),
    claims: [{ kind: 'limit', of: 'the gradient of -ln P(data), in expectation: the error ~ |lambda_2|^k', knob: 'k' }],
    attach: (site) => {
      if (persistent > 0) return persistentChains(site, steps, persistent)
      return rbmContrast(site, expected ? enumeratedChain(site, steps) : chainFromData(site, steps))
    },
  }),
)

interface Chain {
  readonly h: Matrix
  readonly pv: Matrix
  readonly v: Matrix
}

/** v <- k steps of Gibbs sampling from p(h | v), which it overwrites. */
function gibbsSteps({ model, ops }: Site<Rbm>, noise: Random, steps: number, ph: Matrix, { h, pv, v }: Chain): void {
  const { weight, visibleBias, hiddenBias } = model.matrices
  for (let step = 0; step < steps; step++) {
    if (step > 0) probabilitiesUp(ops, v, weight, hiddenBias, ph)
    noise.bernoulliOf(ph, h)
    probabilitiesDown(ops, h, weight, visibleBias, pv)
    noise.bernoulliOf(pv, v)
  }
}

function chainFromData(site: Site<Rbm>, steps: number): NegativePhase {
  const { model, batch, weights } = site
  const noise = site.random('noise')
  const chain = { h: batch(model.hidden), pv: batch(model.visible), v: batch(model.visible) }
  const ensemble = { states: chain.v, weights }
  return (_x, hidden) => {
    gibbsSteps(site, noise, steps, hidden, chain)
    return ensemble
  }
}

/** Chains from noise, which go on from step to step. */
function persistentChains(site: Site<Rbm>, steps: number, count: number): Rule {
  const { model, ops, region } = site
  const noise = site.random('noise')
  const matrix = (columns: number): Matrix => region.matrix(model.dtype, count, columns)
  const chains = site.state('chains', count, model.visible, { validity: binary })
  noise.bernoulli(chains.now, 0.5)
  const chain = { h: matrix(model.hidden), pv: matrix(model.visible), v: chains.next }
  const ph = matrix(model.hidden)
  const weights = region.matrix('f64', count, 1)
  weights.fill(1 / count)
  const ensemble = { states: chain.v, weights }
  return rbmContrast(site, () => {
    probabilitiesUp(ops, chains.now, model.matrices.weight, model.matrices.hiddenBias, ph)
    gibbsSteps(site, noise, steps, ph, chain)
    return ensemble
  })
}

/**
 * The distribution of v_k, exactly. P(h | v) for all h is the softmax of h^T (W v + c) over the states h, and P(v | h)
 * likewise: q(h) = sum_n w_n P(h | x_n), then q(v) = sum_h q(h) P(v | h) and q(h) = sum_v q(v) P(h | v) in turn.
 */
function enumeratedChain({ model, ops, region, batch, weights }: Site<Rbm>, steps: number): NegativePhase {
  const { weight, visibleBias, hiddenBias } = model.matrices
  const matrix = (rows: number, columns: number): Matrix => region.matrix(model.dtype, rows, columns)
  const v = matrix(requireEnumerable('contrastiveDivergence: visible units', model.visible), model.visible)
  const h = matrix(requireEnumerable('contrastiveDivergence: hidden units', model.hidden), model.hidden)
  enumerateStates(null, 0, [v])
  enumerateStates(null, 0, [h])
  const driveH = matrix(v.rows, model.hidden)
  const driveV = matrix(h.rows, model.visible)
  const hGivenX = batch(h.rows)
  const hGivenV = matrix(v.rows, h.rows)
  const vGivenH = matrix(h.rows, v.rows)
  const driveX = batch(model.hidden)
  const [qv, qh, one] = [matrix(1, v.rows), matrix(1, h.rows), matrix(1, 1)]
  one.fill(1)
  const probabilities = region.matrix('f64', v.rows, 1)
  const [column, ensemble] = [qv.as(v.rows, 1), { states: v, weights: probabilities }]
  const conditional = (drive: Matrix, bias: Matrix, states: Matrix, out: Matrix): void => {
    ops.activateRows(identity, bias, drive)
    ops.multiplyNT(drive, states, out)
    ops.softmax(out, out)
  }
  return (x) => {
    ops.multiplyNT(x, weight, driveX)
    conditional(driveX, hiddenBias, h, hGivenX)
    ops.multiplyNT(v, weight, driveH)
    conditional(driveH, hiddenBias, h, hGivenV)
    ops.multiplyNN(h, weight, driveV)
    conditional(driveV, visibleBias, v, vGivenH)
    ops.scaleRows(weights, hGivenX)
    ops.columnSums(hGivenX, qh)
    for (let step = 0; step < steps; step++) {
      if (step > 0) ops.multiplyNN(qv, hGivenV, qh)
      ops.multiplyNN(qh, vGivenH, qv)
    }
    ops.dotRows(column, one, probabilities) // to doubles
    return ensemble
  }
}
