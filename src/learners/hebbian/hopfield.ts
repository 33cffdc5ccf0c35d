// Hopfield's storage prescription: each pair of units is as strongly connected as patterns have them alike.
//
//   W = (1/n) sum_mu xi^mu xi^muT,  diagonal 0                     of n units: G_W = -(1/n) X^T X, diagonal 0
//
// Hopfield 1982, PNAS 79:2554, up to the scale, which is that of Amit, Gutfreund & Sompolinsky 1985, Phys. Rev. A 32:1007. What it is
// told is nothing, and what it stores adds up: its direction is the sum over the patterns of a batch, not their mean, so that
// `sgd({ learningRate: 1 })` stores them, at once or one after another.
// Claims: exact, the sum of outer products; a statistic, the share of the
// units that a stored pattern's first step gets wrong, near 1/2 erfc(sqrt(n / (2 (P - 1)))) for P patterns at random.
import type { NoOptions } from '../../options.js'
import { defineRule } from '../define-rule.js'
import type { AssociativeMemory } from '../../models/associative-memory.js'
import { bytesPerElement } from '../../core/dtype.js'

/**
 * Storage of patterns of -1 and 1 in an `associativeMemory`. It takes batches `{ x, size }`, and no loss; steps return nothing.
 *
 * ```ts
 * createTrainer(memory, { learner: hopfield(), optimizer: sgd({ learningRate: 1 }) }).step({ x: patterns, size })
 * ```
 */
export const hopfield = defineRule<NoOptions, never, AssociativeMemory>('hopfield', {}, () => ({
  feedback: 'none',
  told: 'nothing',
  claims: [
    { kind: 'exact', of: 'the sum of outer products' },
    { kind: 'statistic', of: 'the share of units that a stored pattern gets wrong' },
  ],
  attach: ({ model, ops, directions, x }) => {
    const weight = directions[0].named('weight').matrix
    const bytes = bytesPerElement(model.dtype)
    return {
      estimate: () => {
        ops.multiplyTN(x, x, weight, -1 / model.units)
        const numbers = weight.views()[model.dtype]
        for (let i = 0; i < model.units; i++) numbers[weight.pointer / bytes + i * (model.units + 1)] = 0
        return undefined
      },
    }
  },
}))
