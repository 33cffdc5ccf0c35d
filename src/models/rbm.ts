// The restricted Boltzmann machine: visible units v and hidden units h, connected only with each other,
//
//   E(v, h) = -h^T W v - a^T v - c^T h,     P(h | v) = sigmoid(W v + c),     P(v | h) = sigmoid(W^T h + a),
//   P(v) = exp(-F(v)) / Z,                  F(v) = -a^T v - sum_j softplus(c_j + W_j v).
//
// Smolensky 1986 (harmony theory; the harmony is -E, its knowledge atoms are the hidden units, which are -1 or 1 there);
// Hinton 2002, Neural Computation 14:1771.
import { defineModel } from './define-model.js'
import type { FloatArray } from '../core/dtype.js'
import { lengthOf, takeNumbers } from '../core/numbers.js'
import type { Matrix, Region } from '../core/memory.js'
import { Random, stream } from '../core/random.js'
import { activationCode } from '../layers/activation.js'
import { readFinite } from './network.js'
import { enumerateStates, requireEnumerable, normalizer } from '../dynamics/enumerate.js'
import { type BuildOptions, drawn, BinaryModel, writeRows } from './model.js'

/** Options of {@link rbm}. */
export interface RbmOptions {
  /** Visible units, up to 2^20. */
  readonly visible: number
  /** Hidden units, up to 2^20. */
  readonly hidden: number
  /** The initial weights are N(0, deviation^2), the biases 0; default 0.01 (Hinton 2010, A practical guide; after). */
  readonly deviation?: number
}

/**
 * A restricted Boltzmann machine. Parameters `weight` [hidden, visible], `visibleBias`, `hiddenBias`.
 *
 * @throws NgradError `RANGE` or `TYPE` for numbers of units that make no machine
 */
export const rbm = defineModel<RbmOptions, Rbm>(
  'rbm',
  {
    visible: { kind: 'integer', min: 1, max: 1 << 20, required: true },
    hidden: { kind: 'integer', min: 1, max: 1 << 20, required: true },
    deviation: { kind: 'number', min: 0, default: 0.01 },
  },
  (options) => (build) => drawn(new Rbm(options, build)),
)

const softplus = activationCode('rbm', 'softplus')

/** A built restricted Boltzmann machine. */
export class Rbm extends BinaryModel {
  readonly visible: number
  readonly hidden: number
  /** @internal */
  readonly matrices: { readonly weight: Matrix; readonly visibleBias: Matrix; readonly hiddenBias: Matrix }

  /** @internal Use {@link rbm}. */
  constructor({ visible, hidden, deviation }: Required<RbmOptions>, build: BuildOptions) {
    super(
      'restricted Boltzmann machine',
      {
        machine: [
          { name: 'weight', shape: [hidden, visible] },
          { name: 'visibleBias', shape: [visible] },
          { name: 'hiddenBias', shape: [hidden] },
        ],
      },
      build,
    )
    this.visible = visible
    this.hidden = hidden
    const matrix = (name: string): Matrix => this.groups[0].named(name).matrix
    this.matrices = { weight: matrix('weight'), visibleBias: matrix('visibleBias'), hiddenBias: matrix('hiddenBias') }
    new Random(this.seed, stream.initialization).normal(this.matrices.weight, deviation)
  }

  /** @internal logWeights (doubles) <- -F(v) for each row v; `drives` [rows x hidden]; `ones`, a row of as many. */
  negativeFreeEnergies(v: Matrix, drives: Matrix, ones: Matrix, logWeights: Matrix): void {
    const { weight, visibleBias, hiddenBias } = this.matrices
    this.ops.multiplyNT(v, weight, drives)
    this.ops.activateRows(softplus, hiddenBias, drives)
    this.ops.dotRows(drives, ones, logWeights)
    this.ops.dotRows(v, visibleBias, logWeights, 1, true)
  }

  /**
   * F(v) for each row of x, row-major [rows, visible]: -ln P(v) up to a constant.
   *
   * @throws NgradError `SHAPE`, `TYPE`, `NOT_FINITE`, `DISPOSED`
   */
  freeEnergy(x: ArrayLike<number>): FloatArray {
    const where = 'freeEnergy(x)'
    const values = takeNumbers(where, '', x, this.visible)
    return this.borrow(where, (region) => {
      const v = region.matrix(this.dtype, lengthOf(values) / this.visible, this.visible)
      writeRows(where, '', values, v)
      return readFinite(where, this.#negativeFreeEnergies(region, v)).map((value) => -value)
    })
  }

  /**
   * P(v) of all visible states, in the order of binary counting, by enumeration.
   *
   * @throws NgradError `UNSUPPORTED` above 12 visible units; `DISPOSED`
   */
  probabilities(): FloatArray {
    const where = 'probabilities()'
    const states = requireEnumerable(where, this.visible)
    return this.borrow(where, (region) => {
      const v = region.matrix(this.dtype, states, this.visible)
      enumerateStates(null, 0, [v])
      const probabilities = this.#negativeFreeEnergies(region, v)
      normalizer(this.ops, probabilities, probabilities.rows, null)(1)
      return readFinite(where, probabilities)
    })
  }

  #negativeFreeEnergies(region: Region, v: Matrix): Matrix {
    const ones = region.matrix(this.dtype, 1, this.hidden)
    ones.fill(1)
    const values = region.matrix('f64', v.rows, 1)
    this.negativeFreeEnergies(v, region.matrix(this.dtype, v.rows, this.hidden), ones, values)
    return values
  }
}
