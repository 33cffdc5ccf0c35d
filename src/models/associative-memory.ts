// The associative memory of Hopfield: units s of -1 or 1, symmetric weights without self-connections,
//
//   E(s) = -1/2 s^T W s,     s_i <- sign(sum_j w_ij s_j),  one unit at a time; a unit stays where that sum is 0.
//
// No such step raises E, so that every recall comes to rest. Hopfield 1982, PNAS 79:2554.
import { defineModel } from './define-model.js'
import type { Admissible } from '../core/validity.js'
import type { FloatArray } from '../core/dtype.js'
import { byteArray, floatArray } from '../core/dtype.js'
import { lengthOf, place, takeNumbers } from '../core/numbers.js'
import { mostRepeats, NgradError, requireInteger, requireOptions } from '../errors.js'
import { symmetric } from './boltzmann-machine.js'
import { type BuildOptions, Model } from './model.js'

/** Options of {@link associativeMemory}. */
export interface AssociativeMemoryOptions {
  /** Units, up to 2^14: the numbers of a pattern. */
  readonly units: number
}

/** How a memory recalls. */
export interface RecallOptions {
  /** The most sweeps over the units, up to 10^6; default 100. */
  readonly sweeps?: number
}

/** What is recalled. */
export interface Recall {
  /** The states, of the shape of the cues. */
  readonly states: FloatArray
  /** The most sweeps that a cue took; the last one changed nothing where all came to rest. */
  readonly sweeps: number
  /** Whether all came to rest. */
  readonly rests: boolean
}

const mostUnits = 1 << 14

/**
 * An associative memory. Parameter `weight` [units, units], symmetric with a diagonal of zeros; at first all zeros: nothing is stored.
 *
 * ```ts
 * const memory = associativeMemory({ units: 64 }).build()
 * createTrainer(memory, { learner: hopfield(), optimizer: sgd({ learningRate: 1 }) }).step({ x: patterns, size })
 * const { states } = memory.recall(cues)
 * ```
 *
 * @throws NgradError `RANGE` or `TYPE` for a number of units that makes no memory
 */
export const associativeMemory = defineModel<AssociativeMemoryOptions, AssociativeMemory>(
  'associativeMemory',
  { units: { kind: 'integer', min: 1, max: mostUnits, required: true } },
  ({ units }) =>
    (build) =>
      new AssociativeMemory(units, build),
)

export class AssociativeMemory extends Model {
  readonly examples: Admissible = { expected: '-1 or 1', accepts: (value) => value === -1 || value === 1 }

  /** @internal Use {@link associativeMemory}. */
  constructor(
    readonly units: number,
    build: BuildOptions,
  ) {
    const all = byteArray(units * units).fill(1)
    for (let i = 0; i < units; i++) all[i * (units + 1)] = 0
    super('associative memory', { memory: [{ name: 'weight', shape: [units, units], validity: symmetric(units, all) }] }, build)
  }

  get width(): number {
    return this.units
  }

  /**
   * E(s) = -1/2 s^T W s of each row.
   *
   * @param states row-major [rows, units], -1 or 1
   * @throws NgradError `SHAPE`, `TYPE`, `RANGE`, `DISPOSED`
   */
  energy(states: ArrayLike<number>): Float64Array {
    const where = 'energy(states)'
    const s = this.#take(where, states)
    const w = this.#weight(where)
    const energies = floatArray('f64', s.length / this.units)
    for (let row = 0; row < energies.length; row++) {
      const own = s.subarray(row * this.units, (row + 1) * this.units)
      for (let i = 0; i < this.units; i++) energies[row] -= (own[i] * fieldOf(w, own, i)) / 2
    }
    return energies
  }

  /**
   * Where each cue comes to rest, unit after unit in their order, sweep by sweep.
   *
   * @param cues row-major [rows, units], -1 or 1
   * @throws NgradError `SHAPE`, `TYPE`, `RANGE`, `DISPOSED`
   */
  recall(cues: ArrayLike<number>, options: RecallOptions = {}): Recall {
    const where = 'recall(cues, options)'
    const { sweeps: most = 100 } = requireOptions(where, options, { sweeps: true })
    requireInteger(`${where}: sweeps`, most, 1, mostRepeats)
    const s = this.#take(where, cues)
    const w = this.#weight(where)
    let sweeps = 0
    let rests = true
    for (let first = 0; first < s.length; first += this.units) {
      const own = s.subarray(first, first + this.units)
      let [count, changed] = [0, true]
      for (; count < most && changed; count++) changed = sweep(w, own)
      sweeps = Math.max(sweeps, count)
      rests &&= !changed
    }
    const states = floatArray(this.dtype, s.length)
    states.set(s)
    return { states, sweeps, rests }
  }

  #take(where: string, states: ArrayLike<number>): Float64Array {
    const given = takeNumbers(where, '', states, this.units)
    const taken = floatArray('f64', lengthOf(given))
    taken.set(given)
    const wrong = taken.findIndex((value) => !this.examples.accepts(value))
    if (wrong >= 0) throw new NgradError('RANGE', `${where}: ${place(wrong, this.units)}`, this.examples.expected, taken[wrong])
    return taken
  }

  #weight(where: string): Float64Array {
    this.requireAlive(where)
    const taken = floatArray('f64', this.units * this.units)
    taken.set(this.groups[0].named('weight').matrix.read())
    return taken
  }
}

/** sum_j w_ij s_j, in double precision. */
function fieldOf(w: Float64Array, s: Float64Array, i: number): number {
  let field = 0
  for (let j = 0; j < s.length; j++) field += w[i * s.length + j] * s[j]
  return field
}

/** Whether a unit changed. */
function sweep(w: Float64Array, s: Float64Array): boolean {
  let changed = false
  for (let i = 0; i < s.length; i++) {
    const field = fieldOf(w, s, i)
    if (field * s[i] >= 0) continue
    s[i] = -s[i]
    changed = true
  }
  return changed
}
