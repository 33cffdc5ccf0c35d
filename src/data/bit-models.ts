// Adaptive probabilities of bits, for the range code of the embedded digits. A model follows what it has seen, fast at first;
// several models, each of another context, are mixed by weights which are learned on the way, as in M. Mahoney's PAQ (2005):
//
//   t = w . s(p),     P(1) = s^-1(t),     w <- w + rate (bit - P(1)) s(p),     s(p) = (2p - 1) / (2 sqrt(p (1 - p)))
//
// With this s, in the place of the logit, there are no functions but those that every platform rounds alike.

/** A probability is in units of 2^-16, and never so small that a bit against it would cost more than 11 bits. */
export const CERTAIN = 1 << 16
const LEAST = 32
/** No model is surer than this, so that s is finite. */
const SUREST = 1 - 1 / 2048
/** The n-th bit of a context moves its probability by 1 / (n + FIRST) of the surprise ... */
const FIRST = 0.6
/** ... for n up to this. */
const LONGEST_MEMORY = 127
const RATE = 0.003
const FIRST_WEIGHT = 0.22

/** Where the models of some contexts begin, and the weights that mix them: a model and a set of weights for each prefix. */
export interface Contexts {
  readonly models: readonly number[]
  readonly weights: number
}

// By names of this module: where test runners watch the globals, each use of one costs as much as a whole bit.
const { max, min, sqrt, trunc } = Math

export class BitModels {
  /** For each model the probability that the next bit is 1. */
  private readonly ones: Float32Array
  private readonly seen: Uint8Array
  private readonly weights: Float64Array
  private readonly stretched: Float64Array
  private mixed = 0.5

  /** @param most contexts at a time */
  constructor(
    models: number,
    weights: number,
    private readonly most: number,
  ) {
    this.ones = new Float32Array(models).fill(0.5)
    this.seen = new Uint8Array(models)
    this.weights = new Float64Array(weights * most).fill(FIRST_WEIGHT)
    this.stretched = new Float64Array(most)
  }

  /** The probability that the bit after `prefix` is 0, in units of 1 / CERTAIN. */
  probability({ models, weights: of }: Contexts, prefix: number): number {
    const { most, ones, stretched, weights } = this
    const first = (of + prefix) * most
    const { length } = models
    let t = 0
    for (let i = 0; i < length; i++) {
      const p = ones[models[i] + prefix]
      const s = (p - 0.5) / sqrt(p * (1 - p))
      stretched[i] = s
      t += weights[first + i] * s
    }
    this.mixed = 0.5 + (0.5 * t) / sqrt(1 + t * t)
    return min(max(trunc((1 - this.mixed) * CERTAIN), LEAST), CERTAIN - LEAST)
  }

  /** Tells the models and weights of the last `probability` what the bit was. */
  update({ models, weights: of }: Contexts, prefix: number, bit: 0 | 1): void {
    const { most, ones, seen, stretched, weights } = this
    const first = (of + prefix) * most
    const step = RATE * (bit - this.mixed)
    const { length } = models
    for (let i = 0; i < length; i++) {
      const model = models[i] + prefix
      const times = seen[model] < LONGEST_MEMORY ? ++seen[model] : LONGEST_MEMORY
      const before = ones[model]
      const p = before + (bit - before) / (times + FIRST)
      weights[first + i] += step * stretched[i]
      ones[model] = p < 1 - SUREST ? 1 - SUREST : p > SUREST ? SUREST : p
    }
  }
}
