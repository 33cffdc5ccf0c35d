// What models promise however they were taught, on models of random parameters, against their definitions written out over all states
// in plain arithmetic.
import { boltzmannMachine } from '../../models/boltzmann-machine.js'
import { helmholtzMachine } from '../../models/helmholtz-machine.js'
import type { Model } from '../../models/model.js'
import { predictiveHierarchy } from '../../models/predictive-hierarchy.js'
import { rbm } from '../../models/rbm.js'
import { relativeError } from '../distance.js'
import { states } from '../oracles/models.js'
import { dot, type Rows, rowsOf } from '../oracles/plain-network.js'
import type { Draws } from '../random-setting.js'
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

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const logistic = (z: number): number => 1 / (1 + Math.exp(-z))
/** The probability of binary states whose units are 1 with those probabilities. */
const chance = (s: readonly number[], p: readonly number[]): number => s.reduce((all, one, i) => all * (one ? p[i] : 1 - p[i]), 1)
const affine = (weight: Rows, x: readonly number[], bias: readonly number[]): number[] => bias.map((b, i) => b + dot(weight[i], x))

/** The parameters of a model, drawn anew, as rows by name. Dispose of the model. */
function drawn<M extends Model>(draws: Draws, model: M): (name: string) => number[][] {
  for (const parameter of model.parameters) parameter.write(draws.list(parameter.read().length, -1, 1))
  return (name) => {
    const parameter = model.parameters.find((one) => one.name === name)!
    return rowsOf(parameter.read(), parameter.shape.at(-1)!)
  }
}

function withModel<M extends Model>(model: M, measure: (model: M) => number): number {
  try {
    return measure(model)
  } finally {
    model.dispose()
  }
}

function freeEnergyError(draws: Draws): number {
  const [visible, hidden] = [draws.integer(1, 5), draws.integer(1, 4)]
  return withModel(rbm({ visible, hidden }).build({ dtype: 'f64' }), (model) => {
    const read = drawn(draws, model)
    const [w, [a], [c]] = [read('weight'), read('visibleBias'), read('hiddenBias')]
    const expected = states(visible).map((v) => -Math.log(sum(states(hidden).map((h) => Math.exp(dot(h, affine(w, v, c)) + dot(a, v))))))
    return relativeError(model.freeEnergy(states(visible).flat()), expected)
  })
}

function boltzmannError(draws: Draws): number {
  const [visible, hidden] = [draws.integer(1, 4), draws.integer(0, 3)]
  const units = visible + hidden
  return withModel(boltzmannMachine({ visible, hidden }).build({ dtype: 'f64' }), (model) => {
    const free = rowsOf(draws.list(units * units, -1, 1), units)
    const w = free.map((row, i) => row.map((_, j) => (i === j ? 0 : free[Math.max(i, j)][Math.min(i, j)])))
    const b = draws.list(units, -1, 1)
    model.parameters[0].write(w.flat())
    model.parameters[1].write(b)
    const weights = states(units).map((s) =>
      Math.exp(
        dot(
          s,
          affine(
            w,
            s,
            b.map((bias) => 2 * bias),
          ),
        ) / 2,
      ),
    )
    const z = sum(weights)
    const expected = states(visible).map((_, v) => sum(weights.filter((_, k) => k >> hidden === v)) / z)
    return relativeError(model.probabilities(), expected)
  })
}

function logLikelihoodError(draws: Draws): number {
  const layers = [draws.integer(1, 4), draws.integer(1, 3), draws.integer(1, 2)]
  return withModel(helmholtzMachine({ layers }).build({ dtype: 'f64' }), (model) => {
    const read = drawn(draws, model)
    const bias = (k: number): number[] => read(`generative.${k}.bias`)[0]
    const weight = (k: number): number[][] => read(`generative.${k}.weight`)
    const given = (k: number, above: readonly number[]): number[] => affine(weight(k), above, bias(k)).map(logistic)
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
  return withModel(predictiveHierarchy({ layers, precisions }).build({ dtype: 'f64' }), (model) => {
    const read = drawn(draws, model)
    const data = states(layers[0])
    const { causes, freeEnergy } = model.infer(data.flat(), { steps: draws.integer(1, 20) })
    const nodes = [data, ...causes.map((cause, k) => rowsOf(cause, layers[k + 1]))]
    const energies = data.map((_, n) =>
      sum(
        layers.map((_, k) => {
          const [bias] = read(`layers.${k}.bias`)
          const mu = k === 2 ? bias : affine(read(`layers.${k}.weight`), nodes[k + 1][n].map(Math.tanh), bias)
          return (precisions[k] * sum(nodes[k][n].map((x, i) => (x - mu[i]) ** 2))) / 2
        }),
      ),
    )
    return relativeError([freeEnergy], [sum(energies) / data.length])
  })
}
