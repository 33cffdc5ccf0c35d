// Random numbers in WASM memory: Philox4x32-10, keyed by a seed and a stream. Every fill takes the next block of
// the stream, so that what is drawn depends on how many fills came before, and on nothing else.
import { NgradError, requireSeed } from '../errors.js'
import { bytesPerElement } from './dtype.js'
import type { Matrix } from './memory.js'
import { operations } from './operations.js'

/** Streams by purpose, so that no two draw the same numbers. */
export const stream = { shuffle: 1, noise: 2, feedback: 3, policy: 4, environment: 5, samples: 6, initialization: 0x1000 } as const

/** A place in a stream of random numbers. */
export class Random {
  /** How many fills were made, up to 2^53 - 1: the place in the stream, which a checkpoint keeps. */
  position = 0
  #mark = 0

  constructor(
    readonly seed: number,
    readonly stream: number,
  ) {
    requireSeed('seed', seed)
  }

  /** Remembers the place, for `rewind`. */
  mark(): void {
    this.#mark = this.position
  }

  /** Back to the place of the last `mark`, so that what was drawn since is drawn again. */
  rewind(): void {
    this.position = this.#mark
  }

  /** U(low, high). */
  uniform(out: Matrix, low: number, high: number): void {
    const ops = operations(out.dtype)
    ops.uniform(this.seed, this.stream, this.#next(), out)
    ops.affine(high - low, low, out)
  }

  /** N(0, deviation^2). */
  normal(out: Matrix, deviation: number): void {
    const ops = operations(out.dtype)
    ops.normal(this.seed, this.stream, this.#next(), out)
    if (deviation !== 1) ops.affine(deviation, 0, out)
  }

  /** -size or +size, each with probability 1/2. */
  rademacher(out: Matrix, size: number): void {
    operations(out.dtype).rademacher(this.seed, this.stream, this.#next(), out, size)
  }

  /** 1 with probability p, else 0. */
  bernoulli(out: Matrix, p: number): void {
    operations(out.dtype).bernoulli(this.seed, this.stream, this.#next(), out, p)
  }

  /** 1 with probability p_ij, else 0; out is not p. */
  bernoulliOf(p: Matrix, out: Matrix): void {
    operations(out.dtype).bernoulliOf(this.seed, this.stream, this.#next(), p, out)
  }

  /**
   * One 1 in each row, at column j with probability p_ij, else 0; rows of p sum to 1, and `uniforms`, a column of as many rows, is
   * written. What rounding leaves of the sum goes to the last column that has a probability.
   */
  oneHotOf(p: Matrix, uniforms: Matrix, out: Matrix): void {
    this.uniform(uniforms, 0, 1)
    const numbers = out.views()[out.dtype]
    const bytes = bytesPerElement(out.dtype)
    const [from, to, drawn] = [p.pointer / bytes, out.pointer / bytes, uniforms.pointer / bytes]
    out.fill(0)
    for (let row = 0; row < p.rows; row++) {
      const first = row * p.columns
      let rest = numbers[drawn + row]
      let chosen = 0
      for (let j = 0; j < p.columns && rest >= 0; j++) {
        if (numbers[from + first + j] === 0) continue
        rest -= numbers[from + first + j]
        chosen = j
      }
      numbers[to + first + chosen] = 1
    }
  }

  /** The place of the next fill. Beyond 2^53 - 1 numbers would repeat. */
  #next(): number {
    if (this.position >= Number.MAX_SAFE_INTEGER)
      throw new NgradError('RANGE', 'random numbers', 'fewer than 2^53 - 1 draws', this.position)
    return this.position++
  }
}
