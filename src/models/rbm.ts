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
import { probabilitiesDown, probabilitiesUp } from '../dynamics/gibbs.js'
import { type ChainOptions, requireChains } from './sampling.js'
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
   * P(h_j = 1 | v) for each row of x: what the hidden units make of it.
   *
   * @param x row-major [rows, visible]
   * @returns row-major [rows, hidden], in (0, 1)
   * @throws NgradError `SHAPE`, `TYPE`, `NOT_FINITE`, `DISPOSED`
   */
  features(x: ArrayLike<number>): FloatArray {
    return this.#seen('features(x)', x, (_v, h) => h)
  }

  /**
   * P(v_i = 1 | h) for each row of x, h at the probabilities that `features` gives: what the machine sees in it.
   *
   * @param x row-major [rows, visible]
   * @returns row-major [rows, visible], in (0, 1)
   * @throws NgradError `SHAPE`, `TYPE`, `NOT_FINITE`, `DISPOSED`
   */
  reconstruct(x: ArrayLike<number>): FloatArray {
    const { weight, visibleBias } = this.matrices
    return this.#seen('reconstruct(x)', x, (v, h) => {
      probabilitiesDown(this.ops, h, weight, visibleBias, v)
      return v
    })
  }

  /**
   * Visible states, each the end of a Markov chain of its own: all hidden units are drawn, then all visible ones, in each sweep.
   *
   * ```ts
   * const images = machine.sample(16, { seed: 1, sweeps: 2000 })
   * ```
   *
   * @returns row-major [count, visible], of 0 and 1
   * @throws NgradError `TYPE`, `RANGE`, `OUT_OF_MEMORY`, `DISPOSED`
   */
  sample(count: number, options: ChainOptions = {}): FloatArray {
    const where = 'sample(count, options)'
    const { random, sweeps } = requireChains(where, count, options)
    const { weight, visibleBias, hiddenBias } = this.matrices
    return this.borrow(where, (region) => {
      const [v, pv] = [1, 2].map(() => region.matrix(this.dtype, count, this.visible))
      const [h, ph] = [1, 2].map(() => region.matrix(this.dtype, count, this.hidden))
      if (count === 0) return v.read()
      random.bernoulli(v, 0.5)
      for (let sweep = 0; sweep < sweeps; sweep++) {
        probabilitiesUp(this.ops, v, weight, hiddenBias, ph)
        random.bernoulliOf(ph, h)
        probabilitiesDown(this.ops, h, weight, visibleBias, pv)
        random.bernoulliOf(pv, v)
      }
      return v.read()
    })
  }

  /** Of rows v and P(h | v). */
  #seen(where: string, x: ArrayLike<number>, of: (v: Matrix, h: Matrix) => Matrix): FloatArray {
    const { weight, hiddenBias } = this.matrices
    const values = takeNumbers(where, '', x, this.visible)
    return this.borrow(where, (region) => {
      const rows = lengthOf(values) / this.visible
      const v = region.matrix(this.dtype, rows, this.visible)
      const h = region.matrix(this.dtype, rows, this.hidden)
      writeRows(where, '', values, v)
      probabilitiesUp(this.ops, v, weight, hiddenBias, h)
      return readFinite(where, of(v, h))
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
