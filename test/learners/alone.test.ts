// What becomes of a sample does not depend on its batch: a batch's direction is the mean of those of its samples, each by
// itself, to rounding, whatever settles on the way, and whether it settles or runs out of sweeps.
import { describe, expect, it } from 'vitest'
import {
  type Activation,
  boltzmannMachine,
  contrastiveHebbian,
  conv2d,
  crossEntropy,
  dense,
  equilibriumPropagation,
  generec,
  type Learner,
  meanFieldLearning,
  type Model,
  type ModelDescription,
  type Network,
  predictiveCoding,
  predictiveHierarchy,
  predictiveLearning,
  recurrent,
  recurrentBackprop,
  sequential,
  squaredError,
  postRateHebbian,
  weightPerturbation,
} from '../../src/index.js'
import { settledBackprop } from '../../src/verify/references/settled-backprop.js'
import { directionOf as modelDirectionOf, withTrainer } from '../models/support.js'
import { relativeError } from '../support/numbers.js'
import { batchFor, build, directionOf, rowsOf } from '../support/teaching.js'

const size = 12

function expectAlone(network: Network, learner: Learner, loss = squaredError()): void {
  try {
    const batch = batchFor(network, size, loss.name === 'crossEntropy' ? 'classes' : 'values')
    const whole = directionOf(network, { learner, loss }, batch)
    const mean = whole.map(() => 0)
    for (let row = 0; row < size; row++)
      directionOf(network, { learner, loss }, rowsOf(batch, [row])).forEach((value, i) => (mean[i] += value / size))
    expect(Math.max(...mean.map(Math.abs))).toBeGreaterThan(1e-6)
    expect(relativeError(whole, mean)).toBeLessThan(1e-12)
  } finally {
    network.dispose()
  }
}

// Loose and tight, with sweeps that suffice and that do not.
const settings = [{ tolerance: 1e-2 }, { tolerance: 1e-6 }, { tolerance: 1e-3, freeSweeps: 5, nudgedSweeps: 3 }]

describe.each(settings)('settling with %o', (setting) => {
  const rules: [string, Learner][] = [
    ['equilibriumPropagation', equilibriumPropagation({ ...setting, beta: 0.5 })],
    ['... of potentials', equilibriumPropagation({ ...setting, states: 'potentials', beta: 0.5 })],
    ['... holomorphic', equilibriumPropagation({ ...setting, nudging: 'holomorphic', beta: 0.5 })],
    ['... with a readout outside', equilibriumPropagation({ ...setting, readout: 'outside', beta: 0.5 })],
    ['postRateHebbian', postRateHebbian({ ...setting, beta: 0.5 })],
    ['contrastiveHebbian', contrastiveHebbian({ ...setting, gamma: 0.5 })],
    ['generec', generec(setting)],
    ['recurrentBackprop', recurrentBackprop({ ...setting, adjointSweeps: 9 })],
  ]
  it.each(rules)('%s', (_, learner) => expectAlone(build({ sizes: [4, 6, 5, 3], seed: 2, gain: 0.8 }), learner))
})

it('the reference of GeneRec', () => expectAlone(build({ sizes: [4, 6, 5, 3], seed: 2, gain: 0.6 }), settledBackprop()))

describe('a recurrent layer', () => {
  it.each([1e-2, 1e-4, 1e-6])('with a tolerance of %f', (tolerance) => {
    for (const learner of [recurrentBackprop({ gamma: 0, tolerance: 1e-4 }), weightPerturbation({ noise: 'rademacher' })]) {
      const network = sequential(4, [recurrent(6, 'tanh', { tolerance, lateral: { law: 'lecunNormal', gain: 0.9 } }), dense(3)]).build({
        dtype: 'f64',
        seed: 1,
      })
      if (learner.name === 'recurrentBackprop') expectAlone(network, learner)
      else {
        const batch = batchFor(network, size)
        const outputs = network.predict(batch.x)
        for (let row = 0; row < size; row++)
          expect([...network.predict(rowsOf(batch, [row]).x)]).toEqual([...outputs.slice(row * 3, row * 3 + 3)])
        network.dispose()
      }
    }
  })
})

describe.each<Activation>(['tanh', 'relu', 'hardSigmoid', 'softplus'])('predictive coding of %s', (hidden) => {
  const rules: [string, Learner][] = [
    ['strict', predictiveCoding({ precision: 1, rate: 0.1, steps: 2000, tolerance: 1e-6 })],
    ['strict, a rate that is halved', predictiveCoding({ precision: 2, rate: 5, steps: 40, tolerance: 1e-3 })],
    ['strict, few steps', predictiveCoding({ precision: 1, rate: 0.3, steps: 7, tolerance: 1e-2 })],
    ['fixedPrediction', predictiveCoding({ variant: 'fixedPrediction', rate: 0.2, steps: 30, tolerance: 1e-2 })],
  ]
  it.each(rules)('%s', (_, learner) => {
    for (const loss of [squaredError(), crossEntropy()])
      expectAlone(build({ sizes: [4, 8, 6, 3], hidden, seed: 3, gain: 1.5 }), learner, loss)
  })

  it('over layers that the core has no loop for', () => {
    const images = sequential([3, 3, 1], [conv2d(4, { kernel: 2 }, hidden), dense(5, hidden), dense(3)])
    for (const [, learner] of rules) expectAlone(images.build({ dtype: 'f64', seed: 1 }), learner)
  })
})

describe('models', () => {
  const both = <M extends Model>(description: ModelDescription<M>, learner: Learner<M>, x: readonly number[]) => {
    const visible = x.length / size
    const directionOfRows = (rows: readonly number[]): number[] =>
      withTrainer(description.build({ dtype: 'f64', seed: 3 }), learner, (trainer) =>
        modelDirectionOf(trainer, { x: rows.flatMap((row) => x.slice(row * visible, (row + 1) * visible)), size: rows.length }),
      )
    const whole = directionOfRows(Array.from({ length: size }, (_, row) => row))
    const mean = whole.map(() => 0)
    for (let row = 0; row < size; row++) directionOfRows([row]).forEach((value, i) => (mean[i] += value / size))
    expect(relativeError(whole, mean)).toBeLessThan(1e-12)
  }
  const bits = Array.from({ length: size * 5 }, (_, i) => (Math.sin(i * 12.9898) > 0 ? 1 : 0))

  it.each([1e-1, 1e-3])('mean-field learning, tolerance %f', (tolerance) =>
    both(boltzmannMachine({ visible: 5, hidden: 4, inputs: 2, spread: 1.5 }), meanFieldLearning({ tolerance }), bits),
  )

  it.each<Activation>(['tanh', 'relu', 'hardSigmoid'])('a predictive hierarchy of %s', (activation) => {
    for (const setting of [
      { rate: 0.1, steps: 400, tolerance: 1e-4 },
      { rate: 4, steps: 30, tolerance: 1e-2 },
    ])
      both(predictiveHierarchy({ layers: [5, 6, 3], activation, precisions: [2, 1, 1] }), predictiveLearning(setting), bits)
  })
})
