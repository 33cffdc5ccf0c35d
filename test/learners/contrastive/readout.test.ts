// A readout outside of the energy (Laborieux et al. 2021): the loss is that of what the last layer makes of the settled
// states below it.
import { differencesOf } from '../../../src/learners/gradient/central-differences.js'
import { describe, expect, it } from 'vitest'
import {
  binaryCrossEntropy,
  crossEntropy,
  equilibriumPropagation,
  type EquilibriumPropagationOptions,
  type Loss,
  NgradError,
  recurrentBackprop,
  squaredError,
} from '../../../src/index.js'
import { equilibrium } from '../../../src/dynamics/equilibrium.js'
import { toRounding } from '../../../src/dynamics/relaxation.js'
import { halvings, relativeError, slopes } from '../../support/numbers.js'
import { batchFor, directionOf, directionsOf, predictionsOf, targetsOf, withNetwork, withTrainer } from '../../support/teaching.js'
import { wholeSpec, withConv } from '../../support/images.js'
import { plus, type Rows, rows, times, transpose } from '../../support/linear-algebra.js'

const outside = { readout: 'outside' } as const
const spec = { sizes: [5, 7, 6, 3], gain: 0.5 }
const losses = [crossEntropy(), squaredError(), binaryCrossEntropy()]
const betas = halvings(0.04)
const exact = recurrentBackprop({ ...toRounding, ...outside })

const errorsAt = (options: EquilibriumPropagationOptions, loss: Loss, seed: number, reference = exact): number[] =>
  withNetwork({ ...spec, seed }, (network) => {
    const batch = batchFor(network, 4, targetsOf(loss), seed)
    const expected = directionOf(network, { learner: reference, loss }, batch)
    return betas.map((beta) =>
      relativeError(
        directionOf(network, { learner: equilibriumPropagation({ ...toRounding, ...outside, beta, ...options }), loss }, batch),
        expected,
      ),
    )
  })

describe.each(losses)('under $name', (loss) => {
  it.each([1, 2, 3])('the adjoint is the gradient of the loss of the readout, on network %i', (seed) => {
    withNetwork({ ...spec, seed }, (network) => {
      const batch = batchFor(network, 3, targetsOf(loss), seed)
      const numerical = differencesOf(equilibrium(1, toRounding, { readout: 'outside' }))
      expect(
        relativeError(directionOf(network, { learner: exact, loss }, batch), directionOf(network, { learner: numerical, loss }, batch)),
      ).toBeLessThan(1e-9)
    })
  })

  it.each([
    ['positive', 1],
    ['negative', 1],
    ['symmetric', 2],
  ] as const)('nudged %s, errs by beta^%i', (nudging, order) => {
    for (const slope of slopes(betas, errorsAt({ nudging }, loss, 1)).slice(-2)) expect(Math.abs(slope - order)).toBeLessThan(0.15)
  })

  it('goes through the slope of a readout that is not linear', () => {
    withNetwork({ ...spec, output: 'tanh' }, (network) => {
      const batch = batchFor(network, 3, targetsOf(loss))
      const numerical = differencesOf(equilibrium(1, toRounding, { readout: 'outside' }))
      expect(
        relativeError(directionOf(network, { learner: exact, loss }, batch), directionOf(network, { learner: numerical, loss }, batch)),
      ).toBeLessThan(1e-9)
      const learner = equilibriumPropagation({ ...toRounding, ...outside, beta: 1e-3 })
      expect(
        relativeError(directionOf(network, { learner, loss }, batch), directionOf(network, { learner: exact, loss }, batch)),
      ).toBeLessThan(1e-6)
    })
  })
})

it('the readout itself has its exact gradient from the free phase, whatever beta', () => {
  withNetwork(spec, (network) => {
    const batch = batchFor(network, 4, 'classes')
    const learner = equilibriumPropagation({ ...toRounding, ...outside, beta: 0.5 })
    const [estimate, gradient] = [learner, exact].map((rule) =>
      directionsOf(network, { learner: rule, loss: crossEntropy() }, batch).slice(-2).flat(),
    )
    expect(relativeError(estimate, gradient)).toBeLessThan(1e-13)
  })
})

// With one layer below the readout nothing feeds back into it: s_1 = tanh(W_1 x + b_1), and in plain TypeScript
// dC/ds_1 = (p - y) W_2 with p the softmax.
it('over one settling layer is the feedforward network, whose gradient has a closed form', () => {
  withNetwork({ sizes: [4, 5, 3] }, (network) => {
    const batch = batchFor(network, 6, 'classes')
    const [w1, b1, w2, b2] = network.parameters.map((parameter) => parameter.read())
    const affine = (x: Rows, w: Rows, b: ArrayLike<number>): Rows => times(x, transpose(w)).map((row) => row.map((z, i) => z + b[i]))
    const s = affine(rows(batch.x, 4), rows(w1, 4), b1).map((row) => row.map(Math.tanh))
    const p = affine(s, rows(w2, 5), b2).map((row) => {
      const e = row.map(Math.exp)
      return e.map((value) => value / e.reduce((a, b) => a + b))
    })
    const delta2 = plus(p, rows(batch.y, 3), -1)
    const delta1 = times(delta2, rows(w2, 5)).map((row, n) => row.map((d, i) => d * (1 - s[n][i] ** 2)))
    const mean = (d: Rows, h: Rows): number[] =>
      times(transpose(d), h)
        .flat()
        .map((value) => value / 6)
    const expected = [
      ...mean(delta1, rows(batch.x, 4)),
      ...mean(
        delta1,
        s.map(() => [1]),
      ),
      ...mean(delta2, s),
      ...mean(
        delta2,
        s.map(() => [1]),
      ),
    ]
    const learner = equilibriumPropagation({ ...toRounding, ...outside, beta: 1e-3 })
    expect(relativeError(directionOf(network, { learner: exact, loss: crossEntropy() }, batch), expected)).toBeLessThan(1e-12)
    expect(relativeError(directionOf(network, { learner, loss: crossEntropy() }, batch), expected)).toBeLessThan(1e-6)
  })
})

it('is not the gradient of the network whose last layer settles too', () => {
  expect(errorsAt({}, crossEntropy(), 1, recurrentBackprop(toRounding)).at(-1)).toBeGreaterThan(0.02)
  expect(errorsAt({ readout: 'within' }, crossEntropy(), 1).at(-1)).toBeGreaterThan(0.02)
})

it('over images, with pooling, errs by beta^2', () => {
  withConv(
    wholeSpec,
    (network) => {
      const batch = batchFor(network, 4, 'classes')
      const expected = directionOf(network, { learner: exact, loss: crossEntropy() }, batch)
      const errors = betas.map((beta) =>
        relativeError(
          directionOf(network, { learner: equilibriumPropagation({ ...toRounding, ...outside, beta }), loss: crossEntropy() }, batch),
          expected,
        ),
      )
      for (const slope of slopes(betas, errors).slice(-2)) expect(Math.abs(slope - 2)).toBeLessThan(0.15)
    },
    { gain: 0.4 },
  )
})

it('predicts the outputs of the readout', () => {
  withNetwork(spec, (network) =>
    withTrainer(network, { learner: equilibriumPropagation({ ...toRounding, ...outside }), loss: crossEntropy() }, (trainer) => {
      const batch = batchFor(network, 4, 'classes')
      const outputs = predictionsOf(trainer, batch)
      expect(outputs).toHaveLength(12)
      // Without a layer above it, the last hidden layer is that of the network cut there: one more dense layer makes h_L.
      const cut = { sizes: [5, 7, 6], gain: 0.5, output: 'tanh' } as const
      withNetwork(cut, (below) => {
        below.parameters.forEach((parameter, i) => parameter.write(network.parameters[i].read()))
        withTrainer(below, { learner: equilibriumPropagation(toRounding) }, (other) => {
          const s = rows(predictionsOf(other, { ...batch, y: new Array(24).fill(0) }), 6)
          const [w, b] = network.parameters.slice(-2).map((parameter) => parameter.read())
          const expected = times(s, transpose(rows(w, 6))).flatMap((row) => row.map((z, i) => z + b[i]))
          expect(relativeError(outputs, expected)).toBeLessThan(1e-13)
        })
      })
    }),
  )
})

it('needs a layer below, and real nudges', () => {
  withNetwork({ sizes: [4, 3] }, (network) =>
    expect(() => withTrainer(network, { learner: equilibriumPropagation(outside) }, () => {})).toThrow(NgradError),
  )
  expect(() => equilibriumPropagation({ ...outside, nudging: 'holomorphic' })).toThrow(NgradError)
})
