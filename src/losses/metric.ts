import type { FloatArray } from '../core/dtype.js'

/** A figure of how well predictions match targets, as data: `evaluate` computes those that it is given. */
export interface Metric<Value = unknown> {
  readonly name: string
  /**
   * Begins to gather it.
   *
   * @param outputs how many there are in a row
   * @param threshold above what an output says yes
   */
  begin(outputs: number, threshold: number): Gathering<Value>
}

/** A figure being gathered. */
export interface Gathering<Value = unknown> {
  /** Some rows, row-major: outputs h, what the loss reads in them p, and targets y. */
  add(h: FloatArray, p: FloatArray, y: FloatArray): void
  /** The figure of all rows so far. */
  value(): Value
}
