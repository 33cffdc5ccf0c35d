// Damped inverses of square matrices, (C^T C + delta^2 I)^-1 C^T (Levenberg 1944, Q. Appl. Math. 2:164), from
//
//   [C; delta I] P = Q S        (C^T C + delta^2 I)^-1 C^T = P S^-1 (the first rows of Q)^T = P S^-1 S^-T P^T C^T
//
// The first form does not square C's condition number. The second one is for a damping above C, whose rows Q then hardly knows.
import { Householder } from './householder.js'

/** For one matrix C [size x size] at a time, up to a size. */
export class DampedInverse {
  readonly #qr: Householder
  readonly #c: Float64Array
  readonly #x: Float64Array
  #size = 0
  #outweighs = false

  constructor(mostSize: number) {
    this.#qr = new Householder(2 * mostSize, mostSize)
    this.#c = new Float64Array(mostSize * mostSize)
    this.#x = new Float64Array(2 * mostSize)
  }

  /** C by its elements; none of them exceeds `largest`. */
  factor(size: number, element: (i: number, j: number) => number, delta: number, largest: number): void {
    const { a } = this.#qr
    this.#size = size
    this.#outweighs = delta >= largest
    this.#qr.columns = size
    a.fill(0)
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) a[i * size + j] = this.#c[i * size + j] = element(i, j)
      a[(size + i) * size + i] = delta
    }
    this.#qr.factor(0)
  }

  /** x <- (C^T C + delta^2 I)^-1 C^T x, of its first elements. */
  multiply(x: Float64Array): void {
    const size = this.#size
    const y = this.#x.fill(0)
    if (this.#outweighs) {
      for (let j = 0; j < size; j++) for (let i = 0; i < size; i++) y[j] += this.#c[i * size + this.#qr.order[j]] * x[i]
      this.#qr.substituteTransposed(y, size)
    } else {
      y.set(x.subarray(0, size))
      this.#qr.rotate(y, true)
    }
    this.#qr.substitute(y, size)
    for (let j = 0; j < size; j++) x[this.#qr.order[j]] = y[j]
  }

  /** x <- C (C^T C + delta^2 I)^-1 x, likewise. */
  multiplyTransposed(x: Float64Array): void {
    const size = this.#size
    const y = this.#x.fill(0)
    for (let j = 0; j < size; j++) y[j] = x[this.#qr.order[j]]
    this.#qr.substituteTransposed(y, size)
    if (this.#outweighs) {
      this.#qr.substitute(y, size)
      for (let i = 0; i < size; i++) {
        x[i] = 0
        for (let j = 0; j < size; j++) x[i] += this.#c[i * size + this.#qr.order[j]] * y[j]
      }
    } else {
      this.#qr.rotate(y, false)
      x.set(y.subarray(0, size))
    }
  }
}
