// What target propagation and its difference-corrected form share: targets t_l = h_l - d_l handed down by decoders g_l.
import type { Matrix } from '../../core/memory.js'
import { NgradError } from '../../errors.js'
import type { OptionTable, Resolved } from '../../options.js'
import type { Rule, TargetSite } from '../learner.js'
import { outputDelta, statistics } from '../../dynamics/passes.js'

/** Options of target propagation, with and without the difference correction. */
export interface TargetOptions {
  /** How far the first target is from its activity: eta dC/dh. Above 0; default 0.1. */
  readonly eta?: number
  /** Which layer's targets come from the loss; default `lastHidden`, as Lee et al. have it. */
  readonly from?: 'lastHidden' | 'outputs'
  /** g_l(y) = f_l(V_l y + c_l), learned (default), or with the transposed Jacobian of the layer above. */
  readonly decoder?: 'learned' | 'transposed'
  /**
   * What decoders learn: to invert their layer at noisy activities (default), or to reconstruct the noise by the
   * difference that it makes at the top, all decoders in a row.
   */
  readonly reconstruction?: 'inversion' | 'difference'
  /** The deviation of that noise, above 0; default 0.1. */
  readonly noise?: number
  /** Weight decay of the decoders, part of their direction; default 0. */
  readonly decay?: number
}

const learned = { decoder: ['learned'] } as const

export const targetTable: OptionTable<TargetOptions> = {
  eta: { kind: 'number', above: 0, default: 0.1 },
  from: { kind: 'choice', choices: ['lastHidden', 'outputs'], default: 'lastHidden' },
  decoder: { kind: 'choice', choices: ['learned', 'transposed'], default: 'learned' },
  reconstruction: { kind: 'choice', choices: ['inversion', 'difference'], default: 'inversion', when: learned },
  noise: { kind: 'number', above: 0, default: 0.1, when: learned },
  decay: { kind: 'number', min: 0, default: 0, when: learned },
}

/** The layer whose targets come from the loss. */
export const topLayer = ({ network: { layers } }: TargetSite, from: TargetOptions['from']): number =>
  from === 'outputs' || layers.length === 1 ? layers.length : layers.length - 1

/** e <- dC/dh of the top layer; delta_L is that of the outputs' potentials. Returns the mean loss. */
export function topError(
  { network, loss, ops }: TargetSite,
  top: number,
  h: readonly Matrix[],
  y: Matrix,
  deltaL: Matrix,
  e: Matrix,
): number {
  const { layers } = network
  const meanLoss = outputDelta(network, loss, h.at(-1)!, y, deltaL)
  if (top === layers.length) loss.evaluate(ops, h.at(-1)!, y, e)
  else layers.at(-1)!.map.backward(deltaL, layers.at(-1)!.parameters.weight, e)
  return meanLoss
}

/** The decoders g_l(y) = f_l(V_l y + c_l) of the layers 1 ... top - 1; V_l [units of l, units of l + 1]. */
export class Decoders {
  readonly #site: TargetSite
  /** V_l and c_l, and where their directions go, by layer from the first. */
  readonly #decoders: readonly { V: Matrix; c: Matrix; directionV: Matrix; directionC: Matrix }[]

  constructor(site: TargetSite, top: number) {
    this.#site = site
    const { layers } = site.network
    for (const { kind, index } of layers)
      if (kind !== 'dense') throw new NgradError('UNSUPPORTED', `target propagation: layers[${index}]`, 'a dense layer', kind)
    const decoded = layers.slice(0, top - 1)
    const nameV = (index: number): string => `layers.${index}.decoder`
    const nameC = (index: number): string => `layers.${index}.decoderBias`
    const specs = decoded.flatMap(({ index, outputs }) => [
      { name: nameV(index), shape: [outputs, layers[index + 1].outputs] },
      { name: nameC(index), shape: [outputs] },
    ])
    const { values, direction } = site.taught('decoders', specs)
    this.#decoders = decoded.map(({ index }) => ({
      V: values.named(nameV(index)).matrix,
      c: values.named(nameC(index)).matrix,
      directionV: direction.named(nameV(index)).matrix,
      directionC: direction.named(nameC(index)).matrix,
    }))
    const random = site.random('feedback')
    for (let l = 1; l < top; l++) random.normal(this.weight(l), 1 / Math.sqrt(this.weight(l).columns))
  }

  weight(l: number): Matrix {
    return this.#decoders[l - 1].V
  }

  /** out <- g_l(y). */
  decode(l: number, y: Matrix, out: Matrix): void {
    this.#site.ops.multiplyNT(y, this.weight(l), out)
    this.#site.ops.activateRows(this.#site.network.layers[l - 1].code, this.#decoders[l - 1].c, out)
  }

  /** The decoder's direction <- scale D^T y (+ itself), from errors D at its potentials. */
  learn(l: number, D: Matrix, y: Matrix, scale: number, accumulate = false): void {
    this.#site.ops.multiplyTN(D, y, this.#decoders[l - 1].directionV, scale, accumulate)
    this.#site.ops.columnSums(D, this.#decoders[l - 1].directionC, scale, accumulate)
  }

  decayDirection(l: number, decay: number): void {
    this.#site.ops.combine(decay, this.weight(l), 1, this.#decoders[l - 1].directionV)
  }
}

/** The rule; `difference` takes g_l's reconstruction error of h_l out of the targets. */
export function targetRule(site: TargetSite, options: Resolved<TargetOptions>, difference: boolean): Rule {
  const { network, ops, direction, x, y } = site
  const { eta, from, decoder, reconstruction, noise, decay } = options
  const { layers } = network
  const last = layers.length
  const top = topLayer(site, from)
  const h = site.activities()
  const d = site.activities() // h_l - t_l
  const t = site.activities()
  const decoded = site.activities() // g_l(t_{l+1})
  const decodedH = site.activities() // g_l(h_{l+1})
  const delta = site.activities()
  const noisy = site.activities()
  const shift = site.activities() // the noise
  const decoders = decoder === 'learned' ? new Decoders(site, top) : null
  const random = decoders && site.random('noise')

  /** out <- g_l(y): learned, or h_l + ((y - h_{l+1}) f'_{l+1}) W_{l+1}. */
  const decode = (l: number, y: Matrix, out: Matrix): void => {
    if (decoders) return decoders.decode(l, y, out)
    const { map, parameters, code } = layers[l]
    const gated = noisy[l + 1]
    gated.copy(h[l + 1])
    ops.combine(1, y, -1, gated)
    ops.multiplySlope(code, h[l + 1], gated)
    map.backward(gated, parameters.weight, out)
    ops.combine(1, h[l], 1, out)
  }

  /** From d_{l+1} to d_l = g_l(h_{l+1}) - g_l(t_{l+1}), or h_l - g_l(t_{l+1}) without the difference correction. */
  const handDown = (l: number, corrected: boolean): void => {
    t[l + 1].copy(h[l + 1])
    ops.combine(-1, d[l + 1], 1, t[l + 1])
    decode(l, t[l + 1], decoded[l])
    d[l].copy(corrected ? decodedH[l] : h[l])
    ops.combine(-1, decoded[l], 1, d[l])
  }

  /** noisy_l <- h_l + noise, and what the layers up to `to` make of it. */
  const perturb = (l: number, to: number): void => {
    random!.normal(shift[l], noise)
    noisy[l].copy(h[l])
    ops.combine(1, shift[l], 1, noisy[l])
    for (let k = l; k < to; k++) {
      const { map, parameters, code } = layers[k]
      map.forward(noisy[k], parameters.weight, noisy[k + 1])
      map.activate(code, parameters.bias, noisy[k + 1])
    }
  }

  /** d/dV_l of |g_l(y) - h~|^2 / 2, h~ = h_l + noise, y = f_{l+1}(W_{l+1} h~ + b_{l+1}). */
  const learnInversion = (l: number): void => {
    perturb(l, l + 1)
    decode(l, noisy[l + 1], decoded[l])
    delta[l].copy(decoded[l])
    ops.combine(-1, noisy[l], 1, delta[l])
    ops.multiplySlope(layers[l - 1].code, decoded[l], delta[l])
    decoders!.learn(l, delta[l], noisy[l + 1], 1 / h[0].rows)
  }

  /** d/dV_l of |t_l - h~|^2 / (2 noise^2), t_l handed down from what h~ = h_l + noise becomes at the top. */
  const learnDifference = (l: number): void => {
    perturb(l, top)
    d[top].copy(h[top])
    ops.combine(-1, noisy[top], 1, d[top])
    for (let k = top - 1; k >= l; k--) handDown(k, true)
    ops.combine(-1, shift[l], -1, d[l]) // t_l - h~ = -d_l - noise
    const scale = 1 / (h[0].rows * noise * noise)
    delta[l].copy(d[l])
    ops.multiplySlope(layers[l - 1].code, decoded[l], delta[l])
    decoders!.learn(l, delta[l], t[l + 1], scale)
    ops.multiplySlope(layers[l - 1].code, decodedH[l], d[l])
    decoders!.learn(l, d[l], h[l + 1], -scale, true)
  }

  return {
    estimate: () => {
      network.forward(h)
      const meanLoss = topError(site, top, h, y, delta[last], d[top])
      ops.combine(eta, d[top], 0, d[top])
      for (let l = top - 1; l > 0; l--) {
        decode(l, h[l + 1], decodedH[l])
        handDown(l, difference)
      }
      for (let l = 1; l < last; l++) {
        ops.combine(1 / eta, d[l], 0, delta[l])
        ops.multiplySlope(layers[l - 1].code, h[l], delta[l])
      }
      statistics(network, delta, h, direction, 1 / x.rows)
      if (decoders)
        for (let l = 1; l < top; l++) {
          if (reconstruction === 'inversion') learnInversion(l)
          else learnDifference(l)
          decoders.decayDirection(l, decay)
        }
      return meanLoss
    },
    predict: () => {
      network.forward(h)
      return h
    },
  }
}
