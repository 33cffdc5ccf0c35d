// Losses and gradients that PyTorch computed in double precision: an oracle nobody on this project wrote.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  type Activation, averagePool2d, backprop, binaryCrossEntropy, conv2d, crossEntropy, dense, type Loss,
  type NetworkDescription, sequential, squaredError,
} from '../../src/index.js'
import { relativeError } from '../support/numbers.js'
import { dtypes, withTrainer } from '../support/teaching.js'

/** Dense layers by their sizes and activations; or a network over images by the calls that make its layers. */
type GoldenNetwork =
  | { readonly layers: readonly [number, ...number[]]; readonly activations: readonly (Activation | 'linear')[] }
  | { readonly layers: readonly [keyof typeof makers, ...unknown[]][]; readonly inputs: readonly number[] }

type Golden = GoldenNetwork & {
  readonly name: string
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

const linear = (activation: string): Activation => (activation === 'linear' ? 'identity' : (activation as Activation))
const makers = {
  dense: (units: number, activation: string) => dense(units, linear(activation)),
  conv2d: (channels: number, options: Parameters<typeof conv2d>[1], activation: string) => conv2d(channels, options, linear(activation)),
  averagePool2d,
}

function networkOf(file: GoldenNetwork): NetworkDescription {
  if ('inputs' in file)
    return sequential(file.inputs, file.layers.map(([kind, ...settings]) => (makers[kind] as (...all: unknown[]) => ReturnType<typeof dense>)(...settings)))
  const [inputs, ...units] = file.layers
  return sequential(inputs, units.map((n, l) => makers.dense(n, file.activations[l])))
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

it('there are eight files', () => expect(golden).toHaveLength(8))

describe.each(golden)('$name', (file) => {
  describe.each(dtypes)('in %s', (dtype) => {
    const tolerance = tolerances[dtype]
    const network = networkOf(file).build({ dtype })
    const flat = file.weights.flatMap((weight, l) => [weight, file.biases[l]])
    network.parameters.forEach((parameter, i) => parameter.write(flat[i]))

    it('predictions agree', () => {
      expect(relativeError(network.predict(file.x), file.outputs)).toBeLessThan(tolerance)
    })

    it('the loss and the gradient of every parameter agree', () => {
      withTrainer(network, { learner: backprop(), loss: losses[file.loss] }, (trainer) => {
        const direction = trainer.direction({ x: file.x, y: file.y, size: file.batch })
        expect(Math.abs(direction.loss / file.lossValue - 1)).toBeLessThan(tolerance)
        const expected = file.weightGradients.flatMap((weight, l) => [weight, file.biasGradients[l]])
        network.parameters.forEach(({ name }, i) => {
          expect(relativeError(direction.of(name), expected[i]), name).toBeLessThan(tolerance)
        })
      })
    })
  })
})
