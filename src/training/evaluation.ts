// What a trainer's rule is worth on data: the loss, and figures beside it.
import { placeOfLargest } from '../core/class-of.js'
import type { Matrix } from '../core/memory.js'
import { describe, NgradError, requireOptions } from '../errors.js'
import type { Objective } from '../losses/loss.js'
import type { Gathering, Metric } from '../losses/metric.js'
import { type Batch, rowsOf, takeBatch } from '../learners/batch.js'
import type { Estimator } from '../learners/estimator.js'
import { chunkRows } from '../models/in-chunks.js'
import type { Model } from '../models/model.js'

/** How well predictions match targets. */
export interface Evaluation<Metrics extends Chosen = Chosen> {
  /** The mean loss; of one that is `weighted`, by the weights of the examples, which no other figure heeds. */
  readonly loss: number
  /** The share of examples whose largest output is the largest target; of one output, on the target's side of 1/2. */
  readonly accuracy: number
  /** Those that were asked for, under the names that they were given. */
  readonly metrics: { readonly [Name in keyof Metrics]: Metrics[Name] extends Metric<infer Value> ? Value : never }
}

/** Metrics, under names of the caller's. */
export type Chosen = Readonly<Record<string, Metric>>

/** Options of `evaluate`. */
export interface EvaluateOptions<Metrics extends Chosen = Chosen> {
  /**
   * What is computed beside loss and accuracy; default, by the loss: `rSquared` and `meanAbsoluteError` for `squaredError`,
   * `binaryAccuracy` for `binaryCrossEntropy`, under these names; nothing more for others.
   */
  readonly metrics?: Metrics
}

/** The metrics that are given, or the loss's own, about to be gathered. Throws `TYPE`, `RANGE`. */
class Metrics {
  readonly #loss: Objective
  readonly #gathered: (readonly [name: string, Gathering])[]

  constructor(where: string, loss: Objective, outputs: number, options: EvaluateOptions) {
    const { metrics } = requireOptions(`${where}: options`, options, { metrics: true })
    const chosen = metrics ?? Object.fromEntries((loss.metrics?.() ?? []).map((metric) => [metric.name, metric]))
    if (typeof chosen !== 'object' || chosen === null)
      throw new NgradError('TYPE', `${where}: metrics`, 'an object of metrics, by name', describe(chosen))
    this.#loss = loss
    this.#gathered = Object.entries(chosen).map(([name, metric]) => {
      if (typeof metric?.begin !== 'function')
        throw new NgradError('TYPE', `${where}: metrics.${name}`, 'a metric, such as rSquared()', describe(metric))
      return [name, metric.begin(outputs, loss.threshold ?? 0)]
    })
  }

  /** Some rows. The outputs become what the loss reads in them. */
  add({ ops }: { readonly ops: Parameters<Objective['evaluate']>[0] }, h: Matrix, y: Matrix): void {
    if (this.#gathered.length === 0) return
    const outputs = h.read()
    if (this.#loss.of === 'outputs') this.#loss.probabilities?.(ops, h, h)
    const [p, targets] = [h.read(), y.read()]
    for (const [, metric] of this.#gathered) metric.add(outputs, p, targets)
  }

  /** The figures. */
  get values(): Record<string, unknown> {
    return Object.fromEntries(this.#gathered.map(([name, metric]) => [name, metric.value()]))
  }
}

/** Who is evaluated: a trainer. */
interface Evaluated {
  readonly model: Model
  readonly loss: Objective | undefined
  readonly estimator: Pick<Estimator, 'outputs' | 'predict' | 'bound'> & { load(where: string, batch: Batch, first: number): void }
}

/** @internal The figures of a trainer's rule on data, some rows at a time. */
export function evaluated<Figures extends Chosen>(
  where: string,
  { model, loss, estimator }: Evaluated,
  data: Batch,
  options: EvaluateOptions<Figures>,
): Evaluation<Figures> {
  if (loss === undefined) throw new NgradError('UNSUPPORTED', where, 'a trainer with a loss', model.kind)
  const { ops } = model
  const metrics = new Metrics(where, loss, estimator.outputs, options)
  const taken = takeBatch(where, 'data', data, model, loss)
  const { size } = taken
  let sum = 0
  let correct = 0
  for (let start = 0; start < size; start += chunkRows) {
    estimator.load(where, rowsOf(taken, model, start, chunkRows), start)
    const { outputs: h, targets } = estimator.predict()
    if (ops.firstNonFinite(h) >= 0) throw new NgradError('NOT_FINITE', `${where}: outputs`, 'finite numbers', 'NaN or infinity')
    correct += h.columns === 1 ? onTargetSide(loss, h, targets) : ops.countCorrect(h, targets)
    if (loss.of === 'actions') chooseLikeliest(h)
    sum += estimator.bound!.evaluate(ops, h, targets, null)
    if (!Number.isFinite(sum)) throw new NgradError('NOT_FINITE', `${where}: loss`, 'a finite number', sum)
    metrics.add(model, h, targets)
  }
  return { loss: sum / size, accuracy: correct / size, metrics: metrics.values as Evaluation<Figures>['metrics'] }
}

/** How many of single outputs are on the targets' side of 1/2. */
function onTargetSide({ threshold = 0 }: Objective, h: Matrix, y: Matrix): number {
  const predictions = h.read()
  const targets = y.read()
  return predictions.filter((value, i) => value > threshold === targets[i] > 0.5).length
}

/** Each row becomes one-hot in its largest number, the first of equal ones. */
function chooseLikeliest(h: Matrix): void {
  const numbers = h.read()
  for (let row = 0; row < h.rows; row++) {
    const of = numbers.subarray(row * h.columns, (row + 1) * h.columns)
    const likeliest = placeOfLargest(of, 0, of.length)
    of.fill(0)
    of[likeliest] = 1
  }
  h.write(numbers)
}
