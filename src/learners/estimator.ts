// A rule attached to a network, with the batch, the direction and the rule's own parameters: what trainers and
// measurements both need.
import { Matrix, Region } from '../core/memory.js'
import { countOf, type Numbers, place, type Remembered, takeNumbers, unreadable } from '../core/numbers.js'
import { Occupation } from '../core/occupation.js'
import { Random, stream } from '../core/random.js'
import { describe, NgradError, requireOwn } from '../errors.js'
import { Network, writeRows } from '../models/network.js'
import { ParameterGroup } from '../layers/parameter.js'
import type { Loss } from '../losses/loss.js'
import { aBatch, type Batch, type TakenBatch } from './batch.js'
import type { Auxiliary, Learner, Rule, Settling, Site } from './learner.js'

/** Throws `TYPE` for what is no network of this copy of the library, no learner or no loss. */
export function requireParts(where: string, network: Network, learner: Learner, loss: Loss): void {
  requireOwn(where, network, Network, 'a network')
  if (typeof learner?.attach !== 'function')
    throw new NgradError('TYPE', `${where}: learner`, 'a learner, such as backprop()', describe(learner))
  if (typeof loss?.evaluate !== 'function') throw new NgradError('TYPE', `${where}: loss`, 'a loss, such as crossEntropy()', describe(loss))
}

/** With room for rows that were rounded to single precision. */
const rowSumTolerance = 1e-6
const purposes = { feedback: stream.feedback, noise: stream.noise }

export class Estimator {
  readonly direction: ParameterGroup
  readonly auxiliaries: Auxiliary[] = []
  /** The rule's places in its streams, by purpose. */
  readonly randoms: (readonly [purpose: string, random: Random])[] = []
  readonly rule: Rule
  /** The largest magnitude in the directions of the last estimate. */
  largest = 0
  readonly region: Region
  readonly #batchHigh: Matrix[] = []
  readonly #x: Matrix
  readonly #y: Matrix
  /** All directions, the network's first. */
  readonly #directions: readonly ParameterGroup[]
  #rows = 0
  /** What was learned from last. */
  readonly #last: { readonly x: Remembered; readonly y: Remembered } = { x: {}, y: {} }
  readonly occupation = new Occupation()

  constructor(
    readonly network: Network,
    readonly learner: Learner,
    readonly loss: Loss,
    readonly seed: number,
    owner = 'trainer',
  ) {
    network.requireAlive('createTrainer(network)')
    const recurrent = network.layers.find(({ parameters }) => parameters.lateral)
    if (recurrent && !learner.lateral)
      throw new NgradError('UNSUPPORTED', `${learner.name}: layers[${recurrent.index}]`, 'a layer without lateral weights', recurrent.kind)
    this.region = new Region(owner)
    try {
      this.direction = network.group.like(this.region, 'direction')
      this.#x = this.#batch(network.inputs)
      this.#y = this.#batch(network.outputs)
      this.rule = learner.attach(this.#site())
      if (typeof this.rule?.estimate !== 'function' || typeof this.rule.predict !== 'function')
        throw new NgradError('TYPE', `${learner.name}: attach(site)`, 'a rule { estimate, predict }', describe(this.rule))
      this.#directions = [this.direction, ...this.auxiliaries.flatMap(({ direction }) => direction ?? [])]
      for (const { values } of this.auxiliaries) values.requireFinite(`${learner.name}: ${values.name}`)
    } catch (error) {
      this.region.dispose()
      throw error
    }
  }

  /**
   * Estimates the direction for a batch.
   * @returns the mean loss
   * @throws NgradError for a batch that does not fit; `NOT_FINITE` when the loss or a direction is not finite
   */
  estimate(where: string, batch: Batch): number {
    this.#load(where, batch, 0, true)
    const loss = this.rule.estimate(this.#x, this.#y)
    this.#requireFinite(where, loss)
    return loss
  }

  /** Remembers where the rule's noise stands, for `rewind`. */
  mark(): void {
    for (let i = 0; i < this.randoms.length; i++) this.randoms[i][1].mark() // not every V8 spares the iterator
  }

  /** Takes the rule's noise back to the last `mark`. */
  rewind(): void {
    for (const [, random] of this.randoms) random.rewind()
  }

  /** Copies a batch into WASM memory, and checks it. Errors count its rows from `first`. */
  load(where: string, batch: Batch, first = 0): void {
    this.#load(where, batch, first, false)
  }

  /**
   * Also checks, for learning, that the rule can learn from it. While the batch is read, which may run anything of the
   * caller's, nothing has changed, and nothing else can be estimated.
   */
  #load(where: string, batch: Batch, first: number, learning: boolean): void {
    this.occupation.requireNone(where)
    const last = learning ? this.#last : undefined
    const { inputs, outputs } = this.network
    let x: Numbers
    let y: Numbers
    let rows: number
    this.occupation.reading = true
    try {
      if (typeof batch !== 'object' || batch === null) throw new NgradError('TYPE', where, aBatch, describe(batch))
      const { x: givenX, y: givenY, size } = batch
      x = takeNumbers(where, ': batch.x', givenX, inputs, undefined, last?.x)
      y = takeNumbers(where, ': batch.y', givenY, outputs, undefined, last?.y)
      rows = countOf(where, ': batch.x', x) / inputs
      if (rows === 0) throw new NgradError('RANGE', `${where}: batch.size`, 'at least one sample', 0)
      if (size !== undefined && size !== rows)
        throw new NgradError('SHAPE', `${where}: batch.size`, `${rows}, as there are rows in x`, describe(size))
      const targets = countOf(where, ': batch.y', y) / outputs
      if (targets !== rows) throw new NgradError('SHAPE', `${where}: batch.y`, `${rows} rows of ${outputs}`, `${targets} rows`)
    } catch (cause) {
      throw unreadable(where, aBatch, cause)
    } finally {
      this.occupation.reading = false
    }
    this.requireAlive(where)
    this.#resize(rows)
    writeRows(where, ': batch.x', x, this.#x, first)
    writeRows(where, ': batch.y', y, this.#y, first)
    this.#requireTargets(where, ': batch', y, rows * outputs, first)
    if (learning) this.#requireDistributions(where, ': batch', x, y, rows)
  }

  /** Throws `RANGE`, with the row, for data from which the rule could not learn under this loss. */
  requireTeachable(where: string, { x, y, size }: TakenBatch): void {
    this.#requireTargets(where, '', y, size * this.network.outputs, 0)
    this.#requireDistributions(where, '', x, y, size)
  }

  /** The rule's outputs for the batch that was loaded last, and that batch's targets. */
  predict(): { outputs: Matrix; targets: Matrix } {
    return { outputs: this.rule.predict(this.#x), targets: this.#y }
  }

  get settling(): Settling | undefined {
    return this.rule.settling
  }

  /** Throws `DISPOSED` when the rule's own memory or the network is gone. */
  requireAlive(where: string): void {
    this.region.requireAlive(where)
    this.network.requireAlive(where)
  }

  /** The rule's own parameters that no optimizer is applied to; what else a step writes, none here. */
  get following(): readonly ParameterGroup[] {
    return this.auxiliaries.filter(({ direction }) => direction === null).map(({ values }) => values)
  }

  readonly written: readonly Matrix[] = []

  /** What the rule does once the optimizer has been applied, with the size of its step. */
  follow(size: number): void {
    const { ops, layers } = this.network
    const { decay } = this.rule
    if (decay) for (const { parameters } of layers) ops.combine(1 - decay, parameters.weight, 0, parameters.weight)
    this.rule.applied?.(size)
  }

  dispose(): void {
    this.region.dispose()
  }

  #requireTargets(where: string, name: string, y: Numbers, count: number, first: number): void {
    const { expected, accepts } = this.loss.targets
    const { outputs } = this.network
    for (let i = 0; i < count; i++)
      if (!accepts(y[i])) throw new NgradError('RANGE', `${where}${name}.y, ${place(i, outputs, first)}`, expected, y[i])
  }

  /** Where the rule's claim is false for rows of targets, or of inputs, that do not sum to 1: it does not learn from them. */
  #requireDistributions(where: string, name: string, x: Numbers, y: Numbers, rows: number): void {
    const {
      learner,
      loss,
      network: { inputs, outputs },
    } = this
    const { compares } = learner
    if (compares === undefined || !loss.distributions) return
    const values = compares === 'targets' ? y : x
    const columns = compares === 'targets' ? outputs : inputs
    for (let row = 0; row < rows; row++) {
      let sum = 0
      for (let j = 0; j < columns; j++) sum += values[row * columns + j]
      if (!(Math.abs(sum - 1) <= rowSumTolerance)) {
        const side = compares === 'targets' ? 'y' : 'x'
        throw new NgradError(
          'RANGE',
          `${where}${name}.${side}, row ${row}`,
          `numbers that sum to 1, for ${learner.name} and ${loss.name}`,
          sum,
        )
      }
    }
  }

  /** Gives what is as high as the batch `rows` rows. When memory runs out half-way, the next batch tries again. */
  #resize(rows: number): void {
    if (rows === this.#rows) return
    this.#rows = 0
    for (const matrix of this.#batchHigh) this.region.resize(matrix, rows)
    this.#rows = rows
  }

  #batch(columns: number): Matrix {
    const matrix = this.region.matrix(this.network.dtype, 0, columns)
    this.#batchHigh.push(matrix)
    return matrix
  }

  #site(): Site {
    const { network, region, loss, seed } = this
    return {
      network,
      region,
      loss,
      ops: network.ops,
      direction: network.layerParameters(this.direction),
      batch: (columns) => this.#batch(columns),
      batchDoubles: () => {
        const column = region.matrix('f64', 0, 1)
        this.#batchHigh.push(column)
        return column
      },
      activities: (layers = network.layers) => [this.#x, ...layers.map(({ outputs }) => this.#batch(outputs))],
      auxiliary: (name, specs, taught) => {
        const values = new ParameterGroup(name, region, network.dtype, specs)
        const auxiliary = { values, direction: taught ? values.like(region, `${name} direction`) : null }
        this.auxiliaries.push(auxiliary)
        return auxiliary
      },
      random: (purpose) => {
        const random = new Random(seed, purposes[purpose])
        this.randoms.push([purpose, random])
        return random
      },
    }
  }

  #requireFinite(where: string, loss: number): void {
    if (!Number.isFinite(loss)) throw new NgradError('NOT_FINITE', `${where}: loss`, 'a finite number', loss)
    const { ops } = this.network
    this.largest = 0
    for (const { flat } of this.#directions) this.largest = Math.max(this.largest, ops.maxAbsolute(flat)) // NaN where one is
    if (Number.isFinite(this.largest)) return
    const bad = this.#directions.flatMap(({ parameters }) => parameters).find(({ matrix }) => ops.firstNonFinite(matrix) >= 0)
    throw new NgradError('NOT_FINITE', `${where}: direction of ${bad?.name}`, 'finite numbers', 'NaN or infinity')
  }
}
