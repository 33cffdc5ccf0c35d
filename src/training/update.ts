// A step's update of everything it changes, parameters, the optimizer's state and what follows them: wholly, or not at all.
//
// Whether all numbers stay finite is known beforehand, nearly always, from bounds of their magnitudes, which cost no
// pass over them. Where the bounds do not say so they are taken anew; where they still do not, the step is taken with
// copies at hand, looked at, and taken back if need be.
import { bytesPerElement, safeMagnitude } from '../core/dtype.js'
import type { Matrix, Region } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import { describe, NgradError } from '../errors.js'
import type { ParameterGroup } from '../layers/parameter.js'
import type { Optimizer, OptimizerState } from '../optimizers/optimizer.js'
import { Snapshot } from './snapshot.js'

/** A group of parameters that the optimizer is applied to. @internal */
export interface Taught {
  readonly values: ParameterGroup
  readonly direction: ParameterGroup
  readonly state: OptimizerState
}

/** The same, before the optimizer has a state for it. @internal */
export interface ToBeTaught extends Omit<Taught, 'state'> {
  readonly optimizer: Optimizer
}

/** Whose update it is. @internal */
export interface Updated {
  /** Groups that move after the first taught one, by no more than it did. */
  readonly following: readonly ParameterGroup[]
  /** Matrices that are written, but not by numbers that grow. */
  readonly written: readonly Matrix[]
  /** Throws `DISPOSED` where something that is written is gone. */
  requireAlive(where: string): void
  /** Called when the optimizer has been applied, with the size of the first group's step. Cannot fail. */
  follow(size: number): void
}

export class Update {
  readonly taught: readonly Taught[]
  readonly #ops: Operations
  readonly #owner: Updated
  readonly #groups: readonly ParameterGroup[]
  readonly #sizes: Float64Array
  /** By how much a number may move, by taught group. */
  readonly #moved: Float64Array
  /** What the ceilings will be after the step. */
  readonly #next: Float64Array
  readonly #safe: number

  constructor(ops: Operations, region: Region, taught: readonly ToBeTaught[], owner: Updated) {
    this.#ops = ops
    this.taught = taught.map(({ optimizer, ...group }) => {
      const state = optimizer.prepare(ops, group.values.flat, region)
      if (typeof state?.update === 'function') return { ...group, state }
      throw new NgradError('TYPE', 'optimizer: prepare(ops, parameters, region)', 'a state { update, ... }', describe(state))
    })
    this.#owner = owner
    this.#groups = [...taught.map(({ values }) => values), ...owner.following]
    this.#sizes = new Float64Array(taught.length)
    this.#moved = new Float64Array(taught.length)
    this.#next = new Float64Array(this.#groups.length)
    this.#safe = safeMagnitude[ops.dtype]
  }

  /**
   * Applies the directions, in which no magnitude exceeds `largest`.
   *
   * @param step how many steps were taken before
   * @throws NgradError `NOT_FINITE` where a number would not be finite, `OUT_OF_MEMORY`, and what a schedule throws. Nothing
   * has changed then.
   */
  apply(where: string, largest: number, step: number): void {
    for (let i = 0; i < this.taught.length; i++) this.#sizes[i] = this.taught[i].state.size(step)
    this.#owner.requireAlive(where) // schedules are the caller's, and may have run anything
    if (this.#staysFinite(largest)) return this.#write(step)
    this.#refresh()
    if (this.#staysFinite(largest)) this.#write(step)
    else this.#writeAndLook(where, step)
  }

  /** Whether the bounds say so; they are kept in `next`. */
  #staysFinite(largest: number): boolean {
    let safe = true
    for (let i = 0; i < this.#groups.length; i++) {
      const { value } = this.#groups[i].ceiling
      const of = i < this.taught.length ? i : 0 // what follows moves as far as the first group
      const size = this.#sizes[of]
      if (i === of) {
        const bound = this.taught[of].state.bound(largest, value)
        safe &&= bound <= this.#safe // by itself: a step of size 0 times infinity is NaN
        this.#moved[of] = size * bound
      }
      this.#next[i] = value + this.#moved[of]
      safe &&= size <= this.#safe && this.#next[i] <= this.#safe
    }
    return safe
  }

  #refresh(): void {
    for (const { ceiling } of this.#groups) ceiling.refresh()
    for (const { state } of this.taught) state.refresh()
  }

  #write(step: number): void {
    for (let i = 0; i < this.taught.length; i++) {
      const { values, direction, state } = this.taught[i]
      state.update(direction.flat, step)
      this.#ops.combine(-this.#sizes[i], direction.flat, 1, values.flat)
    }
    this.#owner.follow(this.#sizes[0])
    for (let i = 0; i < this.#groups.length; i++) {
      const { ceiling } = this.#groups[i] // which parts of a group share
      ceiling.value = Math.max(ceiling.value, this.#next[i])
    }
  }

  #writeAndLook(where: string, step: number): void {
    const before = this.snapshot()
    try {
      this.#write(step)
      const wrong = this.#firstWrong()
      if (wrong) {
        before.restore()
        for (const { direction } of this.taught) direction.flat.fill(0) // its gaps, which nothing else writes
      }
      this.#refresh()
      if (wrong)
        throw new NgradError('NOT_FINITE', `${where}: ${wrong} after the update`, `finite numbers in ${this.#ops.dtype}`, 'NaN or infinity')
    } finally {
      before.dispose()
    }
  }

  /** Copies of all that a step writes. */
  snapshot(): Snapshot {
    return new Snapshot([...this.#matrices(), ...this.#owner.written])
  }

  /** Goes back to copies. */
  restore(snapshot: Snapshot): void {
    snapshot.restore()
    this.#refresh()
  }

  *#matrices(): Iterable<Matrix> {
    for (const { flat } of this.#groups) yield flat
    for (const { state } of this.taught) yield* Object.values(state.matrices)
  }

  /** Which number is not finite, if one is: of a parameter, or of what the optimizer keeps for it. */
  #firstWrong(): string | undefined {
    for (const group of this.#groups) {
      const name = nameAt(group, this.#ops.firstNonFinite(group.flat))
      if (name) return name
    }
    for (const { values, state } of this.taught)
      for (const [key, matrix] of Object.entries(state.matrices)) {
        const name = nameAt(values, this.#ops.firstNonFinite(matrix))
        if (name) return `the optimizer's ${key} of ${name}`
      }
    return undefined
  }
}

/** The parameter that element `at` of a flat group belongs to; none for -1. */
function nameAt({ flat, dtype, parameters }: ParameterGroup, at: number): string | undefined {
  const address = flat.pointer + at * bytesPerElement(dtype)
  return at < 0 ? undefined : parameters.filter(({ matrix }) => matrix.pointer <= address).at(-1)?.name
}
