// Holomorphic equilibrium propagation: nudges of strength r e^(i phi) all round a circle, whose first Fourier coefficient
// is the derivative in the middle.
//
//   beta_k = r e^(2 pi i k / N)          s^(beta_k): the fixed point of the complex network, its weights real
//   G_{W_l} = -(1 / (N r)) sum over k of Re( s_l^T s_{l-1} e^(-2 pi i k / N) ) / samples         no conjugation
//
// Error O(r^N), N = 2 is the symmetric estimate; s at conjugate nudges are conjugate, so that half the phases do. A
// complex state is a pair of matrices. r must stay where the fixed point is analytic.
// Laborieux & Zenke 2022, NeurIPS. Here for squared error, whose derivative is holomorphic as it stands.
import type { Matrix } from '../../core/memory.js'
import { NgradError } from '../../errors.js'
import { addPhase, beginPhases, SampleSettling, unsettled } from '../../numerics/fixed-point.js'
import { holomorphic } from '../../layers/activation.js'
import type { Rule, TargetSite } from '../learner.js'
import { Relaxation, type RelaxationOptions, settlingSettings } from '../../dynamics/relaxation.js'

export function holomorphicRule(site: TargetSite, radius: number, phases: number, options: Required<RelaxationOptions>): Rule {
  const { network, ops, loss, objective, direction, x, y } = site
  const { layers } = network
  const last = layers.length
  if (!loss.quadratic) throw new NgradError('UNSUPPORTED', 'holomorphic equilibrium propagation: loss', 'squaredError()', loss.name)
  for (const { activation, index } of layers)
    if (!holomorphic.includes(activation))
      throw new NgradError(
        'UNSUPPORTED',
        `holomorphic equilibrium propagation: layers[${index}]`,
        `one of ${holomorphic.join(', ')}`,
        activation,
      )
  const free = site.activities()
  const re = site.activities()
  const im = site.activities()
  const potentialRe = site.activities()
  const potentialIm = site.activities()
  const error = site.batch(network.outputs)
  const relaxation = new Relaxation(
    site,
    layers.map(({ parameters }) => parameters),
    1,
    options,
    { strength: radius },
  )
  const roots = Array.from({ length: Math.floor(phases / 2) + 1 }, (_, k) => rootOfUnity(site, k, phases))
  const samples = new SampleSettling(settlingSettings(options, network.dtype, false, radius), () => site.batchDoubles())
  const settling = unsettled()
  const scale = options.byResidual ? 1 : 1 / radius
  /** The nudge of the phase at hand: b + ic, towards y. */
  let [b, c] = [0, 0]

  /** s_l <- f(potential) for samples that have not settled. */
  const update = (l: number): void => {
    const { map, parameters, code } = layers[l - 1]
    const [zRe, zIm] = [potentialRe[l], potentialIm[l]]
    map.forward(re[l - 1], parameters.weight, zRe)
    if (l > 1) map.forward(im[l - 1], parameters.weight, zIm)
    else zIm.fill(0) // the inputs are real
    if (l < last) {
      const above = layers[l]
      above.map.backward(re[l + 1], above.parameters.weight, zRe, 1, true)
      above.map.backward(im[l + 1], above.parameters.weight, zIm, 1, true)
    } else {
      error.copy(re[l])
      ops.combine(-1, y, 1, error) // the imaginary part of s_L - y is that of s_L
      ops.combine(-b, error, 1, zRe)
      ops.combine(c, im[l], 1, zRe)
      ops.combine(-b, im[l], 1, zIm)
      ops.combine(-c, error, 1, zIm)
    }
    ops.activateComplex(code, parameters.bias, zRe, zIm)
    ops.approach(samples.moving, zRe, re[l], samples.worst, scale)
    ops.approach(samples.moving, zIm, im[l], samples.worst, scale)
  }
  const sweep = (): void => {
    for (let l = last; l > 0; l--) update(l)
  }

  /** The fixed point for a nudge of strength real + i imaginary, from the free one. */
  const nudged = (real: number, imaginary: number): void => {
    b = real
    c = imaginary
    for (let l = 1; l <= last; l++) {
      re[l].copy(free[l])
      im[l].fill(0)
    }
    samples.run(options.nudgedSweeps, sweep)
    addPhase(settling, samples)
  }

  /** G <- G - weight Re( s_l^T s_{l-1} (cos - i sin) ). */
  const learn = (cos: number, sin: number, weight: number): void => {
    for (const { index, map } of layers) {
      const out = direction[index]
      const [aboveRe, aboveIm] = [re[index + 1], im[index + 1]]
      map.weightStatistic(aboveRe, re[index], out.weight, -weight * cos, true)
      map.weightStatistic(aboveIm, re[index], out.weight, -weight * sin, true)
      if (index > 0) {
        map.weightStatistic(aboveIm, im[index], out.weight, weight * cos, true)
        map.weightStatistic(aboveRe, im[index], out.weight, -weight * sin, true)
      }
      map.biasStatistic(aboveRe, out.bias, -weight * cos, true)
      map.biasStatistic(aboveIm, out.bias, -weight * sin, true)
    }
  }

  return {
    get settling() {
      return settling
    },
    estimate: () => {
      relaxation.free(free)
      beginPhases(settling)
      addPhase(settling, relaxation.settling)
      const meanLoss = objective.mean(free[last])
      for (let l = 0; l < last; l++) {
        direction[l].weight.fill(0)
        direction[l].bias.fill(0)
      }
      for (let k = 0; k < roots.length; k++) {
        const { cos, sin } = roots[k]
        nudged(radius * cos, radius * sin)
        const conjugates = k > 0 && 2 * k < phases ? 2 : 1
        learn(cos, sin, conjugates / (phases * radius * x.rows))
      }
      return meanLoss
    },
    predict: () => {
      relaxation.free(free)
      return free
    },
  }
}

/** cos and sin of 2 pi k / n for 2 k <= n, from the tangent of half the angle, which is tanh's imaginary part. */
function rootOfUnity({ region, network }: TargetSite, k: number, n: number): { readonly cos: number; readonly sin: number } {
  if (2 * k === n) return { cos: -1, sin: 0 }
  const [zero, re, im] = [0, 1, 2].map(() => region.matrix(network.dtype, 1, 1)) as [Matrix, Matrix, Matrix]
  im.write([(3.141592653589793 * k) / n])
  network.ops.activateComplex(1, zero, re, im)
  const tan = im.read()[0]
  return { cos: (1 - tan * tan) / (1 + tan * tan), sin: (2 * tan) / (1 + tan * tan) }
}
