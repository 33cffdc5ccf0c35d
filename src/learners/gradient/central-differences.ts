// The gradient by central differences of sixth order, one parameter at a time:
//
//   dC/dp = [45 (C(+h) - C(-h)) - 9 (C(+2h) - C(-2h)) + (C(+3h) - C(-3h))] / (60 h) + O(h^6)
//
// The oracle of the exact rules: it knows nothing of derivatives. The classical stencil; as a way to teach a
// network it is serial weight perturbation (Jabri & Flower 1992, IEEE Trans. Neural Networks 3:154).
// Claim: exact for smooth activations, in double precision, against itself at half the step. Six passes for
// every parameter.
import { requireOptions, requirePositive } from '../../errors.js'
import { matricesOf } from '../../layers/layer.js'
import { feedforward, type Forward } from '../../dynamics/forward.js'
import type { Learner } from '../learner.js'

export interface CentralDifferencesOptions {
  /** h; default 5e-4: rounding, 1e-16 / h, and truncation, h^6 times a high derivative, are then both far below 1e-9. */
  readonly step?: number
  /** @internal What is differentiated; default the feedforward loss. */
  readonly forward?: Forward
}

const stencil = [
  [1, 45],
  [2, -9],
  [3, 1],
] as const

/** The gradient of the loss by sixth-order central differences: slow, and independent of every other rule. */
export function centralDifferences(options: CentralDifferencesOptions = {}): Learner {
  const { step = 5e-4, forward = feedforward } = requireOptions('centralDifferences(options)', options)
  requirePositive('centralDifferences({ step })', step)
  return {
    name: 'centralDifferences',
    feedback: 'scalar',
    lateral: true,
    forward,
    claim: { kind: 'exact', reference: () => centralDifferences({ step: step / 2, forward }) },
    attach: (site) => {
      const { network, ops, loss, region, direction } = site
      const copy = network.group.like(region, 'perturbed')
      const run = forward(site, network.layerParameters(copy))
      const matrices = matricesOf(direction)
      return {
        estimate: (x, y) => {
          const lossAt = (): number => loss.evaluate(ops, run(), y, null) / x.rows
          copy.flat.copy(network.group.flat)
          matrices.forEach((out, index) => {
            const parameter = copy.parameters[index].matrix
            const values = parameter.read()
            const estimates = values.map((_, i) => {
              let sum = 0
              for (const [multiple, weight] of stencil)
                for (const sign of [1, -1]) {
                  const original = values[i]
                  values[i] = original + sign * multiple * step
                  parameter.write(values)
                  values[i] = original
                  sum += weight * sign * lossAt()
                }
              return sum / (60 * step)
            })
            parameter.write(values)
            out.write(estimates)
          })
          return lossAt()
        },
        predict: () => {
          copy.flat.copy(network.group.flat)
          return run()
        },
      }
    },
  }
}
