// The statistic of the NGRAD hypothesis, *neural gradient representation by activity differences*: what a synapse
// can know of the error is how the activity of its target differs between two states of the network.
//
//   G = -(plus - minus)^T pre / (N scale)
//
// Every phase rule here is a choice of the two states, of the presynaptic activity, and of the scale that says how
// strong the pull between the states was. Lillicrap et al. 2020, Nat. Rev. Neurosci. 21:335.
import { lengthOf, part, requireFinite, takeRows } from '../core/numbers.js'
import { describe, NgradError, requireArray, requireNumber } from '../errors.js'

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
  const plus = takeStates('ngrad: statePlus', statePlus)
  const before = takeStates('ngrad: pre', pre, plus.length)
  const minus = takeStates('ngrad: stateMinus', stateMinus, plus.length, plus[0].length)
  if (requireNumber('ngrad: scale', scale) === 0) throw new NgradError('RANGE', 'ngrad: scale', 'a number other than 0', 0)
  const [rows, columns, below] = [plus.length, plus[0].length, before[0].length]
  const g = new Float64Array(columns * below)
  for (let n = 0; n < rows; n++)
    for (let i = 0; i < columns; i++) {
      const difference = -(plus[n][i] - minus[n][i]) / (rows * scale)
      for (let j = 0; j < below; j++) g[i * below + j] += difference * before[n][j]
    }
  return g
}

/** The rows, each read once, of the width of the first or the one given. */
function takeStates(where: string, states: States, rows?: number, columns?: number): Float64Array[] {
  const taken: Float64Array[] = []
  let width = columns
  requireArray(where, states, (row, n) => {
    const numbers = takeRows(`${where}[${n}]`, row, 1)
    width ??= lengthOf(numbers)
    if (lengthOf(numbers) !== width) throw new NgradError('SHAPE', `${where}[${n}]`, `${width} numbers`, lengthOf(numbers))
    requireFinite(`${where}[${n}]`, numbers, width)
    taken.push(Float64Array.from(part(numbers, 0, width)))
  })
  if (taken.length === 0) throw new NgradError('TYPE', where, 'an array of rows, one for each sample', describe(states))
  if (rows !== undefined && taken.length !== rows) throw new NgradError('SHAPE', where, `${rows} rows`, `${taken.length} rows`)
  return taken
}
