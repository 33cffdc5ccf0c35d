// Losses and gradients that PyTorch computed in double precision: an oracle nobody on this project wrote.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  type Activation, backprop, binaryCrossEntropy, crossEntropy, dense, type Loss, sequential, squaredError,
} from '../../src/index.js'
import { relativeError } from '../support/numbers.js'
import { dtypes, withTrainer } from '../support/teaching.js'

interface Golden {
  readonly name: string
  readonly layers: readonly number[]
  readonly activations: readonly (Activation | 'linear')[]
  readonly loss: 'squared-error' | 'cross-entropy' | 'binary-cross-entropy'
  readonly batch: number
  readonly weights: readonly number[][]
  readonly biases: readonly number[][]
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly outputs: readonly number[]
  readonly lossValue: number
  readonly weightGradients: readonly number[][]
  readonly biasGradients: readonly number[][]
}

const losses: Record<Golden['loss'], Loss> = {
  'squared-error': squaredError(),
  'cross-entropy': crossEntropy(),
  'binary-cross-entropy': binaryCrossEntropy(),
}
const tolerances = { f32: 2e-5, f64: 1e-12 }

const golden = readdirSync(new URL('.', import.meta.url))
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as Golden)

it('there are five files', () => expect(golden).toHaveLength(5))

describe.each(golden)('$name', (file) => {
  describe.each(dtypes)('in %s', (dtype) => {
    const tolerance = tolerances[dtype]
    const [inputs, ...units] = file.layers as [number, ...number[]]
    const activation = (l: number) => (file.activations[l] === 'linear' ? 'identity' : file.activations[l]) as Activation
    const network = sequential(inputs, units.map((n, l) => dense(n, activation(l)))).build({ dtype })
    const flat = file.weights.flatMap((weight, l) => [weight, file.biases[l]!])
    network.parameters.forEach((parameter, i) => parameter.write(flat[i]!))

    it('predictions agree', () => {
      expect(relativeError(network.predict(file.x), file.outputs)).toBeLessThan(tolerance)
    })

    it('the loss and the gradient of every parameter agree', () => {
      withTrainer(network, { learner: backprop(), loss: losses[file.loss] }, (trainer) => {
        const direction = trainer.direction({ x: file.x, y: file.y, size: file.batch })
        expect(Math.abs(direction.loss / file.lossValue - 1)).toBeLessThan(tolerance)
        const expected = file.weightGradients.flatMap((weight, l) => [weight, file.biasGradients[l]!])
        network.parameters.forEach(({ name }, i) => {
          expect(relativeError(direction.of(name), expected[i]!), name).toBeLessThan(tolerance)
        })
      })
    })
  })
})
