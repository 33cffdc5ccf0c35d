// A taught network in use: what it makes of rows without targets.
import { type FloatArray, floatArray } from '../core/dtype.js'
import type { Matrix } from '../core/memory.js'
import { lengthOf, type Numbers, takeNumbers } from '../core/numbers.js'
import { NgradError } from '../errors.js'
import type { Layer } from '../layers/layer.js'
import type { Objective } from '../losses/loss.js'
import { inChunks } from '../models/in-chunks.js'
import { type Network, readFinite } from '../models/network.js'

/** A network with what computes its activities h_0 ... h_L for rows, of which the first is row `first`. */
export interface Running {
  readonly network: Network
  readonly loss: Pick<Objective, 'name' | 'probabilities'> | undefined
  run(where: string, x: Numbers, rows: number, first: number): readonly Matrix[]
}

/** The outputs h_L. */
export const outputsOf = (where: string, running: Running, x: ArrayLike<number>): FloatArray =>
  gathered(where, running, x, running.network.layers.slice(-1))[0]

/** The probabilities that the loss reads in the outputs. Throws `UNSUPPORTED` for a loss that reads none. */
export function probabilitiesOf(where: string, running: Running, x: ArrayLike<number>): FloatArray {
  const { network, loss } = running
  const probabilities = loss?.probabilities
  if (probabilities === undefined)
    throw new NgradError('UNSUPPORTED', where, 'a loss of probabilities, such as crossEntropy()', loss?.name ?? 'no loss')
  return gathered(where, running, x, network.layers.slice(-1), (h) => probabilities(network.ops, h, h))[0]
}

/** The activities h_1 ... h_L of all layers. */
export const activitiesOf = (where: string, running: Running, x: ArrayLike<number>): FloatArray[] =>
  gathered(where, running, x, running.network.layers)

/** Copies of the activities of some layers for all rows. */
function gathered(
  where: string,
  { network, run }: Running,
  x: ArrayLike<number>,
  layers: readonly Layer[],
  finish?: (activities: Matrix) => void,
): FloatArray[] {
  const { inputs, dtype } = network
  const values = takeNumbers(where, '', x, inputs)
  network.requireAlive(where)
  const size = lengthOf(values) / inputs
  const copies = layers.map(({ outputs }) => floatArray(dtype, size * outputs))
  inChunks(values, inputs, (chunk, rows, first) => {
    const h = run(where, chunk, rows, first)
    layers.forEach(({ index, outputs }, i) => {
      finish?.(h[index + 1])
      copies[i].set(readFinite(`${where}: outputs`, h[index + 1]), first * outputs)
    })
  })
  return copies
}
