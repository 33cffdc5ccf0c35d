// Every claim of the stochastic models, measured on random small ones in double precision against the objectives of
// oracles/models.ts.
import { boltzmannLearning } from '../../learners/generative/boltzmann-learning.js'
import { type BoltzmannMachine, boltzmannMachine } from '../../models/boltzmann-machine.js'
import { contrastiveDivergence } from '../../learners/generative/contrastive-divergence.js'
import { type HelmholtzMachine, helmholtzMachine } from '../../models/helmholtz-machine.js'
import { meanFieldLearning } from '../../learners/generative/mean-field-learning.js'
import type { BinaryModel, Model } from '../../models/model.js'
import { type PredictiveHierarchy, predictiveHierarchy } from '../../models/predictive-hierarchy.js'
import { predictiveLearning } from '../../learners/predictive/predictive-learning.js'
import { type Rbm, rbm } from '../../models/rbm.js'
import { rbmLikelihood } from '../../learners/generative/rbm-likelihood.js'
import { wakeSleep } from '../../learners/generative/wake-sleep.js'
import { sgd } from '../../optimizers/sgd.js'
import { createTrainer } from '../../training/trainer.js'
import type { Learner } from '../../learners/learner.js'
import { relativeError } from '../distance.js'
import {
  boltzmannDivergence,
  boltzmannMeans,
  differences,
  fantasyDivergence,
  helmholtzFreeEnergy,
  hierarchyFreeEnergy,
  meanField,
  meanFieldFreeEnergy,
  type Parameters,
  rbmKernel,
  rbmNegativeLogLikelihood,
  slowEigenvalues,
  states,
} from '../oracles/models.js'
import { exact, ofOrder, type Property } from './property.js'
import type { Draws } from '../random-setting.js'

export const modelClaims: readonly Property[] = [
  {
    ...exact,
    rule: 'boltzmannLearning',
    claim: 'exact: gradient of KL(data || model)',
    conditions: '4 visible, 3 hidden units',
    measure: (draws) => boltzmannError(draws, 0),
  },
  {
    ...exact,
    rule: 'boltzmannLearning',
    claim: 'exact: gradient of KL(data || model) given inputs',
    conditions: '2 inputs, 2 outputs, 3 hidden units',
    measure: (draws) => boltzmannError(draws, 2),
  },
  {
    ...exact,
    rule: 'meanFieldLearning',
    claim: 'exact: gradient of F+ - F-',
    conditions: '4 visible, 3 hidden units',
    measure: meanFieldError,
  },
  {
    ...ofOrder(2),
    rule: 'meanFieldLearning',
    claim: 'limit(weights, 2): means',
    conditions: '7 units',
    measure: meansSlopeError,
  },
  {
    ...exact,
    rule: 'rbmLikelihood',
    claim: 'exact: gradient of -ln P(data)',
    conditions: '5 visible, 4 hidden units',
    measure: likelihoodError,
  },
  {
    rule: 'contrastiveDivergence',
    kind: 'limit',
    claim: 'limit(k): error ~ |lambda_2|^k',
    expected: 'factor |lambda_2| a step within 5 %',
    conditions: '5 visible, 4 hidden units, lambda_3 <= 0.7 lambda_2',
    measure: decayError,
    holds: (worst) => worst <= 0.05,
  },
  {
    ...exact,
    rule: 'wakeSleep',
    claim: 'exact: wake, gradient of F',
    conditions: '4 visible, 3 hidden units',
    measure: (draws) => wakeSleepError(draws, 'generative'),
  },
  {
    ...exact,
    rule: 'wakeSleep',
    claim: 'exact: sleep, gradient of KL(P || Q) under fantasies',
    conditions: '4 visible, 3 hidden units',
    measure: (draws) => wakeSleepError(draws, 'recognition'),
  },
  {
    rule: 'wakeSleep',
    kind: 'not',
    claim: 'sleep is not the gradient of F',
    expected: 'cosine < 0.99',
    conditions: '4 visible, 3 hidden units',
    measure: sleepCosine,
    holds: (worst) => worst < 0.99,
  },
  {
    ...exact,
    rule: 'predictiveLearning',
    claim: 'exact: gradient of min F',
    conditions: 'layers of 3, 2 and 2 tanh units, random precisions',
    measure: hierarchyError,
  },
  {
    rule: 'predictiveHierarchy',
    kind: 'monotone',
    claim: 'monotone: no step of inference raises F',
    expected: 'no step raises it',
    conditions: 'layers of 3, 2 and 2 tanh units, random precisions and rates',
    measure: hierarchyRise,
    holds: (rise) => rise <= 1e-12,
    text: (rise) => rise.toExponential(1),
  },
]

/** A model with every parameter U(-size, size). */
export function randomize<M extends BinaryModel>(model: M, draws: Draws, size = 1): M {
  for (const parameter of model.parameters) parameter.write(draws.list(parameter.read().length, -size, size))
  return model
}

/** A Boltzmann machine of so many units with every parameter U(-1, 1). */
export function randomMachine(draws: Draws, visible: number, hidden: number, inputs: number): BoltzmannMachine {
  const machine = boltzmannMachine({ visible, hidden, inputs }).build({ dtype: 'f64' })
  const [weight, bias] = machine.parameters
  const { units } = machine
  const values = draws.list(units * units, -1, 1)
  weight.write(
    values.map((_, at) => {
      const i = Math.floor(at / units)
      const j = at % units
      return i === j ? 0 : values[Math.max(i, j) * units + Math.min(i, j)]
    }),
  )
  bias.write(draws.list(units, -1, 1))
  return machine
}

export const parametersOf = (model: Model): Parameters =>
  Object.fromEntries(model.parameters.map((parameter) => [parameter.name, Array.from(parameter.read())]))

/** A distribution over the states of n units, far from uniform. */
function randomDistribution(draws: Draws, n: number): number[] {
  const weights = draws.list(2 ** n, 0, 1).map((u) => u ** 3)
  const total = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / total)
}

/** The rule's direction for all states with these probabilities; disposes of the model when `use` is done. */
function withDirection<M extends BinaryModel, T>(
  model: M,
  learner: Learner<M>,
  data: readonly number[],
  use: (of: (parameter: string) => number[]) => T,
): T {
  const trainer = createTrainer<BinaryModel>(model, { learner, optimizer: sgd({ learningRate: 0 }) })
  try {
    const direction = trainer.direction({ x: states(model.visible).flat(), size: data.length, weights: data })
    return use((parameter) => Array.from(direction.of(parameter)))
  } finally {
    trainer.dispose()
    model.dispose()
  }
}

/** Of the parameters together, against differences of the objective. */
function errorAgainst(
  objective: (parameters: Parameters) => number,
  parameters: Parameters,
  names: readonly string[],
  of: (name: string) => number[],
): number {
  return relativeError(
    names.flatMap(of),
    names.flatMap((name) => differences(objective, parameters, name)),
  )
}

/** w_ij and w_ji are one parameter, and w_ii is none. */
function symmetricError(objective: (parameters: Parameters) => number, parameters: Parameters, of: (name: string) => number[]): number {
  const n = parameters['bias'].length
  const mirrored = (at: number): number => (at % n) * n + Math.floor(at / n)
  const lower = differences(objective, parameters, 'weight', (at) => (mirrored(at) < at ? [at, mirrored(at)] : []))
  const weights = lower.map((value, at) => value + lower[mirrored(at)])
  return relativeError([...of('weight'), ...of('bias')], [...weights, ...differences(objective, parameters, 'bias')])
}

function boltzmannError(draws: Draws, inputs: number): number {
  const machine = randomMachine(draws, 4, 3, inputs)
  const data = randomDistribution(draws, machine.visible)
  const parameters = parametersOf(machine)
  return withDirection(machine, boltzmannLearning(), data, (of) =>
    symmetricError((p) => boltzmannDivergence(p, machine.visible, inputs, data), parameters, of),
  )
}

function meanFieldError(draws: Draws): number {
  const machine = randomMachine(draws, 4, 3, 0)
  const data = states(4).map((_, k) => (k === draws.integer(0, 15) || k === 0 ? 1 : 0))
  const total = data.reduce((a: number, b) => a + b, 0)
  const weights = data.map((value) => value / total)
  const parameters = parametersOf(machine)
  const objective = (p: Parameters): number =>
    states(4).reduce((sum, v, k) => sum + (weights[k] === 0 ? 0 : weights[k] * meanFieldFreeEnergy(p, meanField(p, v))), 0)
    - meanFieldFreeEnergy(p, meanField(p, []))
  const learner = meanFieldLearning({ temperatures: [], sweeps: 2000, tolerance: 1e-16 })
  return withDirection(machine, learner, weights, (of) => symmetricError(objective, parameters, of))
}

/** How far from 2 the slope of the error of the means is, as the weights are halved. */
function meansSlopeError(draws: Draws): number {
  const machine = randomMachine(draws, 4, 3, 0)
  const { weight, bias } = parametersOf(machine)
  machine.dispose()
  const errors = [0.01, 0.005].map((scale) => {
    const parameters = { weight: weight.map((w) => scale * w), bias: bias }
    return relativeError(meanField(parameters, []), boltzmannMeans(parameters))
  })
  return Math.abs(Math.log2(errors[0] / errors[1]) - 2)
}

const randomRbm = (draws: Draws): Rbm => randomize(rbm({ visible: 5, hidden: 4 }).build({ dtype: 'f64' }), draws, 1.5)
const rbmParameters = ['weight', 'visibleBias', 'hiddenBias']

function likelihoodError(draws: Draws): number {
  const machine = randomRbm(draws)
  const data = randomDistribution(draws, machine.visible)
  const parameters = parametersOf(machine)
  return withDirection(machine, rbmLikelihood(), data, (of) =>
    errorAgainst((p) => rbmNegativeLogLikelihood(p, data), parameters, rbmParameters, of),
  )
}

/**
 * How far the factor by which a step shrinks the error of CD-k is from lambda_2, relatively, at a k where the error is
 * well above rounding. What lambda_3 adds must have gone by then: machines without a gap between the two are drawn again.
 */
function decayError(draws: Draws): number {
  let machine = randomRbm(draws)
  let [rate, third] = slowEigenvalues(rbmKernel(parametersOf(machine)))
  while (third > 0.7 * rate) {
    machine.dispose()
    machine = randomRbm(draws)
    ;[rate, third] = slowEigenvalues(rbmKernel(parametersOf(machine)))
  }
  const data = randomDistribution(draws, machine.visible)
  const parameters = parametersOf(machine)
  machine.dispose()
  const direction = (learner: Learner<Rbm>): number[] => {
    const copy = rbm({ visible: 5, hidden: 4 }).build({ dtype: 'f64' })
    for (const parameter of copy.parameters) parameter.write(parameters[parameter.name])
    return withDirection(copy, learner, data, (of) => rbmParameters.flatMap(of))
  }
  const reference = direction(rbmLikelihood())
  const error = (steps: number): number => relativeError(direction(contrastiveDivergence({ steps, expected: true })), reference)
  const steps = Math.max(4, Math.floor(Math.log(1e-11) / Math.log(rate)))
  return Math.abs((error(steps) / error(steps - 2)) ** 0.5 / rate - 1)
}

const randomHelmholtz = (draws: Draws): HelmholtzMachine => randomize(helmholtzMachine({ layers: [4, 3] }).build({ dtype: 'f64' }), draws)

const wakeSleepParameters = {
  generative: ['generative.0.weight', 'generative.0.bias', 'generative.1.bias'],
  recognition: ['recognition.1.weight', 'recognition.1.bias'],
}

function wakeSleepError(draws: Draws, group: 'generative' | 'recognition'): number {
  const machine = randomHelmholtz(draws)
  const data = randomDistribution(draws, machine.visible)
  const parameters = parametersOf(machine)
  const objective = group === 'generative' ? (p: Parameters) => helmholtzFreeEnergy(p, data) : fantasyDivergence
  return withDirection(machine, wakeSleep({ expected: true }), data, (of) =>
    errorAgainst(objective, parameters, wakeSleepParameters[group], of),
  )
}

/** The cosine of the expected sleep direction with the gradient of F. */
function sleepCosine(draws: Draws): number {
  const machine = randomHelmholtz(draws)
  const data = randomDistribution(draws, machine.visible)
  const parameters = parametersOf(machine)
  return withDirection(machine, wakeSleep({ expected: true }), data, (of) => {
    const u = wakeSleepParameters.recognition.flatMap(of)
    const v = wakeSleepParameters.recognition.flatMap((name) => differences((p) => helmholtzFreeEnergy(p, data), parameters, name))
    return u.reduce((sum, value, i) => sum + value * v[i], 0) / Math.hypot(...u) / Math.hypot(...v)
  })
}

const randomHierarchy = (draws: Draws): PredictiveHierarchy =>
  randomize(predictiveHierarchy({ layers: [3, 2, 2], precisions: draws.list(3, 0.5, 2) }).build({ dtype: 'f64' }), draws, 0.7)

function hierarchyError(draws: Draws): number {
  const model = randomHierarchy(draws)
  const { precisions } = model
  const two = [draws.integer(0, 3), draws.integer(4, 7)]
  const data = states(model.visible).map((_, at) => (two.includes(at) ? 0.5 : 0))
  const parameters = parametersOf(model)
  return withDirection(model, predictiveLearning({ steps: 5000, rate: 0.2, tolerance: 1e-14 }), data, (of) =>
    errorAgainst((p) => hierarchyFreeEnergy(p, precisions, data), parameters, Object.keys(parameters), of),
  )
}

/** The largest change of F in a step of inference, relative to F after the first. */
function hierarchyRise(draws: Draws): number {
  const model = randomHierarchy(draws)
  const x = draws.list(model.visible, 0, 1)
  const rate = draws.uniform(0.1, 4) // the largest are too large, and halved
  const energies = Array.from({ length: 20 }, (_, i) => model.infer(x, { steps: i + 1, rate, tolerance: 0 }).freeEnergy)
  model.dispose()
  return Math.max(...energies.slice(1).map((energy, i) => (energy - energies[i]) / energies[0]))
}
