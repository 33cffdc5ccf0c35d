// Adaptive probabilities of bits, for the range code of the embedded digits: a model follows what it has seen, fast at
// first, and several models, each of another context, are averaged. Integers and single divisions only, which
// every platform rounds alike.

/** A probability is in units of 2^-16, and never so small that a bit against it would cost more than 11 bits. */
export const CERTAIN = 1 << 16
const LEAST = 32
/** The n-th bit of a context moves its probability by 1 / (n + FIRST) of the surprise ... */
const FIRST = 0.6
/** ... for n up to this. */
const LONGEST_MEMORY = 127

export type Contexts = readonly [number, number, number]

export class BitModels {
  /** For each model the probability that the next bit is 0. */
  private readonly zeros: Uint16Array
  private readonly seen: Uint8Array

  constructor(models: number) {
    this.zeros = new Uint16Array(models).fill(CERTAIN / 2)
    this.seen = new Uint8Array(models)
  }

  /** The probability that a bit is 0, by the models `offset` after each of three contexts. */
  probability([a, b, c]: Contexts, offset: number): number {
    const sum = this.zeros[a + offset]! + this.zeros[b + offset]! + this.zeros[c + offset]!
    return Math.min(Math.max(Math.trunc(sum / 3), LEAST), CERTAIN - LEAST)
  }

  /** Tells these models what the bit was. */
  update([a, b, c]: Contexts, offset: number, bit: 0 | 1): void {
    this.follow(a + offset, bit)
    this.follow(b + offset, bit)
    this.follow(c + offset, bit)
  }

  private follow(model: number, bit: 0 | 1): void {
    const seen = Math.min(this.seen[model]! + 1, LONGEST_MEMORY)
    const zeros = this.zeros[model]!
    this.seen[model] = seen
    this.zeros[model] = zeros + ((bit === 0 ? CERTAIN : 0) - zeros) / (seen + FIRST) // the array cuts off the fraction
  }
}
