// Feedback alignment (Lillicrap et al. 2016): delta_{l-1} = (delta_l R_l) f', with R_l random and fixed.
import { describe, expect, it } from 'vitest'
import { backprop, crossEntropy, feedbackAlignment, type Network, sgd, squaredError, type Trainer } from '../../../src/index.js'
import { plus, product, type Rows, rows, scaled, times, transpose } from '../../support/linear-algebra.js'
import { halvings, norm, relativeError, slopes } from '../../support/numbers.js'
import { batchFor, bits, directionsOf, parametersOf, targetsOf, withNetwork, withTrainer } from '../../support/teaching.js'

const spec = { sizes: [5, 6, 4, 3], seed: 4 }
const feedbackOf = (trainer: Trainer): Rows[] => trainer.auxiliaryParameters.map((parameter) => rows(parameter.read(), parameter.shape[1]))
const weightsOf = (network: Network): Rows[] =>
  network.parameters.filter(({ shape }) => shape.length === 2).map((weight) => rows(weight.read(), weight.shape[1]))
const directionBy = (network: Network, trainer: Trainer, batch: Parameters<Trainer['direction']>[0]): number[][] => {
  const direction = trainer.direction(batch)
  return network.parameters.map(({ name }) => Array.from(direction.of(name)))
}

it.each([squaredError(), crossEntropy()])('is exact in the last layer, and only there, with $name', (loss) => {
  withNetwork(spec, (network) => {
    const batch = batchFor(network, 6, targetsOf(loss))
    const aligned = directionsOf(network, { learner: feedbackAlignment(), loss }, batch)
    const exact = directionsOf(network, { learner: backprop(), loss }, batch)
    expect(bits(aligned.slice(-2).flat())).toBe(bits(exact.slice(-2).flat()))
    for (let l = 0; l < 4; l++) expect(relativeError(aligned[l], exact[l])).toBeGreaterThan(0.1)
  })
})

it('has the bits of backprop when R = W', () => {
  withNetwork(spec, (network) => {
    const batch = batchFor(network, 6)
    withTrainer(network, { learner: feedbackAlignment() }, (trainer) => {
      trainer.auxiliaryParameters.forEach((r, i) => r.write(network.parameters[2 * (i + 1)].read()))
      const exact = directionsOf(network, { learner: backprop() }, batch)
      expect(bits(directionBy(network, trainer, batch).flat())).toBe(bits(exact.flat()))
    })
  })
})

it('sends the error of a linear network down through R alone', () => {
  withNetwork({ ...spec, hidden: 'identity' }, (network) => {
    const batch = batchFor(network, 6)
    withTrainer(network, { learner: feedbackAlignment() }, (trainer) => {
      const [r2, r3] = feedbackOf(trainer) as [Rows, Rows]
      const error = plus(rows(network.predict(batch.x), 3), rows(batch.y, 3), -1)
      const expected = scaled(product(transpose(product(error, r3, r2)), rows(batch.x, 5)), 1 / 6)
      expect(relativeError(directionBy(network, trainer, batch)[0], expected.flat())).toBeLessThan(1e-13)
    })
  })
})

describe('its feedback weights', () => {
  it('never change', () => {
    withNetwork(spec, (network) =>
      withTrainer(network, { learner: feedbackAlignment(), optimizer: sgd({ learningRate: 0.1, weightDecay: 0.1 }) }, (trainer) => {
        const before = bits(feedbackOf(trainer).flat(2))
        for (let step = 0; step < 20; step++) trainer.step(batchFor(network, 6))
        expect(bits(feedbackOf(trainer).flat(2))).toBe(before)
      }),
    )
  })

  it('vary by scale^2 / fan-in, around 0', () => {
    withNetwork({ sizes: [2, 100, 80, 3] }, (network) =>
      withTrainer(network, { learner: feedbackAlignment({ scale: 2 }) }, (trainer) => {
        for (const [i, r] of feedbackOf(trainer).entries()) {
          const fanIn = [100, 80][i]
          const standard = r.flat().map((value) => (value * Math.sqrt(fanIn)) / 2)
          const n = standard.length
          // n numbers of variance 1: their mean has variance 1 / n, and their mean square 2 / n.
          expect(Math.abs(standard.reduce((a, b) => a + b) / n)).toBeLessThan(3 / Math.sqrt(n))
          expect(Math.abs(norm(standard) ** 2 / n - 1)).toBeLessThan(3 * Math.sqrt(2 / n))
        }
      }),
    )
  })
})

// Along the flow (rate -> 0), with B = R^T: B W_2 + (B W_2)^T - W_1 W_1^T - b_1 b_1^T stays what it was. From weights of
// zero on, the trace of B W_2 is therefore that of W_1 W_1^T / 2 > 0: the weights must align, whatever the data.
describe('in a linear network of two layers', () => {
  const invariant = (network: Network, feedback: Rows): Rows => {
    const [w1, w2] = weightsOf(network) as [Rows, Rows]
    const b1 = rows(network.parameters[1].read(), 1)
    const bw = times(transpose(feedback), w2)
    return plus(plus(plus(bw, transpose(bw)), times(w1, transpose(w1)), -1), times(b1, transpose(b1)), -1)
  }

  it('conserves B W_2 + (B W_2)^T - W_1 W_1^T, up to O(learning rate)', () => {
    const rates = halvings(0.02)
    const drifts = rates.map((learningRate) =>
      withNetwork({ sizes: [4, 5, 3], hidden: 'identity' }, (network) =>
        withTrainer(network, { learner: feedbackAlignment(), optimizer: sgd({ learningRate }) }, (trainer) => {
          const batch = batchFor(network, 6)
          const feedback = feedbackOf(trainer)[0]
          const [before, start] = [invariant(network, feedback), parametersOf(network)]
          for (let step = 0; step < Math.round(2 / learningRate); step++) trainer.step(batch)
          expect(relativeError(parametersOf(network), start)).toBeGreaterThan(0.2)
          return relativeError(invariant(network, feedback).flat(), before.flat())
        }),
      ),
    )
    for (const slope of slopes(rates, drifts)) expect(Math.abs(slope - 1)).toBeLessThan(0.1)
  })

  it('aligns its weights with the feedback, from zero on', () => {
    withNetwork({ sizes: [4, 5, 3], hidden: 'identity' }, (network) => {
      for (const parameter of network.parameters) parameter.write(new Array(parameter.read().length).fill(0))
      withTrainer(network, { learner: feedbackAlignment(), optimizer: sgd({ learningRate: 1e-3 }) }, (trainer) => {
        const batch = batchFor(network, 6)
        const feedback = feedbackOf(trainer)[0]
        for (let step = 0; step < 2000; step++) trainer.step(batch)
        const [w1, w2] = weightsOf(network) as [Rows, Rows]
        const overlap = w2.flat().reduce((sum, w, i) => sum + w * feedback.flat()[i], 0)
        const b1 = network.parameters[1].read()
        expect(relativeError([2 * overlap], [norm(w1.flat()) ** 2 + norm(b1) ** 2])).toBeLessThan(0.01)
      })
    })
  })
})

it('gates what comes down by the slope of the units it reaches', () => {
  withNetwork({ sizes: [4, 5, 3], seed: 2 }, (network) =>
    withTrainer(network, { learner: feedbackAlignment(), loss: squaredError() }, (trainer) => {
      const { x, y } = batchFor(network, 1)
      const [w1, b1] = network.parameters.map((parameter) => Array.from(parameter.read())) as [number[], number[]]
      const h = rows(w1, 4).map((row, i) => Math.tanh(row.reduce((sum, value, j) => sum + value * x[j], b1[i])))
      const error = Array.from(network.predict(x), (output, k) => output - y[k])
      const feedback = feedbackOf(trainer)[0]
      const delta = h.map((value, i) => error.reduce((sum, e, k) => sum + e * feedback[k][i], 0) * (1 - value * value))
      expect(relativeError(directionBy(network, trainer, { x, y, size: 1 })[1], delta)).toBeLessThan(1e-13)
    }),
  )
})
