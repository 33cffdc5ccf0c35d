// Steps down an energy, each sample of a batch by itself: with a rate of its own, until what pulls on it is small enough.
//
// A step that would raise a sample's energy is halved until it does not, and so are those that follow. Where the energy
// changes by less than its rounding it cannot judge; then the steps that follow are halved where the pull has grown, since steps
// that suit a curvature shrink it. A sample has come to rest when the step of the first rate would change nothing in it by more
// than the tolerance, however far its steps have been halved.
//
// assembly/dynamics/infer.ts is the same in the core.
import type { DType } from '../core/dtype.js'
import type { Matrix } from '../core/memory.js'
import { largestOf, type SettlingRecord } from './fixed-point.js'

/** @internal What goes down an energy. Columns are of doubles, with a row for each sample. */
export interface Descending {
  /** energies <- the energy of each sample. */
  measure(energies: Matrix): void
  /**
   * Finds changes of rate_i times what pulls. Of samples whose rate is not 0: residuals_i, at 0 before, <- the largest pull
   * times `scale`, and squares_i, likewise, <- the sum of their squares.
   */
  pull(rates: Matrix, scale: number, residuals: Matrix, squares: Matrix): void
  /** Makes the changes, and measures. */
  move(energies: Matrix): void
  /** Takes the share_i of what was changed last back, and measures. */
  moveBack(shares: Matrix, energies: Matrix): void
}

/** @internal The share of an energy that may be rounding. */
export const rounding: Readonly<Record<DType, number>> = { f32: 1e-5, f64: 1e-12 }
const mostHalvings = 30
/** By how much the square of a pull must have grown, so that it is not rounding. */
const grown = 1.015625

/** @internal The columns that a descent keeps: rates, energies, ... as assembly/dynamics/infer.ts names them. */
export const columnsOf = (column: () => Matrix) => ({
  rates: column(),
  energies: column(),
  trials: column(),
  noises: column(),
  residuals: column(),
  squares: column(),
  lastSquares: column(),
})

export class Descent {
  readonly #of: Descending
  readonly #rounding: number
  readonly #columns: ReturnType<typeof columnsOf>
  /** The rates of those that still move; 0 for the others. */
  readonly #moving: Matrix

  /** @param column gives columns of doubles */
  constructor(of: Descending, dtype: DType, column: () => Matrix) {
    this.#of = of
    this.#rounding = rounding[dtype]
    this.#columns = columnsOf(column)
    this.#moving = column()
  }

  /** At most `steps` steps, at first of that rate; from where it is. */
  run(record: SettlingRecord, steps: number, rate: number, tolerance: number): void {
    const { trials, residuals, squares } = this.#columns
    this.#start(rate)
    record.sweeps = 0
    while (record.sweeps < steps && this.#choose(tolerance)) {
      record.sweeps++
      this.#of.pull(this.#moving, rate, residuals, squares)
      this.#judgeByPull()
      this.#of.move(trials)
      for (let halvings = 0; halvings < mostHalvings && this.#anyRose(); halvings++) this.#of.moveBack(trials, trials)
      this.#accept()
    }
    record.residual = largestOf(residuals)
    record.converged = record.residual <= tolerance
  }

  #start(rate: number): void {
    const { rates, energies, noises, residuals, lastSquares } = this.#columns
    this.#of.measure(energies)
    rates.fill(rate)
    residuals.fill(Infinity)
    lastSquares.fill(Infinity)
    const { f64 } = rates.views()
    const [noise, energy] = [first(noises), first(energies)]
    for (let i = 0; i < rates.rows; i++) f64[noise + i] = this.#rounding * f64[energy + i]
  }

  /** Who still moves; false when nobody does. */
  #choose(tolerance: number): boolean {
    const { rates, residuals, squares } = this.#columns
    const { f64 } = rates.views()
    const count = rates.rows
    const moving = first(this.#moving)
    const rate = first(rates)
    const residual = first(residuals)
    const square = first(squares)
    let any = false
    for (let i = 0; i < count; i++) {
      const moves = !(f64[residual + i] <= tolerance)
      f64[moving + i] = moves ? f64[rate + i] : 0
      f64[square + i] = 0
      if (moves) f64[residual + i] = 0
      any ||= moves
    }
    return any
  }

  #judgeByPull(): void {
    const { rates, squares, lastSquares } = this.#columns
    const { f64 } = rates.views()
    const count = rates.rows
    const rate = first(rates)
    const square = first(squares)
    const last = first(lastSquares)
    for (let i = 0; i < count; i++) if (f64[square + i] > grown * f64[last + i]) f64[rate + i] /= 2
  }

  /** Whether any energy rose by more than rounding; `trials` <- half for those, whose rates are halved, else 0. */
  #anyRose(): boolean {
    const { rates, energies, trials, noises } = this.#columns
    const { f64 } = rates.views()
    const count = rates.rows
    const trial = first(trials)
    const energy = first(energies)
    const noise = first(noises)
    let any = false
    for (let i = 0; i < count; i++) if (rose(f64[trial + i], f64[energy + i], f64[noise + i])) any = true
    if (!any) return false
    const rate = first(rates)
    for (let i = 0; i < count; i++) {
      const halved = rose(f64[trial + i], f64[energy + i], f64[noise + i])
      if (halved) f64[rate + i] /= 2
      f64[trial + i] = halved ? 0.5 : 0
    }
    return true
  }

  #accept(): void {
    const { energies, trials, noises, squares, lastSquares } = this.#columns
    const { f64 } = energies.views()
    const count = energies.rows
    const trial = first(trials)
    const energy = first(energies)
    const noise = first(noises)
    const square = first(squares)
    const last = first(lastSquares)
    for (let i = 0; i < count; i++) {
      const judged = Math.abs(f64[trial + i] - f64[energy + i]) > f64[noise + i]
      f64[last + i] = judged ? Infinity : f64[square + i]
      f64[energy + i] = f64[trial + i]
    }
  }
}

/** Where a column of doubles begins, among doubles. */
const first = (column: Matrix): number => column.pointer / 8

/** Also what is not a number. */
const rose = (trial: number, energy: number, noise: number): boolean => !(trial <= energy + noise)
