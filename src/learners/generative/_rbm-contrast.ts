// What every rule of the restricted Boltzmann machine does: with visible states v^+ of the data and v^- of the model,
//
//   G_W = -(<p(h|v^+) v^+T> - <p(h|v^-) v^-T>),    G_a = -(<v^+> - <v^->),    G_c = -(<p(h|v^+)> - <p(h|v^-)>).
//
// The rules differ in where v^- comes from: the ensemble that a negative phase hands over.
import type { Matrix } from '../../core/memory.js'
import { probabilitiesUp } from '../../dynamics/gibbs.js'
import type { Rule, Site } from '../learner.js'
import type { Rbm } from '../../models/rbm.js'

/** Visible states of the model, one a row, and the probability of each (doubles). */
export interface Ensemble {
  readonly states: Matrix
  readonly weights: Matrix
}

/** From the examples and p(h | v) of each, which it may overwrite, the ensemble of the model. */
export type NegativePhase = (x: Matrix, hidden: Matrix) => Ensemble

export function rbmContrast({ model, ops, region, directions, weights, batch, x }: Site<Rbm>, negative: NegativePhase): Rule {
  const { weight, hiddenBias } = model.matrices
  const [gWeight, gVisible, gHidden] = directions[0].parameters.map(({ matrix }) => matrix) as [Matrix, Matrix, Matrix]
  const hidden = batch(model.hidden)
  const scaled = { visible: region.matrix(model.dtype, 1, model.visible), hidden: region.matrix(model.dtype, 1, model.hidden) }
  const weigh = (from: Matrix, probabilities: Matrix, to: Matrix): void => {
    region.resize(to, from.rows)
    to.copy(from)
    ops.scaleRows(probabilities, to)
  }
  const add = (sign: number, v: Matrix, h: Matrix, probabilities: Matrix): void => {
    weigh(v, probabilities, scaled.visible)
    weigh(h, probabilities, scaled.hidden)
    const accumulate = sign > 0 // the data come first
    ops.multiplyTN(scaled.hidden, v, gWeight, sign, accumulate)
    ops.columnSums(scaled.visible, gVisible, sign, accumulate)
    ops.columnSums(scaled.hidden, gHidden, sign, accumulate)
  }
  const modelHidden = region.matrix(model.dtype, 1, model.hidden)
  return {
    estimate: () => {
      probabilitiesUp(ops, x, weight, hiddenBias, hidden)
      add(-1, x, hidden, weights)
      const ensemble = negative(x, hidden)
      region.resize(modelHidden, ensemble.states.rows)
      probabilitiesUp(ops, ensemble.states, weight, hiddenBias, modelHidden)
      add(1, ensemble.states, modelHidden, ensemble.weights)
    },
  }
}
