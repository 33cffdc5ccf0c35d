// The statistic of the NGRAD hypothesis, *neural gradient representation by activity differences*: what a synapse
// can know of the error is how the activity of its target differs between two states of the network.
//
//   G = -(plus - minus)^T pre / (N scale)
//
// Every phase rule here is a choice of the two states, of the presynaptic activity, and of the scale that says how
// strong the pull between the states was. Lillicrap et al. 2020, Nat. Rev. Neurosci. 21:335.
import { describe, NgradError, requireFinite, requireLength, requireNumber } from '../errors.js'

/** One row of activities for each sample. */
export type States = readonly ArrayLike<number>[]

/**
 * The activity-difference statistic of one layer, -(plus - minus)^T pre / (N scale): to be subtracted from its weights.
 *
 * @param statePlus activities of the layer under the influence of the target, a row for each of the N samples
 * @param stateMinus the same without it, or under the opposite influence
 * @param pre activities of the layer below
 * @param scale how strong the influence was, such as beta; not 0
 * @returns row-major [units of the layer, units below], as the weight is
 * @throws NgradError `TYPE`, `SHAPE`, `NOT_FINITE` for states that do not fit together, `RANGE` for scale 0
 */
export function ngrad(statePlus: States, stateMinus: States, pre: States, scale = 1): Float64Array {
  const samples = requireRows('ngrad: statePlus', statePlus)
  const below = requireRows('ngrad: pre', pre, samples.rows)
  requireRows('ngrad: stateMinus', stateMinus, samples.rows, samples.columns)
  if (requireNumber('ngrad: scale', scale) === 0) throw new NgradError('RANGE', 'ngrad: scale', 'a number other than 0', 0)
  const g = new Float64Array(samples.columns * below.columns)
  for (let n = 0; n < samples.rows; n++)
    for (let i = 0; i < samples.columns; i++) {
      const difference = -(statePlus[n]![i]! - stateMinus[n]![i]!) / (samples.rows * scale)
      for (let j = 0; j < below.columns; j++) g[i * below.columns + j]! += difference * pre[n]![j]!
    }
  return g
}

function requireRows(where: string, states: States, rows?: number, columns?: number): { rows: number; columns: number } {
  if (!Array.isArray(states) || !(states[0]?.length > 0))
    throw new NgradError('TYPE', where, 'an array of rows, one for each sample', describe(states))
  const width = columns ?? states[0].length
  if (rows !== undefined && states.length !== rows)
    throw new NgradError('SHAPE', where, `${rows} rows`, `${states.length} rows`)
  states.forEach((row, n) => {
    requireLength(`${where}[${n}]`, row, width)
    requireFinite(`${where}[${n}]`, row, width)
  })
  return { rows: states.length, columns: width }
}
