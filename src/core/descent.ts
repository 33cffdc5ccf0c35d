import type { DType } from './dtype.js'
import { settle, type SettlingRecord } from './settling.js'

/** @internal What goes down an energy by steps. */
export interface Descending {
  readonly freeEnergy: number
  /** Takes a step of that size; returns the largest change. */
  step(size: number): number
  /** Takes half of the last step back. */
  halve(): void
}

/** @internal How many times itself an energy may become in a step, by rounding alone. */
export const rounding = { f32: 1 + 1e-5, f64: 1 + 1e-12 }
const mostHalvings = 30

/** @internal Steps down an energy: one that would raise it is halved, and those that follow in the same descent are. */
export class Descent {
  readonly #of: Descending
  readonly #most: number
  #size = 0
  #energy = 0

  constructor(of: Descending, dtype: DType) {
    this.#of = of
    this.#most = rounding[dtype]
  }

  /** At most `steps` steps, of that size at first, until nothing changes by more than the tolerance. */
  run(record: SettlingRecord, steps: number, size: number, tolerance: number): void {
    this.begin(size)
    settle(record, steps, tolerance, this.step)
  }

  /** From where it is, by steps of that size at first. */
  begin(size: number): void {
    this.#size = size
    this.#energy = this.#of.freeEnergy
  }

  /** A step; returns the largest change. */
  readonly step = (): number => {
    let largest = this.#of.step(this.#size)
    let energy = this.#of.freeEnergy
    for (let halvings = 0; !(energy <= this.#energy * this.#most) && halvings < mostHalvings; halvings++) {
      this.#size /= 2
      largest /= 2
      this.#of.halve()
      energy = this.#of.freeEnergy
    }
    this.#energy = energy
    return largest
  }
}
