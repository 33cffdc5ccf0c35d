// How the samples of a batch settle, each by itself: what becomes of one does not depend on the others.
//
// In the end a residual shrinks by about lambda a sweep, and the steps that are still to come add up to
// step lambda / (1 - lambda) times the residual (Hageman & Young 1981, Applied Iterative Methods, ch. 9): that far is the fixed
// point, and a sample has settled when this is no more than the tolerance. lambda is taken for the larger of the last two ratios
// of residuals (of the first alone, for its root), and for no less than the step's excess over 1, by which over-relaxed modes shrink. Residuals of a few roundings
// say nothing of lambda: there a sample rests, and is as far as numbers of its precision are apart.
//
// assembly/dynamics/relax.ts does the same in the core.
import type { Matrix } from '../core/memory.js'

/** How a relaxation went. Not settling is a fact about the network, not an error. */
export interface Settling {
  /** Of the sample that took the longest, in the longest phase. */
  readonly sweeps: number
  /** The largest change of a state in its sample's last sweep, over the strength of the pull that the rule compares. */
  readonly residual: number
  /** Whether every sample settled, in every phase. */
  readonly converged: boolean
}

/** @internal A rule's own record, written anew by each estimate: a step makes no objects. */
export type SettlingRecord = { -readonly [Key in keyof Settling]: Settling[Key] }

/** @internal */
export const unsettled = (): SettlingRecord => ({ sweeps: 0, residual: Infinity, converged: false })

/** @internal The record of no phase at all; `addPhase` makes it that of several. */
export function beginPhases(record: SettlingRecord): void {
  record.sweeps = 0
  record.residual = 0
  record.converged = true
}

/** @internal */
export function addPhase(record: SettlingRecord, { sweeps, residual, converged }: Settling): void {
  record.sweeps = Math.max(record.sweeps, sweeps)
  record.residual = Math.max(record.residual, residual)
  record.converged &&= converged
}

/** @internal The largest number of a column of doubles, NaN where one is. */
export function largestOf(column: Matrix): number {
  const { f64 } = column.views()
  let largest = 0
  for (let i = 0; i < column.rows; i++) largest = Math.max(largest, f64[column.pointer / 8 + i])
  return largest
}

/** The ratio of the first residual to one before. */
const unknown = -1
/** What a residual may be made of by rounding alone. */
const roundings = 4
/** How fast an adaptive step may grow from one sweep to the next, and up to where. */
const growth = 0.25
const largestStep = 1.75

/** @internal When samples have settled, and how far they move until then. */
export interface SettlingSettings {
  readonly tolerance: number
  /** Whether the steps follow the residuals, and from where they begin. */
  readonly adaptive: boolean
  readonly step: number
  /** Whether a sample has settled when its residual does not exceed the tolerance, wherever its fixed point is. */
  readonly byResidual: boolean
  /** Whether errors are fed to another relaxation of the same network, which makes them 1 / (1 - lambda) times as large. */
  readonly amplified?: boolean
  /** How far apart neighbouring numbers are, in units of residuals; default 0. */
  readonly floor?: number
  /** A sample whose residual grows beyond that many times its first is left where it is, unsettled; default never. */
  readonly mostGrowth?: number
}

/** @internal The samples of a batch while they settle. */
export class SampleSettling implements SettlingRecord {
  sweeps = 0
  residual = Infinity
  converged = false
  /** Columns of doubles. How far each sample moves towards what its equations ask for, in this phase; */
  readonly steps: Matrix
  /** and in this sweep: 0 for those that have settled. */
  readonly moving: Matrix
  /** The largest change that a sweep was asked for, which it raises, for those that move; and that of the sweep before. */
  readonly worst: Matrix
  readonly residuals: Matrix
  /** The factor by which the residual shrank last; and how far the fixed point is. */
  readonly rates: Matrix
  readonly errors: Matrix
  /** The first residual. */
  readonly #first: Matrix

  /** @param column gives columns of doubles with a row for each sample */
  constructor(
    readonly settings: SettlingSettings,
    column: () => Matrix,
  ) {
    this.steps = column()
    this.moving = column()
    this.worst = column()
    this.residuals = column()
    this.rates = column()
    this.errors = column()
    this.#first = column()
  }

  /** The error at which a sample goes no further. */
  get restsAt(): number {
    const { tolerance, floor = 0 } = this.settings
    return Math.max(tolerance, floor)
  }

  /** Sweeps until every sample has settled, or `sweeps` times. */
  run(sweeps: number, sweep: () => void): void {
    this.begin()
    while (this.sweeps < sweeps && this.choose()) {
      sweep()
      this.note()
    }
    this.end()
  }

  begin(): void {
    this.sweeps = 0
    this.residual = Infinity
    this.converged = false
    this.steps.fill(this.settings.step)
    this.residuals.fill(Infinity)
    this.rates.fill(1)
    this.errors.fill(Infinity)
  }

  end(): void {
    this.residual = largestOf(this.residuals)
    this.converged = largestOf(this.errors) <= this.settings.tolerance
  }

  /** Who still moves; false when nobody does. */
  choose(): boolean {
    const { f64 } = this.steps.views()
    let any = false
    for (let i = 0; i < this.steps.rows; i++) {
      const moves = !(f64[this.errors.pointer / 8 + i] <= this.restsAt)
      const step = moves ? f64[this.steps.pointer / 8 + i] : 0
      f64[this.moving.pointer / 8 + i] = step
      f64[this.worst.pointer / 8 + i] = 0
      any ||= step !== 0
    }
    return any
  }

  /** Notes what became of those that moved, and adapts their steps. */
  note(): void {
    this.sweeps++
    const { adaptive, byResidual, amplified = false, floor = 0, mostGrowth = Infinity } = this.settings
    const { f64 } = this.steps.views()
    for (let i = 0; i < this.steps.rows; i++) {
      const step = f64[this.moving.pointer / 8 + i]
      if (step === 0) continue
      const [residual, rate] = [this.residuals.pointer / 8 + i, this.rates.pointer / 8 + i]
      const now = f64[this.worst.pointer / 8 + i]
      const before = f64[residual]
      const lambda = now / before
      f64[this.errors.pointer / 8 + i] = byResidual ? now : distance(now, step, slower(lambda, f64[rate]), floor, amplified)
      f64[rate] = before === Infinity ? unknown : lambda
      if (adaptive) f64[this.steps.pointer / 8 + i] = nextStep(step, lambda)
      if (before === Infinity) f64[this.#first.pointer / 8 + i] = now
      else if (now > mostGrowth * f64[this.#first.pointer / 8 + i]) f64[this.steps.pointer / 8 + i] = 0
      f64[residual] = now
    }
  }
}

/** The larger of the last two ratios; of the first one, which is of what fades fastest too, the root. */
const slower = (lambda: number, rate: number): number => (rate === unknown ? Math.sqrt(lambda) : Math.max(lambda, rate))

function distance(residual: number, step: number, lambda: number, floor: number, amplified: boolean): number {
  if (residual <= roundings * floor) return floor
  const slowest = Math.max(lambda, step - 1)
  if (!(slowest < 1)) return Infinity
  const far = (step * residual * slowest) / (1 - slowest)
  return amplified ? far / (1 - slowest) : far
}

/** The step after one that shrank the residual by `lambda`. Where it did not shrink it goes back towards 1. */
function nextStep(step: number, lambda: number): number {
  if (!(lambda < 1)) return 1 + (step - 1) / 2
  if (!(lambda > step - 1)) return step
  const mu = (lambda + step - 1) / (step * Math.sqrt(lambda))
  return Math.min(2 / (1 + Math.sqrt(Math.max(0, 1 - mu * mu))), step + growth, largestStep)
}
