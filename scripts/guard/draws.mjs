// Random numbers of a scene, a function of its number alone, and sizes around every threshold of the core.

/** Where the code changes its way: lanes, tiles, panels, blocks of rows, columns and k, chunks of random words. */
const thresholds = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 24, 31, 32, 33, 48, 63, 64, 65, 95, 96, 97, 98, 127, 128, 192, 193, 255, 256, 257,
]
const larger = [511, 512, 513, 514, 1023, 1024, 1025, 2047, 2048, 2049]
/** Numbers that fill the workspace of the products, and 2^16. */
const widest = [155_679, 155_680, 155_681, 311_359, 311_360, 311_361, 65_535, 65_536, 65_537]

export class Draws {
  #state

  constructor(number) {
    this.#state = Math.imul(number + 1, 0x9e3779b1) >>> 0
  }

  /** In [0, 1): mulberry32. */
  unit() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let word = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32
  }

  chance = (p) => this.unit() < p
  below = (n) => Math.floor(this.unit() * n)
  between = (low, high) => low + this.below(high - low + 1)
  oneOf = (values) => values[this.below(values.length)]
  number = (low, high) => low + (high - low) * this.unit()
  list = (count, draw) => Array.from({ length: count }, draw)

  /** A size, more often a small one. */
  size(most = 2049) {
    const kind = this.unit()
    const size = kind < 0.3 ? this.between(1, 12) : kind < 0.95 ? this.oneOf(thresholds) : this.oneOf(larger)
    return Math.min(size, most)
  }

  widest = () => this.oneOf(widest)

  /** Numbers in [-1, 1], in one of the arrays that the library takes. */
  numbers(n, low = -1, high = 1) {
    const values = this.oneOf([Float32Array, Float64Array, Array])
    const made = new values(n)
    for (let i = 0; i < n; i++) made[i] = this.number(low, high)
    return made
  }

  /** Some of `options`, by chance. */
  some = (options) => Object.fromEntries(Object.entries(options).filter(() => this.chance(0.6)))
}
