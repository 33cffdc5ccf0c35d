// Adaptive probabilities of bits, for the range code of the embedded digits. A model follows what it has seen, fast at
// first; the models of several contexts are mixed, with weights that learn which of them to trust. After M. Mahoney,
// "Adaptive weighing of context models for lossless data compression", 2005, with an algebraic sigmoid in the place of
// the logistic one: sums, products, quotients and square roots are all there is, which every platform rounds alike.

/** A probability that goes to the range code is in units of 2^-16. */
export const CERTAIN = 1 << 16
/** No bit may cost more than 12 bits, and none of the models is ever surer than 11. */
const LEAST = 16
const SUREST = 2047
/** The n-th bit of a context moves its probability by 1 / (n + FIRST) of the surprise ... */
const FIRST = 0.6
/** ... for n up to this. */
const LONGEST_MEMORY = 127
const RATE = 0.01

export type Contexts = readonly [number, number, number]

export class BitModels {
  /** For each model the probability that the next bit is 0. */
  private readonly zeros: Float64Array
  private readonly seen: Uint8Array
  /** By offset, a weight for each of the three contexts. */
  private readonly weights: Float64Array
  /** How sure each of the three contexts was of the bit at hand, and all of them together. */
  private readonly belief = [0, 0, 0, 0]

  constructor(models: number, offsets: number) {
    this.zeros = new Float64Array(models).fill(0.5)
    this.seen = new Uint8Array(models)
    this.weights = new Float64Array(3 * offsets).fill(0.3)
  }

  /** The probability that a bit is 0, by the models `offset` after each of three contexts. */
  probability(contexts: Contexts, offset: number): number {
    let sum = 0
    for (let k = 0; k < 3; k++) {
      const t = Math.min(Math.max(2 * this.zeros[contexts[k]! + offset]! - 1, -SUREST / (SUREST + 1)), SUREST / (SUREST + 1))
      this.belief[k] = t / Math.sqrt(1 - t * t)
      sum += this.weights[3 * offset + k]! * this.belief[k]!
    }
    this.belief[3] = (1 + sum / Math.sqrt(1 + sum * sum)) / 2
    return Math.min(Math.max(Math.trunc(CERTAIN * this.belief[3]), LEAST), CERTAIN - LEAST)
  }

  /** Tells these models what the bit was, after they were asked for its probability. */
  update(contexts: Contexts, offset: number, bit: 0 | 1): void {
    const surprise = RATE * (1 - bit - this.belief[3]!)
    for (let k = 0; k < 3; k++) {
      this.weights[3 * offset + k]! += surprise * this.belief[k]!
      const model = contexts[k]! + offset
      const seen = Math.min(this.seen[model]! + 1, LONGEST_MEMORY)
      this.seen[model] = seen
      this.zeros[model]! += (1 - bit - this.zeros[model]!) / (seen + FIRST)
    }
  }
}
