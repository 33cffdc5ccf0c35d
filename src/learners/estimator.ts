// A rule attached to a model, with the batch, the directions and the rule's own parameters: what trainers and measurements
// both need.
import { BatchHigh } from '../core/batch-high.js'
import { bytesPerElement } from '../core/dtype.js'
import { Matrix, Region } from '../core/memory.js'
import { countOf, type Numbers, type Remembered, takeNumbers, unreadable } from '../core/numbers.js'
import { Occupation } from '../core/occupation.js'
import { operations } from '../core/operations.js'
import { Random, stream } from '../core/random.js'
import type { Validity } from '../core/validity.js'
import type { Environment } from '../environments/environment.js'
import type { Source } from '../environments/source.js'
import { describe, NgradError, requireNumber } from '../errors.js'
import { ParameterGroup } from '../layers/parameter.js'
import type { Objective } from '../losses/loss.js'
import { type Model, writeRows } from '../models/model.js'
import { Network } from '../models/network.js'
import { aBatch, type Batch, unweighed, type BatchOf, type Examples, type TakenBatch } from './batch.js'
import type { Auxiliary, Learner, NetworkSite, Purpose, Rule, Settling, Site, SiteOf, State } from './learner.js'
import { requireDistributions, requireExamples, requireTargets } from './teachable.js'
import { BoundObjective } from './told.js'

const weightSumTolerance = 1e-6
const purposes = { feedback: stream.feedback, noise: stream.noise, policy: stream.policy }

export class Estimator<M extends Model = Network> {
  /** One group for each of the model's. */
  readonly directions: readonly ParameterGroup[]
  readonly auxiliaries: Auxiliary[] = []
  /** The rule's places in its streams, by purpose. */
  readonly randoms: (readonly [purpose: string, random: Random])[] = []
  /** What the rule keeps from step to step. */
  readonly states: (State & { readonly name: string; readonly validity: Validity | undefined })[] = []
  readonly rule: Rule
  /** The largest magnitude in the directions of the last estimate. */
  largest = 0
  readonly region: Region
  readonly #batchHigh: BatchHigh
  readonly #x: Matrix
  readonly #y: Matrix
  /** Of what may be weighed, a column; else no rows. */
  readonly #weights: Matrix
  /** The loss of the batch at hand. */
  readonly bound: Objective | null
  /** Those of the model, and those of the rule's own parameters. */
  readonly allDirections: readonly ParameterGroup[]
  /** How many numbers a sample's targets have. */
  readonly outputs: number
  readonly #attached: boolean = false
  /** What was learned from last. */
  readonly #last: { readonly x: Remembered; readonly y: Remembered } = { x: {}, y: {} }
  readonly occupation = new Occupation()
  /** The environment that the rule acts in. */
  readonly source: Source | null

  constructor(
    readonly model: M,
    readonly learner: Learner<M>,
    readonly loss: Objective | null,
    readonly seed: number,
    owner = 'trainer',
    environment: Environment | null = null,
    /** Where random numbers come from: others than the seed's, where a measurement goes through all of them. */
    private readonly draws: (purpose: Purpose) => Random = (purpose) => new Random(seed, purposes[purpose]),
  ) {
    model.requireAlive('createTrainer(model)')
    const network = model instanceof Network ? model : null
    const recurrent = network?.layers.find(({ parameters }) => parameters.lateral)
    if (recurrent && !learner.lateral)
      throw new NgradError('UNSUPPORTED', `${learner.name}: layers[${recurrent.index}]`, 'a layer without lateral weights', recurrent.kind)
    this.outputs = loss && network ? network.outputs : 0
    this.region = new Region(owner)
    try {
      this.source = environment && new learner.acts!(environment, this.region, seed)
      this.#batchHigh = new BatchHigh(this.region)
      this.directions = model.groups.map((group) => group.like(this.region, network ? 'direction' : `${group.name} direction`))
      this.#x = this.#batchHigh.matrix(model.dtype, model.width)
      this.#y = loss ? this.#batchHigh.matrix(model.dtype, this.outputs) : new Matrix(model.dtype, 0, 0, 0)
      const weighs = learner.weighs || loss?.weighs
      this.#weights = weighs || !network ? this.#batchHigh.matrix('f64', 1) : new Matrix('f64', 0, 0, 0)
      this.bound = loss?.bind?.(this, this.#weights, this.#batchHigh.matrix('f64', 1)) ?? loss
      this.rule = learner.attach(this.#site() as SiteOf<M>)
      if (typeof this.rule?.estimate !== 'function' || (network && typeof this.rule.predict !== 'function'))
        throw new NgradError('TYPE', `${learner.name}: attach(site)`, 'a rule { estimate, predict }', describe(this.rule))
      this.#attached = true
      this.allDirections = [...this.directions, ...this.auxiliaries.flatMap(({ direction }) => direction ?? [])]
      for (const { values } of this.auxiliaries) values.requireFinite(`${learner.name}: ${values.name}`)
    } catch (error) {
      this.region.dispose()
      throw error
    }
  }

  /** The model's first direction; of a network, the one of all its parameters. */
  get direction(): ParameterGroup {
    return this.directions[0]
  }

  /**
   * Estimates the directions for a batch.
   * @returns the mean loss, where there is one
   * @throws NgradError for a batch that does not fit; `NOT_FINITE` when the loss or a direction is not finite
   */
  estimate(where: string, batch: BatchOf<M> | undefined): number | undefined {
    if (this.source && batch !== undefined) throw new NgradError('TYPE', where, 'no batch, in an environment', describe(batch))
    this.#load(where, (this.source?.batch ?? batch) as BatchOf<M>, 0, true)
    const figure = this.rule.estimate()
    this.requireFinite(where, figure)
    return figure
  }

  /** Remembers where the rule's noise stands, for `rewind`. */
  mark(): void {
    for (let i = 0; i < this.randoms.length; i++) this.randoms[i][1].mark() // not every V8 spares the iterator
    this.source?.random.mark()
  }

  /** Takes the rule's noise back to the last `mark`. */
  rewind(): void {
    for (const [, random] of this.randoms) random.rewind()
    this.source?.random.rewind()
  }

  /** Copies a batch into WASM memory, and checks it. Errors count its rows from `first`. */
  load(where: string, batch: BatchOf<M>, first = 0): void {
    this.#load(where, batch, first, false)
  }

  /**
   * Also checks, for learning, that the rule can learn from it. While the batch is read, which may run anything of the
   * caller's, nothing has changed, and nothing else can be estimated.
   */
  #load(where: string, batch: Batch | Examples, first: number, learning: boolean): void {
    this.occupation.requireNone(where)
    const last = learning ? this.#last : undefined
    const { width } = this.model
    let x: Numbers
    let y: Numbers | null
    let weights: Numbers | null
    let rows: number
    this.occupation.reading = true
    try {
      if (typeof batch !== 'object' || batch === null) throw new NgradError('TYPE', where, aBatch, describe(batch))
      const { x: givenX, y: givenY, size, weights: givenWeights } = batch as Batch & Examples
      x = takeNumbers(where, ': batch.x', givenX, width, undefined, last?.x)
      if (givenWeights !== undefined && !(this.loss ? this.loss.weighs : this.learner.weighs)) throw unweighed(`${where}: batch`)
      y = this.loss ? takeNumbers(where, ': batch.y', givenY, this.outputs, undefined, last?.y) : null
      weights = givenWeights === undefined ? null : takeNumbers(where, ': batch.weights', givenWeights, 1)
      rows = countOf(where, ': batch.x', x) / width
      if (rows === 0) throw new NgradError('RANGE', `${where}: batch.size`, 'at least one sample', 0)
      if (size !== rows && !(this.loss && size === undefined))
        throw new NgradError('SHAPE', `${where}: batch.size`, `${rows}, as there are rows in x`, describe(size))
      const targets = y ? countOf(where, ': batch.y', y) / this.outputs : rows
      if (targets !== rows) throw new NgradError('SHAPE', `${where}: batch.y`, `${rows} rows of ${this.outputs}`, `${targets} rows`)
      const weighted = weights ? countOf(where, ': batch.weights', weights) : rows
      if (weighted !== rows) throw new NgradError('SHAPE', `${where}: batch.weights`, `${rows} numbers`, weighted)
    } catch (cause) {
      throw unreadable(where, aBatch, cause)
    } finally {
      this.occupation.reading = false
    }
    this.requireAlive(where)
    this.#batchHigh.resize(rows)
    this.model.load(where, ': batch.x', x, this.#x, first)
    requireExamples(where, ': batch', x, rows * width, first, this.model)
    if (y) {
      writeRows(where, ': batch.y', y, this.#y, first)
      requireTargets(where, ': batch', y, rows * this.outputs, this.outputs, first, this.loss!)
    }
    if (this.#weights.columns > 0) this.#weigh(where, weights, rows)
    if (y && learning) requireDistributions(where, ': batch', x, y, rows, this)
  }

  /** Throws, with the row, for data from which the rule could not learn. */
  requireTeachable(where: string, { x, y, size }: TakenBatch): void {
    requireExamples(where, '', x, size * this.model.width, 0, this.model)
    if (!y) return
    requireTargets(where, '', y, size * this.outputs, this.outputs, 0, this.loss!)
    requireDistributions(where, '', x, y, size, this)
  }

  /** The rule's outputs for the batch that was loaded last, and that batch's targets. Of networks alone. */
  predict(): { outputs: Matrix; targets: Matrix } {
    return { outputs: this.rule.predict!().at(-1)!, targets: this.#y }
  }

  /** The activities h_0 ... h_L of the rule's network for rows without targets. Of networks alone. */
  activitiesOf(where: string, x: Numbers, rows: number, first: number): readonly Matrix[] {
    this.occupation.requireNone(where)
    this.requireAlive(where)
    this.#batchHigh.resize(rows)
    this.model.load(where, '', x, this.#x, first)
    return this.rule.predict!()
  }

  /** How many rows the batch has that was loaded last. */
  get rows(): number {
    return this.#x.rows
  }

  get settling(): Settling | undefined {
    return this.rule.settling
  }

  /** Throws `DISPOSED` when the rule's own memory or the model is gone. */
  requireAlive(where: string): void {
    this.region.requireAlive(where)
    this.model.requireAlive(where)
  }

  /** The rule's own parameters that no optimizer is applied to; what else a step writes. */
  get following(): readonly ParameterGroup[] {
    return this.auxiliaries.filter(({ direction }) => direction === null).map(({ values }) => values)
  }

  get written(): readonly Matrix[] {
    return this.states.map(({ now }) => now)
  }

  /** Carries the action of the last estimate out, in an environment that nothing yet sees to have moved on. */
  act(where: string): void {
    const { actions } = this.rule
    if (!this.source || !actions) return
    const numbers = actions.views()[actions.dtype]
    const first = actions.pointer / bytesPerElement(actions.dtype)
    let action = 0
    while (numbers[first + action] !== 1) action++
    this.source.advance(where, action)
  }

  /** What the rule does once the optimizer has been applied, with the size of its step. */
  follow(size: number): void {
    const { decay } = this.rule
    if (decay && this.model instanceof Network)
      for (const { parameters } of this.model.layers) this.model.ops.combine(1 - decay, parameters.weight, 0, parameters.weight)
    this.rule.applied?.(size)
    for (let i = 0; i < this.states.length; i++) this.states[i].now.copy(this.states[i].next)
    this.source?.commit()
  }

  dispose(): void {
    this.region.dispose()
  }

  /** Writes the weight of each sample, 1 where none are given; without a loss its share, of which all sum to 1. */
  #weigh(where: string, weights: Numbers | null, rows: number): void {
    if (weights === null) return this.#weights.fill(this.loss ? 1 : 1 / rows)
    let sum = 0
    for (let i = 0; i < rows; i++) sum += requireNumber(`${where}: batch.weights[${i}]`, weights[i], 0)
    if (!this.loss && Math.abs(sum - 1) > weightSumTolerance) throw new NgradError('RANGE', `${where}: batch.weights`, 'a sum of 1', sum)
    this.#weights.write(weights)
  }

  #site(): Site<M> | NetworkSite {
    const { model, region, bound: loss } = this
    const { dtype, ops } = model
    const site: Site<M> = {
      model,
      region,
      ops,
      x: this.#x,
      directions: this.directions,
      weights: this.#weights,
      batch: (columns, copies) => this.#batchHigh.matrix(dtype, columns, copies),
      batchDoubles: (copies) => this.#batchHigh.matrix('f64', 1, copies),
      taught: (name, specs) => {
        const values = new ParameterGroup(name, region, dtype, specs)
        const taught = { values, direction: values.like(region, `${name} direction`) }
        this.auxiliaries.push(taught)
        return taught
      },
      untaught: (name, specs) => {
        const values = new ParameterGroup(name, region, dtype, specs)
        this.auxiliaries.push({ values, direction: null })
        return values
      },
      state: (name, rows, columns, { dtype: of = dtype, validity } = {}) => {
        const state = { name, validity, now: region.matrix(of, rows, columns), next: region.matrix(of, rows, columns) }
        this.states.push(state)
        return state
      },
      random: (purpose) => {
        const known = this.randoms.find(([name]) => name === purpose)
        if (known) return known[1] // a second one would draw the same numbers again
        if (this.#attached)
          throw new NgradError(
            'STATE',
            `${this.learner.name}: random('${purpose}')`,
            'to be called while the rule is attached',
            'a later call',
          )
        const random = this.draws(purpose)
        this.randoms.push([purpose, random])
        return random
      },
    }
    if (!(model instanceof Network)) return site
    return {
      ...site,
      model,
      network: model,
      stream: this.source,
      ...(loss && { loss, y: this.#y, objective: new BoundObjective(ops, loss, this.#y) }),
      direction: model.layerParameters(this.direction),
      activities: (layers = model.layers) => [this.#x, ...layers.map(({ outputs }) => this.#batchHigh.matrix(dtype, outputs))],
    }
  }

  /** Throws `NOT_FINITE` where the figure, a state or a direction is not; and says how large the directions are. */
  requireFinite(where: string, loss: number | undefined): void {
    if (loss !== undefined && !Number.isFinite(loss)) throw new NgradError('NOT_FINITE', `${where}: loss`, 'a finite number', loss)
    for (let i = 0; i < this.states.length; i++) {
      const { name, next } = this.states[i]
      if (operations(next.dtype).firstNonFinite(next) >= 0)
        throw new NgradError('NOT_FINITE', `${where}: ${name} of ${this.learner.name}`, 'finite numbers', 'NaN or infinity')
    }
    const { ops } = this.model
    this.largest = 0
    for (const { flat } of this.allDirections) this.largest = Math.max(this.largest, ops.maxAbsolute(flat)) // NaN where one is
    if (Number.isFinite(this.largest)) return
    const bad = this.allDirections.flatMap(({ parameters }) => parameters).find(({ matrix }) => ops.firstNonFinite(matrix) >= 0)
    throw new NgradError('NOT_FINITE', `${where}: direction of ${bad?.name}`, 'finite numbers', 'NaN or infinity')
  }
}
