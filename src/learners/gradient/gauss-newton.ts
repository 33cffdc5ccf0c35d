// Gauss-Newton targets: each layer is asked for the smallest change that, to first order, brings the outputs where the
// loss wants them. The reference of target propagation.
//
//   J_l = dh_L/dh_l            of each sample, by backprop of every unit vector of the outputs
//   d_l = J_l^+ dC/dh_L        (damping > 0: J_l^T (J_l J_l^T + damping I)^-1 dC/dh_L),        d_L = dC/dh_L
//   G_{W_l} = (d_l f'_l)^T h_{l-1} / N        G_{b_l} = mean of d_l f'_l
//
// J^+ of a J of any rank: singular directions below about max(outputs, units) roundings of J's largest are taken for none.
//
// Meulemans et al. 2020, NeurIPS (targets); Bengio 2020, arXiv:2007.15139. Not the Gauss-Newton step of the
// parameters: each sample has its own J, and the targets' local gradients are averaged.
// Claims: not a gradient; a closed form, d_l -> J_l^T dC/dh_L / damping, backprop's direction, as damping grows. Dense algebra for every sample: for small networks.
import { defineRule } from '../define-rule.js'
import { bytesPerElement, precision } from '../../core/dtype.js'
import type { Matrix } from '../../core/memory.js'
import { PseudoInverse } from '../../numerics/pseudo-inverse.js'
import { NgradError } from '../../errors.js'
import { statistics } from '../../dynamics/passes.js'

/** Options of {@link gaussNewton}. */
export interface GaussNewtonOptions {
  /** Added to the eigenvalues of J J^T, from 0; default 0, the pseudo-inverse. */
  readonly damping?: number
}

/** Each has a row of the Jacobian in every layer, and is swept by every other. */
const mostOutputs = 1 << 12

/**
 * Gauss-Newton targets, layer by layer.
 *
 * @throws NgradError `RANGE` or `TYPE` for a damping below 0; `UNSUPPORTED`, when attached, for more than 4096 outputs
 */
export const gaussNewton = defineRule<GaussNewtonOptions>(
  'gaussNewton',
  { damping: { kind: 'number', min: 0, default: 0 } },
  ({ damping }) => ({
    feedback: 'vector',
    claims: [
      { kind: 'closedForm', of: 'heavily damped, its hidden layers are backprop over the damping' },
      { kind: 'not', of: 'a gradient: its targets are Newton steps' },
    ],
    attach: (site) => {
      const { network, ops, loss, direction, x, y } = site
      const { layers } = network
      const last = layers.length
      const h = site.activities()
      const d = site.activities()
      const delta = site.batch(network.outputs)
      if (network.outputs > mostOutputs)
        throw new NgradError(
          'UNSUPPORTED',
          'gaussNewton: outputs',
          `at most ${mostOutputs}, each with a row of the Jacobian`,
          network.outputs,
        )
      /** rows[k][l], a row for each sample: row k of its J_l. */
      const rows = Array.from({ length: network.outputs }, () => site.activities())
      const jacobians = h.map((_, l) => rows.map((row) => row[l]))
      const solvers = layers.map(({ outputs }) => new Targets(network.outputs, outputs, damping))

      /** Row k of J_l for every l < L: the k-th unit vector, sent back. */
      const jacobianRow = (k: number, row: readonly Matrix[]): void => {
        row[last].fill(0)
        const numbers = row[last].views()[network.dtype]
        for (let i = k; i < row[last].length; i += network.outputs) numbers[first(row[last]) + i] = 1
        for (let l = last; l > 1; l--) {
          const gated = l === last ? delta : d[l]
          gated.copy(row[l])
          ops.multiplySlope(layers[l - 1].code, h[l], gated)
          layers[l - 1].map.backward(gated, layers[l - 1].parameters.weight, row[l - 1])
        }
      }

      return {
        estimate: () => {
          network.forward(h)
          for (let k = 0; k < rows.length; k++) jacobianRow(k, rows[k])
          const meanLoss = loss.evaluate(ops, h[last], y, d[last]) / x.rows
          for (let l = 1; l < last; l++) solvers[l - 1].solve(jacobians[l], d[last], d[l])
          for (let l = 1; l <= last; l++) ops.multiplySlope(layers[l - 1].code, h[l], d[l])
          statistics(network, d, h, direction, 1 / x.rows)
          return meanLoss
        },
        predict: () => {
          network.forward(h)
          return h
        },
      }
    },
  }),
)

/** Where a matrix begins, among numbers of its type. */
const first = ({ pointer, dtype }: Matrix): number => pointer / bytesPerElement(dtype)

/** d = J^+ e, or damped, for every sample; J has a row for each output and a column for each unit. */
class Targets {
  readonly #inverse: PseudoInverse
  readonly #x: Float64Array
  readonly #wide: boolean

  constructor(
    readonly outputs: number,
    readonly units: number,
    damping: number,
  ) {
    this.#wide = units >= outputs
    this.#inverse = this.#wide ? new PseudoInverse(units, outputs, damping) : new PseudoInverse(outputs, units, damping)
    this.#x = new Float64Array(Math.max(units, outputs))
  }

  solve(rows: readonly Matrix[], e: Matrix, d: Matrix): void {
    const { outputs, units } = this
    const numbers = d.views()[d.dtype]
    const { a } = this.#inverse
    for (let n = 0; n < d.rows; n++) {
      for (let k = 0; k < outputs; k++) {
        const row = first(rows[k]) + n * units
        for (let i = 0; i < units; i++) a[this.#wide ? i * outputs + k : k * units + i] = numbers[row + i]
      }
      this.#inverse.factor(precision[d.dtype])
      for (let k = 0; k < outputs; k++) this.#x[k] = numbers[first(e) + n * outputs + k]
      if (this.#wide) this.#inverse.multiplyTransposed(this.#x)
      else this.#inverse.multiply(this.#x)
      for (let i = 0; i < units; i++) numbers[first(d) + n * units + i] = this.#x[i]
    }
  }
}
