// What models promise however they were taught, on models of random parameters, against their definitions written out over all states
// in plain arithmetic.
import { helmholtzMachine } from '../../models/helmholtz-machine.js'
import type { Model } from '../../models/model.js'
import { predictiveHierarchy } from '../../models/predictive-hierarchy.js'
import { rbm } from '../../models/rbm.js'
import { relativeError } from '../distance.js'
import { affine, harmonies, hierarchyEnergy, logistic, states, sum } from '../oracles/models.js'
import { dot, rowsOf } from '../oracles/plain-network.js'
import type { Draws } from '../random-setting.js'
import { parametersOf, randomize, randomMachine } from './models.js'
import { exact, type Property } from './property.js'

const closedForm = { ...exact, kind: 'closedForm' } as const

export const machineClaims: readonly Property[] = [
  {
    ...closedForm,
    rule: 'rbm',
    claim: 'closed form: F(v) = -ln of the sum of exp(-E(v, h)) over the hidden states',
    conditions: '1 to 5 visible and 1 to 4 hidden units, parameters U(-1, 1)',
    measure: freeEnergyError,
  },
  {
    ...closedForm,
    rule: 'boltzmannMachine',
    claim: 'closed form: P(v) is the sum of exp(-E) / Z over the hidden states',
    conditions: '1 to 4 visible and 0 to 3 hidden units, parameters U(-1, 1)',
    measure: boltzmannError,
  },
  {
    ...closedForm,
    rule: 'helmholtzMachine',
    claim: 'closed form: ln P(v) is that of the sum of P(v, h) over the hidden states',
    conditions: 'layers of 1 to 4, 1 to 3 and 1 to 2 units, parameters U(-1, 1)',
    measure: logLikelihoodError,
  },
  {
    ...closedForm,
    rule: 'predictiveHierarchy',
    claim: 'closed form: F = sum_k p_k |x_k - mu_k|^2 / 2 of the causes inferred',
    conditions: 'layers of 1 to 4, 1 to 3 and 1 to 2 tanh units, random precisions',
    measure: causesError,
  },
]

/** The probability of binary states whose units are 1 with those probabilities. */
const chance = (s: readonly number[], p: readonly number[]): number => s.reduce((all, one, i) => all * (one ? p[i] : 1 - p[i]), 1)

function withModel<M extends Model>(model: M, measure: (model: M) => number): number {
  try {
    return measure(model)
  } finally {
    model.dispose()
  }
}

function freeEnergyError(draws: Draws): number {
  const [visible, hidden] = [draws.integer(1, 5), draws.integer(1, 4)]
  return withModel(randomize(rbm({ visible, hidden }).build({ dtype: 'f64' }), draws), (model) => {
    const { weight, visibleBias, hiddenBias } = parametersOf(model)
    const harmony = (v: readonly number[], h: readonly number[]): number => dot(h, affine(weight, v, hiddenBias)) + dot(visibleBias, v)
    const expected = states(visible).map((v) => -Math.log(sum(states(hidden).map((h) => Math.exp(harmony(v, h))))))
    return relativeError(model.freeEnergy(states(visible).flat()), expected)
  })
}

function boltzmannError(draws: Draws): number {
  const [visible, hidden] = [draws.integer(1, 4), draws.integer(0, 3)]
  return withModel(randomMachine(draws, visible, hidden, 0), (model) => {
    const weights = harmonies(parametersOf(model)).map(Math.exp)
    const z = sum(weights)
    const expected = states(visible).map((_, v) => sum(weights.filter((_, k) => k >> hidden === v)) / z)
    return relativeError(model.probabilities(), expected)
  })
}

function logLikelihoodError(draws: Draws): number {
  const layers = [draws.integer(1, 4), draws.integer(1, 3), draws.integer(1, 2)]
  return withModel(randomize(helmholtzMachine({ layers }).build({ dtype: 'f64' }), draws), (model) => {
    const p = parametersOf(model)
    const bias = (k: number): number[] => p[`generative.${k}.bias`]
    const given = (k: number, above: readonly number[]): number[] => affine(p[`generative.${k}.weight`], above, bias(k)).map(logistic)
    const likelihood = (v: readonly number[]): number =>
      sum(
        states(layers[2]).flatMap((top) =>
          states(layers[1]).map((h) => chance(top, bias(2).map(logistic)) * chance(h, given(1, top)) * chance(v, given(0, h))),
        ),
      )
    const all = states(layers[0])
    return relativeError(
      model.logLikelihood(all.flat()),
      all.map((v) => Math.log(likelihood(v))),
    )
  })
}

function causesError(draws: Draws): number {
  const layers = [draws.integer(1, 4), draws.integer(1, 3), draws.integer(1, 2)]
  const precisions = draws.list(3, 0.5, 2)
  return withModel(randomize(predictiveHierarchy({ layers, precisions }).build({ dtype: 'f64' }), draws), (model) => {
    const p = parametersOf(model)
    const data = states(layers[0])
    const { causes, freeEnergy } = model.infer(data.flat(), { steps: draws.integer(1, 20) })
    const nodes = [data, ...causes.map((cause, k) => rowsOf(cause, layers[k + 1]))]
    const energies = data.map(
      (_, n) =>
        hierarchyEnergy(
          p,
          precisions,
          nodes.map((node) => node[n]),
        ).energy,
    )
    return relativeError([freeEnergy], [sum(energies) / data.length])
  })
}
