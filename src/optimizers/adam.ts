import { Ceiling } from '../core/ceiling.js'
import { type DType, safeMagnitude } from '../core/dtype.js'
import type { Matrix, Region } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import { NgradError, requireNumber, requireOptions, requirePositive } from '../errors.js'
import type { Optimizer, OptimizerState } from './optimizer.js'
import { integerPower } from '../numerics/power.js'
import { schedule, type Schedule } from './schedule.js'

/** Options of {@link adam}. */
export interface AdamOptions {
  /** default 1e-3 */
  readonly learningRate?: number | Schedule
  /** Decay of the first moment, in [0, 1); default 0.9. */
  readonly beta1?: number
  /** Decay of the second moment, in [0, 1); default 0.999. */
  readonly beta2?: number
  /** default 1e-8 */
  readonly epsilon?: number
  /** Decoupled decay lambda (AdamW); default 0. */
  readonly weightDecay?: number
}

/**
 * Adam (Kingma & Ba 2015, ICLR), with decoupled weight decay (Loshchilov & Hutter 2019, ICLR):
 *
 *   m <- beta1 m + (1 - beta1) g,   v <- beta2 v + (1 - beta2) g^2
 *   p <- p - learningRate ( (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon) + weightDecay p )
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range; from `createTrainer` too, for one that is of no use in the
 * element type of the network: in f32 an epsilon below 1.1e-19, or a beta within about 3e-6 of 1
 */
export function adam(options: AdamOptions = {}): Optimizer {
  const {
    learningRate = 1e-3,
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = 1e-8,
    weightDecay = 0,
  } = requireOptions('adam(options)', options, { learningRate: true, beta1: true, beta2: true, epsilon: true, weightDecay: true })
  const rate = schedule('adam({ learningRate })', learningRate)
  for (const [name, beta] of [
    ['beta1', beta1],
    ['beta2', beta2],
  ] as const) {
    requireNumber(`adam({ ${name} })`, beta, 0)
    if (beta >= 1) throw new NgradError('RANGE', `adam({ ${name} })`, 'a number in [0, 1)', beta)
  }
  requirePositive('adam({ epsilon })', epsilon)
  requireNumber('adam({ weightDecay })', weightDecay, 0)
  return {
    prepare: (ops, parameters, region) => {
      requireTold(ops.dtype, { beta1, beta2, epsilon })
      return new AdamState(ops, parameters, region, rate, { beta1, beta2, epsilon, weightDecay })
    },
  }
}

type Settings = Required<Omit<AdamOptions, 'learningRate'>>

class AdamState implements OptimizerState {
  readonly matrices: { readonly m: Matrix; readonly v: Matrix }
  readonly nonNegative = ['v']
  readonly #m: Ceiling
  readonly #v: Ceiling
  /** What a moment can be divided by at the least, inverted: m / (1 - beta1^t) over no less than epsilon, as the core rounds it. */
  readonly #most: number
  readonly #safe: number

  constructor(
    readonly ops: Operations,
    readonly parameters: Matrix,
    region: Region,
    readonly size: Schedule,
    readonly settings: Settings,
  ) {
    const { dtype } = ops
    const [m, v] = [region.matrix(dtype, 1, parameters.length), region.matrix(dtype, 1, parameters.length)]
    this.matrices = { m, v }
    this.#m = new Ceiling(ops, m)
    this.#v = new Ceiling(ops, v)
    this.#most = 1 / ((1 - settings.beta1) * (dtype === 'f32' ? Math.fround(settings.epsilon) : settings.epsilon))
    this.#safe = safeMagnitude[dtype]
  }

  bound(direction: number, size: number): number {
    this.#m.value = Math.max(this.#m.value, direction)
    this.#v.value = Math.max(this.#v.value, direction * direction)
    if (!(this.#v.value <= this.#safe)) return Infinity
    return this.#m.value * this.#most + this.settings.weightDecay * Math.max(size, 1)
  }

  refresh(): void {
    this.#m.refresh()
    this.#v.refresh()
  }

  update(direction: Matrix, step: number): void {
    const { beta1, beta2, epsilon, weightDecay } = this.settings
    const c1 = 1 / (1 - integerPower(beta1, step + 1))
    const c2 = 1 / (1 - integerPower(beta2, step + 1))
    this.ops.adam(beta1, beta2, c1, c2, epsilon, this.matrices.m, this.matrices.v, direction)
    if (weightDecay > 0) this.ops.combine(weightDecay, this.parameters, 1, direction)
  }
}

/** Squares of smaller gradients vanish, so that epsilon alone would divide them. */
const leastEpsilon: Readonly<Record<DType, number>> = { f32: 1.0842021724855044e-19, f64: 1.4916681462400413e-154 }

/** Throws `RANGE` for settings that the element type cannot tell from such as would freeze the parameters, or blow them up. */
function requireTold(dtype: DType, { beta1, beta2, epsilon }: { beta1: number; beta2: number; epsilon: number }): void {
  if (epsilon < leastEpsilon[dtype])
    throw new NgradError('RANGE', 'adam({ epsilon })', `at least ${leastEpsilon[dtype]} in ${dtype}`, epsilon)
  if (dtype === 'f64') return
  for (const [name, beta] of [
    ['beta1', beta1],
    ['beta2', beta2],
  ] as const) {
    const complement = 1 - Math.fround(beta)
    if (Math.abs(complement - (1 - beta)) > 0.01 * (1 - beta))
      throw new NgradError('RANGE', `adam({ ${name} })`, 'a number whose distance from 1 single precision knows to 1 %', beta)
  }
}
