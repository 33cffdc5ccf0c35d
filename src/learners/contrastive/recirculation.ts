// Recirculation: an autoencoder learns from the change of activity as its reconstruction goes round once.
//
//   v0 = x          h1 = f(W v0 + b)          v2 = r v0 + (1 - r) (V h1 + c)          h3 = r h1 + (1 - r) f(W v2 + b)
//
//   G_V = -(v0 - v2)^T h1 / (N (1 - r))        G_W = -(h1 - h3)^T v2 / (N (1 - r)^2)
//
// r, the regression, keeps the second round close to the first. Every unit learns from its own change alone.
// Hinton & McClelland 1988, NIPS; here with the scales divided out.
//
// Claim: limit(1 - r, 1) against the gradient of |x - V h1|^2 / 2 with the error brought to h1 by W instead of V^T,
// encoderFeedback: backprop when V = W^T. G_V is exact at any r. For binary cross-entropy the reconstruction is its
// link, the logistic. Two layers, the outputs linear and as many as the inputs; the targets of the batch are not
// used, since the inputs are the targets: for cross-entropy, distributions.
import { halvings } from '../claim.js'
import { defineRule } from '../define-rule.js'
import type { Matrix } from '../../core/memory.js'
import { NgradError } from '../../errors.js'
import type { TargetSite } from '../learner.js'

/** Options of {@link recirculation}. */
export interface RecirculationOptions {
  /** How much of a state stays in the second round, in [0, 1); default 0.75. */
  readonly regression?: number
}

/**
 * Recirculation in an autoencoder of two layers.
 *
 * @throws NgradError `RANGE` or `TYPE` for a regression outside [0, 1); `UNSUPPORTED` where it is attached to another
 * kind of network
 */
export const recirculation = defineRule<RecirculationOptions>(
  'recirculation',
  { regression: { kind: 'number', min: 0, below: 1, default: 0.75 } },
  ({ regression }) => ({
    feedback: 'vector',
    compares: 'inputs',
    claims: [
      {
        kind: 'limit',
        of: 'the gradient of the reconstruction, the encoder fed back by itself',
        knob: 'regression',
        to: 1,
        order: 1,
        values: halvings,
        reference: 'encoderFeedback',
      },
    ],
    attach: (site) => {
      requireAutoencoder(site)
      const { network, ops, loss, direction, x } = site
      const [encoder, decoder] = network.layers as [Layer, Layer]
      const first = site.activities() // v0, h1, and the outputs V h1 + c
      const v2 = site.batch(network.inputs)
      const h3 = site.batch(encoder.outputs)
      const change0 = site.batch(network.inputs) // v0 - v2
      const change1 = site.batch(encoder.outputs) // h1 - h3
      const change = 1 - regression

      const learn = ({ index, map }: Layer, difference: Matrix, pre: Matrix, scale: number): void => {
        map.weightStatistic(difference, pre, direction[index].weight, -scale / pre.rows)
        map.biasStatistic(difference, direction[index].bias, -scale / pre.rows)
      }
      return {
        estimate: () => {
          network.forward(first)
          const meanLoss = loss.evaluate(ops, first[2], x, null) / x.rows
          loss.link(ops, first[2], v2)
          ops.combine(regression, x, change, v2)
          encoder.map.forward(v2, encoder.parameters.weight, h3)
          encoder.map.activate(encoder.code, encoder.parameters.bias, h3)
          ops.combine(regression, first[1], change, h3)

          change1.copy(first[1])
          ops.combine(-1, h3, 1, change1)
          change0.copy(x)
          ops.combine(-1, v2, 1, change0)
          learn(encoder, change1, v2, 1 / (change * change))
          learn(decoder, change0, first[1], 1 / change)
          return meanLoss
        },
        predict: () => {
          network.forward(first)
          return first
        },
      }
    },
  }),
)

type Layer = TargetSite['network']['layers'][number]

/** @internal */
export function requireAutoencoder({ network: { layers, inputs, outputs } }: TargetSite): void {
  if (layers.length !== 2 || inputs !== outputs || layers[1].activation !== 'identity')
    throw new NgradError(
      'UNSUPPORTED',
      'recirculation: network',
      'two layers, the second linear and with as many outputs as there are inputs',
      `${layers.length} layers, ${inputs} inputs, ${outputs} outputs, ${layers.at(-1)!.activation}`,
    )
}
