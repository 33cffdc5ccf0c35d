// Predictive coding: value nodes that settle between what the layer below predicts and what the target demands.
//
//   mu_l = W_l f_{l-1}(x_{l-1}) + b_l          prediction of the potential x_l
//   eps_l = p_l (x_l - mu_l)                    error, l < L; p_l the precision of layer l, 1 by default
//   eps_L = -p_L dC/dmu_L                       the outputs' error; p_L (y - mu_L) for squared error
//   dx_l = rate ( -eps_l + f'_l(x_l) (eps_{l+1} W_{l+1}) )                    steps of inference from the forward pass
//   G_{W_l} = -(1 / p_L) eps_l^T f(x_{l-1}) / N
//
//   variant 'strict'            the rule above. Inference descends F = sum_l p_l |x_l - mu_l|^2 / 2 + p_L C(mu_L), each
//                               sample by itself; where a step would raise its F, it is halved
//   variant 'fixedPrediction'   mu_l and f'_l stay at their forward values: eps_l <- eps_l + rate (-eps_l + ...)
//   variant 'zeroDivergence'    Z-IL: rate 1, and W_l is credited at inference time t = L - l, when the error has
//                               just reached it and x_{l-1} is still where the forward pass put it
//
// Whittington & Bogacz 2017, Neural Comput. 29:1229 (strict); Millidge, Tschantz & Buckley 2022, Neural Comput.
// 34:1329 (fixed prediction); Song, Lukasiewicz, Xu & Bogacz 2020, NeurIPS (Z-IL).
//
// Claims. strict: limit(precision, 1) against backprop, as the output precision (1 / variance) goes to 0 and those of
// the hidden layers stay. It does NOT become backprop as the output error shrinks. The other two: exact. Departs from
// the papers in taking any loss with its derivative as the output error. Departs from the code of Whittington & Bogacz
// (after), which halves the rate too where F rises, but there for all of a batch: here for a sample, so that it is inferred as it
// would be alone; which ends after a number of steps: here also where nothing pulls any more, by a measure that does not shrink
// with the rate; and which takes f' at a kink (relu, hardSigmoid) for that of one side: here nodes stop at kinks, and may
// rest there (assembly/dynamics/nodes.ts).
import { halvings } from '../claim.js'
import { defineRule } from '../define-rule.js'
import { Descent } from '../../numerics/descent.js'
import { addPhase, beginPhases, largestOf, SampleSettling, type SettlingRecord, unsettled } from '../../numerics/fixed-point.js'
import { mostRepeats, NgradError } from '../../errors.js'
import { InferenceInCore } from '../../dynamics/inference-in-core.js'
import type { Rule, TargetSite } from '../learner.js'
import { statistics } from '../../dynamics/passes.js'
import { Nodes } from '../../dynamics/predictive-nodes.js'
import { servedByCore } from '../../dynamics/served-by-core.js'

const variants = ['strict', 'fixedPrediction', 'zeroDivergence'] as const
const infers = ['strict', 'fixedPrediction'] as const

/** Options of {@link predictiveCoding}. */
export interface PredictiveCodingOptions {
  /** default `strict` */
  readonly variant?: (typeof variants)[number]
  /** Inverse variance of the outputs, above 0; default 0.1. Only for `strict`. */
  readonly precision?: number
  /**
   * Inverse variances of the hidden layers, above 0: one for each, or one for all; default 1. Only for `strict`. Steps of
   * inference lower F for rates below 2 over its largest curvature, which is about p_l + p_{l+1} |W_{l+1}|^2.
   */
  readonly hiddenPrecisions?: number | readonly number[]
  /** The most steps of inference, up to 10^6; default 20, or L - 1 for fixedPrediction. */
  readonly steps?: number
  /**
   * Size of a step of inference; default 0.1, or 1 for fixedPrediction. Under `strict`, a step that raises F of a sample is
   * halved for it, and those that follow it in the same inference are.
   */
  readonly rate?: number
  /** A sample is inferred when a step of that size would change no value by more; default 0, all steps. */
  readonly tolerance?: number
}

/**
 * Predictive coding. Its predictions are those of the forward pass, the minimum of F without a target.
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range; `SHAPE`, when attached, for another number of
 * hidden precisions than there are hidden layers
 */
export const predictiveCoding = defineRule<PredictiveCodingOptions, 'steps'>(
  'predictiveCoding',
  {
    variant: { kind: 'choice', choices: variants, default: 'strict' },
    precision: { kind: 'number', above: 0, default: 0.1, when: { variant: ['strict'] } },
    hiddenPrecisions: { kind: 'numbers', orOne: true, above: 0, default: 1, when: { variant: ['strict'] } },
    steps: {
      kind: 'integer',
      min: 1,
      max: mostRepeats,
      defaults: [{ when: { variant: ['strict'] }, default: 20 }],
      when: { variant: infers },
    },
    rate: {
      kind: 'number',
      above: 0,
      default: 0.1,
      defaults: [{ when: { variant: ['fixedPrediction'] }, default: 1 }],
      when: { variant: infers },
    },
    tolerance: { kind: 'number', min: 0, default: 0, when: { variant: infers } },
  },
  ({ variant, precision, hiddenPrecisions, steps, rate, tolerance }) => {
    const gradient = { of: 'the gradient of the loss', reference: 'backprop' }
    return {
      feedback: 'vector',
      claims:
        variant === 'strict'
          ? [
              {
                ...gradient,
                kind: 'limit',
                knob: 'precision',
                order: 1,
                values: halvings,
                measured: { steps: 20_000, rate: 0.2, tolerance: 1e-15 },
              },
              { kind: 'not', of: 'limit(output error)' },
            ]
          : [{ ...gradient, kind: 'exact' }],
      attach: (site) => {
        if (variant === 'strict') return strict(site, precisionsOf(site, hiddenPrecisions, precision), steps!, rate, tolerance)
        if (variant === 'fixedPrediction')
          return fixedPrediction(site, steps ?? Math.max(1, site.network.layers.length - 1), rate, tolerance)
        return zeroDivergence(site)
      },
    }
  },
)

/** p_1 ... p_L of the layers, by index - 1. */
function precisionsOf({ network: { layers } }: TargetSite, hidden: number | readonly number[], outputs: number): number[] {
  const each = typeof hidden === 'number' ? new Array<number>(layers.length - 1).fill(hidden) : hidden
  if (each.length !== layers.length - 1)
    throw new NgradError(
      'SHAPE',
      'predictiveCoding(options): hiddenPrecisions',
      `${layers.length - 1}, one for each hidden layer`,
      each.length,
    )
  return [...each, outputs]
}

/** A rule over nodes whose inference `infer` runs, and whose predictions are those of the forward pass. */
function rule(site: TargetSite, nodes: Nodes, infer: (settling: SettlingRecord) => number): Rule {
  const settling = unsettled()
  return {
    settling,
    estimate: () => infer(settling),
    predict: () => {
      site.network.forward(nodes.h)
      return nodes.h
    },
  }
}

function strict(site: TargetSite, precisions: readonly number[], steps: number, rate: number, tolerance: number): Rule {
  const nodes = new Nodes(site, precisions)
  const inference = servedByCore(site) ? new InferenceInCore(nodes) : new Descent(nodes, site.network.dtype, () => site.batchDoubles())
  const precision = precisions.at(-1)!
  return rule(site, nodes, (settling) => {
    const meanLoss = nodes.start(site.y)
    inference.run(settling, steps, rate, tolerance)
    statistics(site.network, nodes.eps, nodes.h, site.direction, -1 / (precision * site.y.rows))
    return meanLoss
  })
}

function fixedPrediction(site: TargetSite, steps: number, rate: number, tolerance: number): Rule {
  const nodes = new Nodes(site)
  const samples = new SampleSettling({ tolerance, adaptive: false, step: rate, byResidual: true }, () => site.batchDoubles())
  const step = (): void => nodes.stepErrors(samples.moving, rate, samples.worst)
  return rule(site, nodes, (settling) => {
    const meanLoss = nodes.start(site.y)
    samples.run(steps, step)
    beginPhases(settling)
    addPhase(settling, samples)
    statistics(site.network, nodes.eps, nodes.h, site.direction, -1 / site.y.rows)
    return meanLoss
  })
}

function zeroDivergence(site: TargetSite): Rule {
  const { network, direction } = site
  const nodes = new Nodes(site)
  const { last } = nodes
  const rates = site.batchDoubles()
  const residuals = site.batchDoubles()
  return rule(site, nodes, (settling) => {
    const meanLoss = nodes.start(site.y)
    rates.fill(1)
    for (let t = 0; t < last; t++) {
      residuals.fill(0)
      if (t > 0) nodes.step(rates, residuals)
      const l = last - t
      const { map } = network.layers[l - 1]
      map.weightStatistic(nodes.eps[l], nodes.h[l - 1], direction[l - 1].weight, -1 / site.y.rows)
      map.biasStatistic(nodes.eps[l], direction[l - 1].bias, -1 / site.y.rows)
    }
    // It runs a fixed number of steps by design, and has done its work then.
    settling.residual = largestOf(residuals)
    settling.sweeps = last - 1
    settling.converged = true
    return meanLoss
  })
}
