// Where the experience of a rule that acts comes from: an environment, with the state of its own, which moves on when a step is
// applied, and not before.
import { floatArray } from '../core/dtype.js'
import type { Matrix, Region } from '../core/memory.js'
import { Random, stream } from '../core/random.js'
import { describe, NgradError, requireInteger } from '../errors.js'
import type { Environment, Outcome } from './environment.js'

/** What a rule is told of the stream that it acts in. @internal */
export interface Stream {
  /** The reward of the last action; 0 before the first one. */
  readonly reward: number
  /** Whether an episode begins here: what was done before has had its reward, and has no part in what comes. */
  readonly first: boolean
}

/** An environment at work: rules that act bring it along, so that nobody else ships it. */
export class Source implements Stream {
  /** Throws `TYPE` for what is no environment, and `RANGE` for impossible sizes. @internal */
  static require(where: string, environment: Environment): void {
    if (typeof environment?.step !== 'function' || typeof environment.reset !== 'function')
      throw new NgradError('TYPE', where, 'an environment, such as randomWalk()', describe(environment))
    requireInteger(`${where}.inputs`, environment.inputs, 1)
    requireInteger(`${where}.actions`, environment.actions, 1)
    requireInteger(`${where}.stateSize`, environment.stateSize, 0, 1 << 24)
  }

  /** What the environment remembers; what is observed; the last reward, and 1 where an episode begins: all of it, as checkpoints keep it. */
  readonly state: Matrix
  readonly observation: Matrix
  readonly last: Matrix
  readonly random: Random
  /** The observation as a batch of one, always the same object. */
  readonly batch: { readonly x: Float64Array; readonly size: 1 }
  readonly #next: { readonly state: Float64Array; readonly x: Float64Array; readonly outcome: Outcome; ended: boolean }
  readonly #draw: () => number

  constructor(
    readonly environment: Environment,
    region: Region,
    seed: number,
  ) {
    const { inputs, stateSize } = environment
    this.state = region.matrix('f64', 1, Math.max(1, stateSize))
    this.observation = region.matrix('f64', 1, inputs)
    this.last = region.matrix('f64', 1, 2)
    this.random = new Random(seed, stream.environment)
    this.batch = { x: floatArray('f64', inputs), size: 1 }
    this.#next = { state: floatArray('f64', stateSize), x: floatArray('f64', inputs), outcome: { reward: 0, end: false }, ended: false }
    const number = region.matrix('f64', 1, 1)
    this.#draw = () => {
      this.random.uniform(number, 0, 1)
      return number.views().f64[number.pointer / 8]
    }
    environment.reset(this.#next.state, this.#draw, this.#next.x)
    this.#next.ended = true
    this.commit()
  }

  get reward(): number {
    return this.last.views().f64[this.last.pointer / 8]
  }

  get first(): boolean {
    return this.last.views().f64[this.last.pointer / 8 + 1] === 1
  }

  /** Carries an action out, where nothing yet sees it. Throws what the environment throws, and `NOT_FINITE` for a reward that is not. */
  advance(where: string, action: number): void {
    const { environment } = this
    const { state, x, outcome } = this.#next
    this.#read(this.state, state)
    environment.step(state, action, this.#draw, x, outcome)
    this.#next.ended = outcome.end
    if (outcome.end) environment.reset(state, this.#draw, x)
    this.#requireFinite(`${where}: reward of ${environment.name}`, outcome.reward)
    for (let i = 0; i < x.length; i++) this.#requireFinite(`${where}: observation of ${environment.name}`, x[i])
    for (let i = 0; i < state.length; i++) this.#requireFinite(`${where}: state of ${environment.name}`, state[i])
  }

  /** What was advanced to is where it stands now. */
  commit(): void {
    const { state, x, outcome, ended } = this.#next
    this.#write(state, this.state)
    this.#write(x, this.observation)
    const { f64 } = this.last.views()
    f64[this.last.pointer / 8] = outcome.reward
    f64[this.last.pointer / 8 + 1] = ended ? 1 : 0
    this.restored()
  }

  /** What is observed is what the memory holds. */
  restored(): void {
    this.#read(this.observation, this.batch.x)
  }

  #read(matrix: Matrix, out: Float64Array): void {
    const { f64 } = matrix.views()
    for (let i = 0; i < out.length; i++) out[i] = f64[matrix.pointer / 8 + i]
  }

  #write(values: Float64Array, matrix: Matrix): void {
    const { f64 } = matrix.views()
    for (let i = 0; i < values.length; i++) f64[matrix.pointer / 8 + i] = values[i]
  }

  #requireFinite(where: string, value: number): void {
    if (!Number.isFinite(value)) throw new NgradError('NOT_FINITE', where, 'a finite number', describe(value))
  }
}
