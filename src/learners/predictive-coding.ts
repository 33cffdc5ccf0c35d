// Predictive coding: value nodes that settle between what the layer below predicts and what the target demands.
//
//   mu_l = W_l f_{l-1}(x_{l-1}) + b_l          prediction of the potential x_l
//   eps_l = p_l (x_l - mu_l)                    error, l < L; p_l the precision of layer l, 1 by default
//   eps_L = -p_L dC/dmu_L                       the outputs' error; p_L (y - mu_L) for squared error
//   dx_l = rate ( -eps_l + f'_l(x_l) (eps_{l+1} W_{l+1}) )                    steps of inference from the forward pass
//   G_{W_l} = -(1 / p_L) eps_l^T f(x_{l-1}) / N
//
//   variant 'strict'            the rule above. Inference descends F = sum_l p_l |x_l - mu_l|^2 / 2 + p_L C(mu_L); where
//                               a step would raise F, of the batch as a whole, it is halved, as in the authors' code (after)
//   variant 'fixedPrediction'   mu_l and f'_l stay at their forward values: eps_l <- eps_l + rate (-eps_l + ...)
//   variant 'zeroDivergence'    Z-IL: rate 1, and W_l is credited at inference time t = L - l, when the error has
//                               just reached it and x_{l-1} is still where the forward pass put it
//
// Whittington & Bogacz 2017, Neural Comput. 29:1229 (strict); Millidge, Tschantz & Buckley 2022, Neural Comput.
// 34:1329 (fixed prediction); Song, Lukasiewicz, Xu & Bogacz 2020, NeurIPS (Z-IL).
//
// Claims. strict: limit(precision, 1) against backprop, as the output precision (1 / variance) goes to 0 and those of
// the hidden layers stay. It does NOT become backprop as the output error shrinks. The other two: exact. Departs from the papers in taking any loss
// with its derivative as the output error.
import { type Descending, Descent } from '../core/descent.js'
import type { Matrix } from '../core/memory.js'
import { settle, type SettlingRecord, unsettled } from '../core/settling.js'
import { describe, NgradError, requireInteger, requireOneOf, requireOptions, requirePositive } from '../errors.js'
import { activationCode } from '../layers/activation.js'
import { backprop } from './backprop.js'
import type { Claim } from './claim.js'
import type { Learner, Rule, Site } from './learner.js'
import { outputDelta, statistics } from './pass.js'

const variants = ['strict', 'fixedPrediction', 'zeroDivergence'] as const

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
  /** The most steps of inference; default 20, or L - 1 for fixedPrediction. */
  readonly steps?: number
  /**
   * Size of a step of inference; default 0.1, or 1 for fixedPrediction. Under `strict`, a step that raises F is halved, and
   * those that follow it in the same inference are.
   */
  readonly rate?: number
  /** Inference ends when no value changes by more in a step; default 0, all steps. */
  readonly tolerance?: number
}

/**
 * Predictive coding. Its predictions are those of the forward pass, the minimum of F without a target.
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range; `SHAPE`, when attached, for another number of
 * hidden precisions than there are hidden layers
 */
export function predictiveCoding(options: PredictiveCodingOptions = {}): Learner {
  const where = 'predictiveCoding(options)'
  requireOptions(where, options)
  const { variant = 'strict', precision = 0.1, hiddenPrecisions = 1, steps, rate, tolerance = 0 } = options
  requireOneOf(`${where}: variant`, variant, variants)
  requirePositive(`${where}: precision`, precision)
  requirePrecisions(`${where}: hiddenPrecisions`, hiddenPrecisions)
  if (steps !== undefined) requireInteger(`${where}: steps`, steps, 1)
  if (rate !== undefined) requirePositive(`${where}: rate`, rate)
  const claim: Claim =
    variant === 'strict'
      ? {
          kind: 'limit',
          knob: 'precision',
          order: 1,
          values: [0.016, 0.008, 0.004, 0.002, 0.001],
          at: (value) => predictiveCoding({ precision: value, hiddenPrecisions, steps: 20_000, rate: 0.2, tolerance: 1e-15 }),
          reference: () => backprop(),
        }
      : { kind: 'exact', reference: () => backprop() }
  return {
    name: 'predictiveCoding',
    feedback: 'vector',
    claim,
    attach: (site) => {
      if (variant === 'strict') return strict(site, precisionsOf(site, hiddenPrecisions, precision), steps ?? 20, rate ?? 0.1, tolerance)
      if (variant === 'fixedPrediction')
        return fixedPrediction(site, steps ?? Math.max(1, site.network.layers.length - 1), rate ?? 1, tolerance)
      return zeroDivergence(site)
    },
  }
}

function requirePrecisions(where: string, given: number | readonly number[]): void {
  if (typeof given === 'number') requirePositive(where, given)
  else if (Array.isArray(given)) given.forEach((precision, i) => requirePositive(`${where}[${i}]`, precision))
  else throw new NgradError('TYPE', where, 'a number, or an array of them', describe(given))
}

/** p_1 ... p_L of the layers, by index - 1. */
function precisionsOf({ network: { layers } }: Site, hidden: number | readonly number[], outputs: number): number[] {
  const each = typeof hidden === 'number' ? new Array<number>(layers.length - 1).fill(hidden) : hidden
  if (each.length !== layers.length - 1)
    throw new NgradError('SHAPE', 'predictiveCoding(options): hiddenPrecisions', `${layers.length - 1}, one for each hidden layer`, each.length)
  return [...each, outputs]
}

/** What the variants share: nodes x_l, activities h_l = f(x_l), errors eps_l, and the steps between them. */
class Nodes implements Descending {
  readonly h: readonly Matrix[]
  readonly eps: readonly Matrix[]
  readonly #x: readonly Matrix[]
  readonly #change: readonly Matrix[]
  /** mu_1, which does not change: the inputs are clamped. */
  readonly #firstPrediction: Matrix

  #y: Matrix | null = null
  #meanLoss = 0

  constructor(readonly site: Site, readonly precisions: readonly number[] = site.network.layers.map(() => 1)) {
    this.#x = site.activities()
    this.h = site.activities()
    this.eps = site.activities()
    this.#change = site.activities()
    this.#firstPrediction = site.batch(site.network.layers[0]!.outputs)
  }

  get last(): number {
    return this.h.length - 1
  }

  /** The forward pass: every hidden node at its prediction, every hidden error zero; returns the mean loss. */
  start(y: Matrix): number {
    this.#y = y
    for (let l = 1; l <= this.last; l++) {
      this.#predict(l, this.#x[l]!)
      this.site.ops.activate(this.#layer(l).code, this.#x[l]!, this.h[l]!)
      this.eps[l]!.fill(0)
    }
    this.#firstPrediction.copy(this.#x[1]!)
    this.#outputError()
    return this.#meanLoss
  }

  /** F, of all samples together. */
  get freeEnergy(): number {
    let energy = this.precisions.at(-1)! * this.#meanLoss * this.h[0]!.rows
    for (let l = 1; l < this.last; l++) energy += this.site.ops.dot(this.eps[l]!, this.eps[l]!) / (2 * this.precisions[l - 1]!)
    return energy
  }

  /** Steps all hidden nodes at once: x_l <- x_l + rate dx_l. Returns the largest change. */
  step(rate: number): number {
    const largest = this.#pull(rate)
    this.#move(1)
    return largest
  }

  /** Takes half of the last step back. */
  halve(): void {
    for (let l = 1; l < this.last; l++) this.site.ops.combine(0.5, this.#change[l]!, 0, this.#change[l]!)
    this.#move(-1)
  }

  /** Steps all hidden errors at once, the predictions held. Returns the largest change. */
  stepErrors(rate: number): number {
    const largest = this.#pull(rate)
    for (let l = 1; l < this.last; l++) this.site.ops.combine(1, this.#change[l]!, 1, this.eps[l]!)
    return largest
  }

  /** x_l <- x_l + times change_l, and the errors there. */
  #move(times: number): void {
    for (let l = 1; l < this.last; l++) {
      this.site.ops.combine(times, this.#change[l]!, 1, this.#x[l]!)
      this.site.ops.activate(this.#layer(l).code, this.#x[l]!, this.h[l]!)
    }
    this.#refreshErrors()
  }

  /** eps_l = p_l (x_l - mu_l) for the nodes as they are; the outputs follow their prediction, x_L = mu_L. */
  #refreshErrors(): void {
    const { ops } = this.site
    for (let l = 1; l < this.last; l++) {
      if (l === 1) this.eps[l]!.copy(this.#firstPrediction)
      else this.#predict(l, this.eps[l]!)
      const precision = this.precisions[l - 1]!
      ops.combine(precision, this.#x[l]!, -precision, this.eps[l]!)
    }
    if (this.last > 1) this.#predict(this.last, this.#x[this.last]!)
    ops.activate(this.#layer(this.last).code, this.#x[this.last]!, this.h[this.last]!)
    this.#outputError()
  }

  #layer(l: number) {
    return this.site.network.layers[l - 1]!
  }

  /** mu_l = W_l h_{l-1} + b_l. */
  #predict(l: number, mu: Matrix): void {
    const { map, parameters } = this.#layer(l)
    map.forward(this.h[l - 1]!, parameters.weight, mu)
    map.activate(activationCode('predictiveCoding', 'identity'), parameters.bias, mu)
  }

  /** eps_L = -p_L dC/dmu_L, and the mean loss. */
  #outputError(): void {
    const { network, loss, ops } = this.site
    const error = this.eps[this.last]!
    this.#meanLoss = outputDelta(network, loss, this.h[this.last]!, this.#y!, error)
    ops.combine(-this.precisions.at(-1)!, error, 0, error)
  }

  /** change_l = rate ( -eps_l + f'_l (eps_{l+1} W_{l+1}) ) for the hidden layers; returns the largest. */
  #pull(rate: number): number {
    const { ops } = this.site
    let largest = 0
    for (let l = 1; l < this.last; l++) {
      const above = this.#layer(l + 1)
      const change = this.#change[l]!
      above.map.backward(this.eps[l + 1]!, above.parameters.weight, change)
      ops.multiplySlope(this.#layer(l).code, this.h[l]!, change)
      ops.combine(-rate, this.eps[l]!, rate, change)
      largest = Math.max(largest, ops.maxAbsolute(change))
    }
    return largest
  }
}

/** A rule over nodes whose inference `infer` runs, and whose predictions are those of the forward pass. */
function rule(site: Site, nodes: Nodes, infer: (y: Matrix, settling: SettlingRecord) => number): Rule {
  const settling = unsettled()
  return {
    settling,
    estimate: (_x, y) => infer(y, settling),
    predict: () => {
      site.network.forward(nodes.h)
      return nodes.h.at(-1)!
    },
  }
}

function strict(site: Site, precisions: readonly number[], steps: number, rate: number, tolerance: number): Rule {
  const nodes = new Nodes(site, precisions)
  const descent = new Descent(nodes, site.network.dtype)
  const precision = precisions.at(-1)!
  return rule(site, nodes, (y, settling) => {
    const meanLoss = nodes.start(y)
    descent.begin(rate)
    settle(settling, steps, tolerance, descent.step)
    statistics(site.network, nodes.eps, nodes.h, site.direction, -1 / (precision * y.rows))
    return meanLoss
  })
}

function fixedPrediction(site: Site, steps: number, rate: number, tolerance: number): Rule {
  const nodes = new Nodes(site)
  const step = (): number => nodes.stepErrors(rate)
  return rule(site, nodes, (y, settling) => {
    const meanLoss = nodes.start(y)
    settle(settling, steps, tolerance, step)
    statistics(site.network, nodes.eps, nodes.h, site.direction, -1 / y.rows)
    return meanLoss
  })
}

function zeroDivergence(site: Site): Rule {
  const { network, direction } = site
  const nodes = new Nodes(site)
  const { last } = nodes
  return rule(site, nodes, (y, settling) => {
    const meanLoss = nodes.start(y)
    settling.residual = 0
    for (let t = 0; t < last; t++) {
      if (t > 0) settling.residual = nodes.step(1)
      const l = last - t
      const { map } = network.layers[l - 1]!
      map.weightStatistic(nodes.eps[l]!, nodes.h[l - 1]!, direction[l - 1]!.weight, -1 / y.rows)
      map.biasStatistic(nodes.eps[l]!, direction[l - 1]!.bias, -1 / y.rows)
    }
    // It runs a fixed number of steps by design, and has done its work then.
    settling.sweeps = last - 1
    settling.converged = true
    return meanLoss
  })
}
