// The decoder of an adaptive binary range code. scripts/embed-digits.mjs holds the encoder.
//
// G. N. N. Martin, "Range encoding: an algorithm for removing redundancy from a digitised message", 1979,
// in the binary form of I. Pavlov's LZMA. In integers of 31 bits, which decode alike on every platform
// and which no JavaScript engine has to box.

const FULL_RANGE = 0x7fffffff
const LEAST_RANGE = 1 << 23
/** A probability is in units of 2^-12 ... */
const PROBABILITY_BITS = 12
/** ... and follows what it sees by 2^-4 of the surprise, which also keeps it from reaching 0 or 1. */
const RATE = 4

/** Reads numbers bit by bit out of `bytes`, by the probabilities of `models` models, which adapt as it goes. */
export class RangeDecoder {
  private readonly bytes: Uint8Array
  /** For each model the probability that the next bit is 0. */
  private readonly zeros: Uint16Array
  private position = 0
  private range = FULL_RANGE
  private code = 0

  constructor(bytes: Uint8Array, models: number) {
    this.bytes = bytes
    this.zeros = new Uint16Array(models).fill(1 << (PROBABILITY_BITS - 1))
    for (let i = 0; i < 4; i++) this.code = (this.code << 8) | this.nextByte()
  }

  /** A number of `bits` bits, high bits first, by the 2^bits models that begin at `models`, one for each prefix. */
  read(models: number, bits: number): number {
    let prefix = 1
    for (let i = 0; i < bits; i++) prefix = prefix * 2 + this.bit(models + prefix)
    return prefix - (1 << bits)
  }

  private bit(model: number): 0 | 1 {
    const zeros = this.zeros[model]
    const bound = (this.range >>> PROBABILITY_BITS) * zeros
    const bit = this.code < bound ? 0 : 1
    if (bit === 0) {
      this.range = bound
      this.zeros[model] = zeros + (((1 << PROBABILITY_BITS) - zeros) >> RATE)
    } else {
      this.range -= bound
      this.code -= bound
      this.zeros[model] = zeros - (zeros >> RATE)
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
