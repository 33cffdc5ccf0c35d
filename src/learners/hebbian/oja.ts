// Oja's subspace rule: units that learn, without being told anything, what their inputs vary most in. Hebb's product, less what keeps the
// weights from growing.
//
//   y = W x,     dW = y x^T - (y y^T) W,     averaged over the batch:   G_W = -(Y^T X / N - S W),   S = Y^T Y / N
//
// One unit: dw = y (x - y w) (Oja 1982, J. Math. Biology 15:267; several: Oja 1989, Int. J. Neural Systems 1:61). The rows of W become
// orthonormal and span what the leading eigenvectors of C = <x x^T> span, not these themselves. With a fixed rate eta it is stable
// for eta lambda_1 < 1, lambda_1 the largest eigenvalue of C. Inputs of mean 0 are the user's to see to: C is not centred.
//
// Its figure is the distortion <|x - W^T y|^2> / 2, what of an input the units do not tell; at W W^T = I its gradient is G_W.
// Claim: a fixed point, at which W W^T = I and the rows span the leading eigenvectors.
import type { NoOptions } from '../../options.js'
import { defineRule } from '../define-rule.js'
import { NgradError } from '../../errors.js'
import type { Network } from '../../models/network.js'
import type { NetworkSite } from '../learner.js'

/**
 * Oja's rule, for a network of one linear layer; its biases stay as they are, and have no part in y. It takes no loss, and batches
 * `{ x, size }`; what a step returns is the distortion.
 *
 * ```ts
 * const trainer = createTrainer(sequential(64, [dense(8)]).build(), { learner: oja(), optimizer: sgd({ learningRate: 0.01 }) })
 * const distortion = trainer.step({ x, size })
 * ```
 *
 * When attached it throws `UNSUPPORTED` for any other network.
 */
export const oja = defineRule<NoOptions, never, Network, NetworkSite>('oja', {}, () => ({
  feedback: 'none',
  told: 'nothing',
  claims: [{ kind: 'fixedPoint', of: 'an orthonormal basis of the principal subspace' }],
  attach: (site) => {
    const { network, ops, region, direction } = site
    const [layer] = network.layers
    if (network.layers.length !== 1 || layer.kind !== 'dense' || layer.activation !== 'identity')
      throw new NgradError(
        'UNSUPPORTED',
        'oja: network',
        'one linear dense layer',
        `${network.layers.length} layers, the first ${layer.kind} with ${layer.activation}`,
      )
    const { weight } = layer.parameters
    const { x } = site
    const h = site.activities()
    const y = site.batch(network.outputs)
    const rest = site.batch(network.inputs)
    const s = region.matrix(network.dtype, network.outputs, network.outputs)

    const distortion = (): number => {
      rest.copy(x)
      ops.multiplyNN(y, weight, rest, -1, true)
      return ops.dot(rest, rest) / (2 * x.rows)
    }
    return {
      estimate: () => {
        const share = 1 / x.rows
        ops.multiplyNT(x, weight, y)
        ops.multiplyTN(y, y, s, share)
        ops.multiplyTN(y, x, direction[0].weight, -share)
        ops.multiplyNN(s, weight, direction[0].weight, 1, true)
        direction[0].bias.fill(0)
        return distortion()
      },
      predict: () => {
        ops.multiplyNT(x, weight, h[1])
        return h
      },
    }
  },
}))
