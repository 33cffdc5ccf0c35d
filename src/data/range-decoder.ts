// The decoder of an adaptive binary range code. scripts/embed-digits.mjs holds the encoder.
//
// G. N. N. Martin, "Range encoding: an algorithm for removing redundancy from a digitised message", 1979,
// in the binary form of I. Pavlov's LZMA. In integers of 31 bits, which decode alike on every platform
// and which no JavaScript engine has to box.
import { type BitModels, CERTAIN, type Contexts } from './bit-models.js'

export const FULL_RANGE = 0x7fffffff
export const LEAST_RANGE = 1 << 23

const { trunc } = Math

/** How much of a range is for a bit that is 0. */
export const split = (range: number, probability: number): number => trunc((range * probability) / CERTAIN)

/** Reads numbers bit by bit out of `bytes`, by probabilities which adapt as it goes. */
export class RangeDecoder {
  private position = 0
  private range = FULL_RANGE
  private code = 0

  constructor(
    private readonly bytes: Uint8Array,
    private readonly models: BitModels,
  ) {
    for (let i = 0; i < 4; i++) this.code = (this.code << 8) | this.nextByte()
  }

  /** A number of `bits` bits, high bits first, by a model of each of `contexts` for each prefix, which are counted from `base`. */
  read(contexts: Contexts, bits: number, base = 0): number {
    let prefix = 1
    for (let i = 0; i < bits; i++) prefix = prefix * 2 + this.bit(contexts, base + prefix)
    return prefix - (1 << bits)
  }

  /** A bit, by a model of each of `contexts` for what is known of its number. */
  bit(contexts: Contexts, prefix: number): 0 | 1 {
    const bound = split(this.range, this.models.probability(contexts, prefix))
    const bit = this.code < bound ? 0 : 1
    this.models.update(contexts, prefix, bit)
    if (bit === 0) this.range = bound
    else {
      this.range -= bound
      this.code -= bound
    }
    while (this.range < LEAST_RANGE) {
      this.range <<= 8
      this.code = (this.code << 8) | this.nextByte()
    }
    return bit
  }

  private nextByte(): number {
    return this.bytes[this.position++] ?? 0
  }
}
