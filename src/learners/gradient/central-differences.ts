// The gradient by central differences of sixth order, one parameter at a time:
//
//   dC/dp = [45 (C(+h) - C(-h)) - 9 (C(+2h) - C(-2h)) + (C(+3h) - C(-3h))] / (60 h) + O(h^6)
//
// The oracle of the exact rules: it knows nothing of derivatives. The classical stencil; as a way to teach a
// network it is serial weight perturbation (Jabri & Flower 1992, IEEE Trans. Neural Networks 3:154).
// Claim: exact for smooth activations, in double precision, against itself at half the step. Six passes for
// every parameter.
import { defineRule } from '../define-rule.js'
import { bytesPerElement } from '../../core/dtype.js'
import { matricesOf } from '../../layers/layer.js'
import { feedforward, type Forward } from '../../dynamics/forward.js'
import type { Learner, Rule, TargetSite } from '../learner.js'

/** Options of {@link centralDifferences}. */
export interface CentralDifferencesOptions {
  /** h; default 5e-4: rounding, 1e-16 / h, and truncation, h^6 times a high derivative, are then both far below 1e-9. */
  readonly step?: number
}

/** Of f(x + m step) - f(x - m step), over 60 step, for m = 1, 2, 3. */
const stencil = [45, -9, 1] as const

/** The gradient of the loss by sixth-order central differences: slow, and independent of every other rule. */
export const centralDifferences = defineRule<CentralDifferencesOptions>(
  'centralDifferences',
  { step: { kind: 'number', above: 0, default: 5e-4 } },
  ({ step }) => ({
    feedback: 'scalar',
    lateral: true,
    forward: feedforward,
    claims: [{ kind: 'exact', of: 'the gradient of the loss', reference: { rule: 'centralDifferences', options: { step: step / 2 } } }],
    attach: (site) => differences(site, feedforward, step),
  }),
)

/** @internal The same of the loss of another network. */
export const differencesOf = (forward: Forward, options: CentralDifferencesOptions = {}): Learner => {
  const learner = centralDifferences(options)
  return { ...learner, forward, attach: (site) => differences(site, forward, learner.options.step as number) }
}

function differences(site: TargetSite, forward: Forward, step: number): Rule {
  const { network, objective, region, direction } = site
  const copy = network.group.like(region, 'perturbed')
  const run = forward.attach(site, network.layerParameters(copy))
  const matrices = matricesOf(direction)
  const lossAt = (): number => objective.mean(run().at(-1)!)
  /** The derivative by number `at` of the memory, which is as it was in the end. */
  const derivative = (at: number): number => {
    const original = copy.flat.views()[network.dtype][at]
    let sum = 0
    for (let m = 1; m <= stencil.length; m++)
      for (let sign = 1; sign >= -1; sign -= 2) {
        copy.flat.views()[network.dtype][at] = original + sign * m * step
        sum += stencil[m - 1] * sign * lossAt()
      }
    copy.flat.views()[network.dtype][at] = original
    return sum / (60 * step)
  }
  const bytes = bytesPerElement(network.dtype)
  return {
    estimate: () => {
      copy.flat.copy(network.group.flat)
      for (let p = 0; p < matrices.length; p++) {
        const from = copy.parameters[p].matrix.pointer / bytes
        const to = matrices[p].pointer / bytes
        for (let i = 0; i < matrices[p].length; i++) {
          const estimate = derivative(from + i)
          copy.flat.views()[network.dtype][to + i] = estimate
        }
      }
      return lossAt()
    },
    predict: () => {
      copy.flat.copy(network.group.flat)
      return run()
    },
  }
}
