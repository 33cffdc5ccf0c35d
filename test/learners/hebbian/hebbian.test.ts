// Hebbian learning (Hebb 1949): G_l = -h_l^T h_{l-1} / N, the output clamped to the target or free.
import { describe, expect, it } from 'vitest'
import { backprop, binaryCrossEntropy, crossEntropy, hebbian, sgd, squaredError } from '../../../src/index.js'
import { norm, relativeError } from '../../support/numbers.js'
import { identity, plus, product, type Rows, rows, scaled, times, transpose, withOnes } from '../../support/linear-algebra.js'
import { batchFor, directionsOf, parametersOf, targetsOf, withNetwork, withTrainer } from '../../support/teaching.js'

const spec = { sizes: [4, 6, 5, 3] }

it('pairs the activity of every unit with that of its inputs, and the target with those of the last layer', () => {
  withNetwork(spec, (network) => {
    const batch = batchFor(network, 7)
    const h: Rows[] = [rows(batch.x, 4)]
    for (let l = 0; l < 2; l++) {
      const w = rows(network.parameters[2 * l].read(), spec.sizes[l])
      const bias = network.parameters[2 * l + 1].read()
      h.push(times(h[l], transpose(w)).map((row) => row.map((z, i) => Math.tanh(z + bias[i]))))
    }
    h.push(rows(batch.y, 3))
    const direction = directionsOf(network, { learner: hebbian() }, batch)
    for (let l = 1; l <= 3; l++) {
      const post = transpose(h[l])
      expect(relativeError(direction[2 * l - 2], scaled(times(post, h[l - 1]), -1 / 7).flat())).toBeLessThan(1e-14)
      expect(
        relativeError(
          direction[2 * l - 1],
          post.map((row) => -row.reduce((a, b) => a + b) / 7),
        ),
      ).toBeLessThan(1e-14)
    }
  })
})

describe.each([squaredError(), crossEntropy(), binaryCrossEntropy()])('with $name', (loss) => {
  it('clamped minus free is the gradient of the last layer, and nothing below it', () => {
    withNetwork(spec, (network) => {
      const batch = batchFor(network, 7, targetsOf(loss))
      const of = (learner: ReturnType<typeof hebbian>) => directionsOf(network, { learner, loss }, batch)
      const free = of(hebbian({ clamp: false }))
      const difference = of(hebbian()).map((values, p) => values.map((value, i) => value - free[p][i]))
      expect(norm(difference.slice(0, -2).flat())).toBe(0)
      expect(relativeError(difference.slice(-2).flat(), of(backprop()).slice(-2).flat())).toBeLessThan(1e-13)
    })
  })
})

it('is the gradient of the squared error in an output layer of zeros', () => {
  withNetwork(spec, (network) => {
    for (const parameter of network.parameters.slice(-2)) parameter.write(new Array(parameter.read().length).fill(0))
    const batch = batchFor(network, 7)
    const [hebb, gradient] = [hebbian(), backprop()].map((learner) => directionsOf(network, { learner }, batch).slice(-2).flat())
    expect(relativeError(hebb, gradient)).toBeLessThan(1e-15)
  })
})

it('free and linear grows along the correlations C of its inputs: W_t = W_0 (I + rate C)^t', () => {
  const [rate, steps] = [0.1, 25]
  withNetwork({ sizes: [4, 3] }, (network) => {
    const batch = batchFor(network, 9)
    const x = withOnes(rows(batch.x, 4)) // the bias is one more weight, on an input of 1
    const growth = plus(identity(5), times(transpose(x), x), rate / 9)
    const weights = (): Rows => {
      const [w, b] = network.parameters.map((parameter) => parameter.read()) as [Float64Array, Float64Array]
      return rows(w, 4).map((row, i) => [...row, b[i]])
    }
    const expected = product(weights(), ...Array.from({ length: steps }, () => growth))
    const before = norm(parametersOf(network))
    withTrainer(network, { learner: hebbian({ clamp: false }), optimizer: sgd({ learningRate: rate }) }, (trainer) => {
      for (let step = 0; step < steps; step++) trainer.step(batch)
    })
    expect(relativeError(weights().flat(), expected.flat())).toBeLessThan(1e-13)
    expect(norm(parametersOf(network))).toBeGreaterThan(2 * before)
  })
})
