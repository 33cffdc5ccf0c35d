// Sampling: a layer given another one, all units at once, and a network of symmetric weights unit after unit, with
// annealing (Geman & Geman 1984; Ackley, Hinton & Sejnowski 1985; both after).
import { bytesPerElement } from '../core/dtype.js'
import type { Matrix } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import type { Random } from '../core/random.js'
import { activationCode } from '../layers/activation.js'

export const sigmoid = activationCode('models', 'sigmoid')
export const identity = activationCode('models', 'identity')

/** p <- sigmoid(x W^T + b), of a layer whose weights from x are W [units x inputs]. */
export function probabilitiesUp(ops: Operations, x: Matrix, weight: Matrix, bias: Matrix, p: Matrix): void {
  ops.multiplyNT(x, weight, p)
  ops.activateRows(sigmoid, bias, p)
}

/** p <- sigmoid(h W + b), back through the same W. */
export function probabilitiesDown(ops: Operations, h: Matrix, weight: Matrix, bias: Matrix, p: Matrix): void {
  ops.multiplyNN(h, weight, p)
  ops.activateRows(sigmoid, bias, p)
}

/** Writes the first `held` columns of x into those of the states, row by row. */
export function hold(x: Matrix, held: number, states: Matrix): void {
  const numbers = x.views()[x.dtype]
  const from = x.pointer / bytesPerElement(x.dtype)
  const to = states.pointer / bytesPerElement(x.dtype)
  for (let row = 0; row < states.rows; row++)
    for (let unit = 0; unit < held; unit++) numbers[to + row * states.columns + unit] = numbers[from + row * x.columns + unit]
}

/** One sweep of Gibbs sampling over the units from `held` on, at a temperature. */
export function gibbsSweep(
  ops: Operations,
  random: Random,
  weight: Matrix,
  bias: Matrix,
  temperature: number,
  held: number,
  uniforms: Matrix,
  states: Matrix,
): void {
  random.uniform(uniforms, 0, 1)
  ops.sweepUnits(weight, bias, temperature, uniforms, held, states)
}
