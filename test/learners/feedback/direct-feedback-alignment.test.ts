// Direct feedback alignment (Nokland 2016): delta_l = (delta_L B_l) f', with B_l random and fixed.
import { describe, expect, it } from 'vitest'
import { backprop, crossEntropy, directFeedbackAlignment, squaredError, type Trainer } from '../../../src/index.js'
import { plus, product, type Rows, rows, scaled, times, transpose } from '../../support/linear-algebra.js'
import { norm, relativeError } from '../../support/numbers.js'
import { batchFor, bits, directionsOf, targetsOf, withNetwork, withTrainer } from '../../support/teaching.js'

const spec = { sizes: [5, 6, 4, 7, 3], seed: 4 }
const feedbackOf = (trainer: Trainer): Rows[] => trainer.auxiliaryParameters.map((parameter) => rows(parameter.read(), parameter.shape[1]))
const directionBy = (trainer: Trainer, batch: Parameters<Trainer['direction']>[0]): number[][] => {
  const direction = trainer.direction(batch)
  return trainer.network.parameters.map(({ name }) => Array.from(direction.of(name)))
}

it.each([squaredError(), crossEntropy()])('is exact in the last layer, and only there, with $name', (loss) => {
  withNetwork(spec, (network) => {
    const batch = batchFor(network, 6, targetsOf(loss))
    const direct = directionsOf(network, { learner: directFeedbackAlignment(), loss }, batch)
    const exact = directionsOf(network, { learner: backprop(), loss }, batch)
    expect(bits(direct.slice(-2).flat())).toBe(bits(exact.slice(-2).flat()))
    for (let l = 0; l < 6; l++) expect(relativeError(direct[l], exact[l])).toBeGreaterThan(0.1)
  })
})

it('is backprop in a linear network when B_l = W_L ... W_{l+1}', () => {
  withNetwork({ ...spec, hidden: 'identity' }, (network) => {
    const batch = batchFor(network, 6)
    const [, w2, w3, w4] = [0, 1, 2, 3].map((l) => rows(network.parameters[2 * l].read(), spec.sizes[l])) as [Rows, Rows, Rows, Rows]
    withTrainer(network, { learner: directFeedbackAlignment() }, (trainer) => {
      const chains = [product(w4, w3, w2), product(w4, w3), w4]
      trainer.auxiliaryParameters.forEach((b, l) => b.write(chains[l].flat()))
      const exact = directionsOf(network, { learner: backprop() }, batch)
      directionBy(trainer, batch).forEach((values, i) => expect(relativeError(values, exact[i])).toBeLessThan(1e-13))
    })
  })
})

it('teaches every hidden layer by the output error times its slope there, whatever lies between', () => {
  withNetwork(spec, (network) => {
    const batch = batchFor(network, 6)
    const h: Rows[] = [rows(batch.x, 5)]
    for (let l = 0; l < 3; l++) {
      const bias = network.parameters[2 * l + 1].read()
      const z = times(h[l], transpose(rows(network.parameters[2 * l].read(), spec.sizes[l])))
      h.push(z.map((row) => row.map((value, i) => Math.tanh(value + bias[i]))))
    }
    const error = plus(rows(network.predict(batch.x), 3), rows(batch.y, 3), -1)
    withTrainer(network, { learner: directFeedbackAlignment() }, (trainer) => {
      const direction = directionBy(trainer, batch)
      feedbackOf(trainer).forEach((b, l) => {
        const delta = times(error, b).map((row, i) => row.map((value, j) => value * (1 - h[l + 1][i][j] ** 2)))
        const expected = scaled(times(transpose(delta), h[l]), 1 / 6).flat()
        expect(relativeError(direction[2 * l], expected)).toBeLessThan(1e-13)
        expect(
          relativeError(
            direction[2 * l + 1],
            transpose(delta).map((row) => row.reduce((a, c) => a + c) / 6),
          ),
        ).toBeLessThan(1e-13)
      })
    })
  })
})

describe('its feedback weights', () => {
  it('never change', () => {
    withNetwork(spec, (network) =>
      withTrainer(network, { learner: directFeedbackAlignment() }, (trainer) => {
        const before = bits(feedbackOf(trainer).flat(2))
        for (let step = 0; step < 20; step++) trainer.step(batchFor(network, 6))
        expect(bits(feedbackOf(trainer).flat(2))).toBe(before)
      }),
    )
  })

  it('vary by scale^2 / outputs, around 0', () => {
    withNetwork({ sizes: [2, 300, 200, 10] }, (network) =>
      withTrainer(network, { learner: directFeedbackAlignment({ scale: 2 }) }, (trainer) => {
        for (const b of feedbackOf(trainer)) {
          const standard = b.flat().map((value) => (value * Math.sqrt(10)) / 2)
          const n = standard.length
          // n numbers of variance 1: their mean has variance 1 / n, and their mean square 2 / n.
          expect(Math.abs(standard.reduce((a, c) => a + c) / n)).toBeLessThan(3 / Math.sqrt(n))
          expect(Math.abs(norm(standard) ** 2 / n - 1)).toBeLessThan(3 * Math.sqrt(2 / n))
        }
      }),
    )
  })
})
