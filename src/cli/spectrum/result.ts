// What `ngrad spectrum` finds: what --json prints, and what the table and the report show.
import type { Feedback, Settling } from '../../learners/learner.js'
import type { Classifier } from '../../learners/registry.js'
import type { VerifiedClaim } from '../../verify/verified-claim.js'
import type { machine } from '../host.js'
import { mean, type Run } from './experiment.js'

export interface Spectrum {
  readonly version: string
  readonly machine: typeof machine
  readonly date: string
  readonly data: {
    readonly name: string
    readonly statement: string
    readonly train: number
    readonly test: number
    /** The test error of whoever always names the commonest class of the test images. */
    readonly chance: number
  }
  readonly network: string
  readonly loss: 'crossEntropy'
  readonly seeds: number
  /** What all angles are to. */
  readonly reference: 'backprop'
  /** From the least feedback to the most. */
  readonly rules: readonly SpectrumRow[]
  readonly seconds: number
}

export interface SpectrumRow {
  readonly rule: string
  readonly paper: string
  readonly feedback: Feedback
  /** The rule's claim, measured on random small networks apart from the runs here. */
  readonly claim: VerifiedClaim
  readonly epochs: number
  readonly batchSize: number
  /** Over the seeds, at the end of training. */
  readonly testError: { readonly mean: number; readonly min: number; readonly max: number }
  /** To backprop, layer by layer, the mean over the seeds at the end of training. */
  readonly degrees: readonly number[]
  /** The same to recurrent backprop, for rules whose network settles. */
  readonly degreesToSettled: readonly number[] | null
  /** The median of rounds that take turns when nothing else of ours runs, by processor time. */
  readonly samplesPerSecond: number
  /** The worst over the seeds at the end of training, for rules that settle. */
  readonly settling: Settling | null
  /** The share of all steps of training that ended before their relaxation had settled. */
  readonly unsettled: number
  readonly runs: readonly Run[]
}

/** Before it is known how fast. */
export type Unmeasured = Omit<SpectrumRow, 'samplesPerSecond'>

export function summarize({ name, paper, recipe }: Classifier, claim: VerifiedClaim, epochs: number, runs: readonly Run[]): Unmeasured {
  const ends = runs.map(({ points }) => points.at(-1)!)
  const errors = ends.map(({ testError }) => testError)
  const settlings = ends.flatMap(({ settling }) => settling ?? [])
  const settled = ends.flatMap(({ degreesToSettled }) => (degreesToSettled === null ? [] : [degreesToSettled]))
  return {
    rule: name,
    paper,
    feedback: recipe.learner.feedback,
    claim,
    epochs,
    batchSize: recipe.batchSize,
    testError: { mean: mean(errors), min: Math.min(...errors), max: Math.max(...errors) },
    degrees: byColumn(
      ends.map(({ degrees }) => degrees),
      mean,
    ),
    degreesToSettled: settled.length === 0 ? null : byColumn(settled, mean),
    settling:
      settlings.length === 0
        ? null
        : {
            sweeps: Math.max(...settlings.map(({ sweeps }) => sweeps)),
            residual: Math.max(...settlings.map(({ residual }) => residual)),
            converged: settlings.every(({ converged }) => converged),
          },
    unsettled: sum(runs.map((run) => run.unsettledSteps)) / Math.max(1, sum(runs.map(({ steps }) => steps))),
    runs,
  }
}

/** A line for each point of each run. */
export const runRows = (rows: readonly SpectrumRow[]) =>
  rows.flatMap(({ rule, feedback, runs }) =>
    runs.flatMap(({ seed, points }) =>
      points.map(({ epoch, loss, testError, degrees }) => ({ rule, feedback, seed, epoch, loss, testError, degrees })),
    ),
  )

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** `of` each column of a list of rows. */
export const byColumn = <T>(rows: readonly (readonly number[])[], of: (column: number[]) => T): T[] =>
  rows[0].map((_, i) => of(rows.map((row) => row[i])))
