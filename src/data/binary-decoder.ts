// The decoder of an adaptive binary arithmetic code: the interval coder of M. Mahoney's lpaq (2007;
// "Data Compression Explained", section 3.2), with integer probabilities, so that it decodes alike on
// every platform. scripts/embed-digits.mjs holds the encoder.

/** How fast a probability follows what it sees: by 1 / 2^4 of the surprise. */
const RATE = 4

/** Reads numbers bit by bit out of `bytes`; `models` probabilities adapt as it goes. */
export class BinaryDecoder {
  readonly #bytes: Uint8Array
  /** For each model the probability that the next bit is 1, in units of 2^-16. */
  readonly #ones: Uint16Array
  #position = 0
  #low = 0
  #high = 0xffffffff
  #code = 0

  constructor(bytes: Uint8Array, models: number) {
    this.#bytes = bytes
    this.#ones = new Uint16Array(models).fill(1 << 15)
    for (let i = 0; i < 4; i++) this.#code = this.#withNextByte(this.#code)
  }

  /** A number of `bits` bits, high bits first; it uses the 2^bits models from `models` on, one for each prefix. */
  read(models: number, bits: number): number {
    let prefix = 1
    for (let i = 0; i < bits; i++) prefix = prefix * 2 + this.#bit(models + prefix)
    return prefix - (1 << bits)
  }

  #bit(model: number): number {
    const ones = this.#ones[model]
    const middle = this.#low + Math.floor(((this.#high - this.#low) / 65536) * ones)
    const bit = this.#code <= middle ? 1 : 0
    if (bit === 1) {
      this.#high = middle
      this.#ones[model] = ones + ((65536 - ones) >> RATE)
    } else {
      this.#low = middle + 1
      this.#ones[model] = ones - (ones >> RATE)
    }
    // Bytes on which both ends agree are settled.
    while ((this.#low ^ this.#high) >>> 24 === 0) {
      this.#low = (this.#low << 8) >>> 0
      this.#high = ((this.#high << 8) | 255) >>> 0
      this.#code = this.#withNextByte(this.#code)
    }
    return bit
  }

  #withNextByte(code: number): number {
    return ((code << 8) | (this.#bytes[this.#position++] ?? 0)) >>> 0
  }
}
