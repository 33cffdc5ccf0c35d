// Kolen-Pollack (1994): R gets the updates of W, and decays alike, so that W - R only decays.
import { describe, expect, it } from 'vitest'
import { adam, backprop, chain, clipNorm, crossEntropy, kolenPollack, type Network, sgd, type Trainer } from '../../../src/index.js'
import { norm, relativeError } from '../../support/numbers.js'
import { batchFor, bits, directionOf, parametersOf, withNetwork, withTrainer } from '../../support/teaching.js'

const spec = { sizes: [4, 6, 5, 3], seed: 6 }
const loss = crossEntropy()
const optimizers = [
  { name: 'sgd', optimizer: sgd({ learningRate: 0.1 }) },
  { name: 'momentum', optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }) },
  { name: 'adam', optimizer: adam({ learningRate: 0.01 }) },
  { name: 'clipped adam', optimizer: chain(clipNorm(0.1), adam({ learningRate: 0.01 })) },
]

/** W_l - R_l of layers 2 ... L. */
const differencesOf = ({ auxiliaryParameters }: Trainer, network: Network): number[] =>
  auxiliaryParameters.flatMap((feedback, i) => {
    const r = feedback.read()
    return Array.from(network.parameters[2 * (i + 1)].read(), (w, j) => w - r[j])
  })

describe.each(optimizers)('with $name', ({ optimizer }) => {
  it.each([0.05, 1e-3, 0])('every difference W - R is multiplied by 1 - decay a step, for decay = %f', (decay) => {
    withNetwork(spec, (network) =>
      withTrainer(network, { learner: kolenPollack({ decay }), loss, optimizer }, (trainer) => {
        const batch = batchFor(network, 6, 'classes')
        const [before, start] = [differencesOf(trainer, network), parametersOf(network)]
        for (let t = 1; t <= 40; t++) {
          trainer.step(batch)
          const expected = before.map((difference) => (1 - decay) ** t * difference)
          expect(relativeError(differencesOf(trainer, network), expected)).toBeLessThan(1e-13)
        }
        expect(relativeError(parametersOf(network), start)).toBeGreaterThan(0.05)
      }),
    )
  })

  it('becomes backprop', () => {
    withNetwork(spec, (network) =>
      withTrainer(network, { learner: kolenPollack({ decay: 0.01 }), loss, optimizer }, (trainer) => {
        const batch = batchFor(network, 6, 'classes')
        const distance = (): number => {
          const direction = trainer.direction(batch)
          const here = network.parameters.flatMap(({ name }) => Array.from(direction.of(name)))
          return relativeError(here, directionOf(network, { learner: backprop(), loss }, batch))
        }
        expect(distance()).toBeGreaterThan(0.1)
        for (let step = 0; step < 2500; step++) trainer.step(batch)
        expect(distance()).toBeLessThan(1e-9) // 0.99^2500 = 1e-11
      }),
    )
  })
})

it('decays the weights of the network too, after each step, but not its biases', () => {
  withNetwork(spec, (decayed) =>
    withNetwork(spec, (plain) => {
      const batch = batchFor(plain, 6, 'classes')
      const step = (network: Network, decay: number): void =>
        withTrainer(network, { learner: kolenPollack({ decay }), loss }, (trainer) => void trainer.step(batch))
      step(decayed, 0.25)
      step(plain, 0)
      decayed.parameters.forEach((parameter, i) => {
        const factor = parameter.shape.length === 2 ? 0.75 : 1
        expect(
          relativeError(
            parameter.read(),
            plain.parameters[i].read().map((value) => factor * value),
          ),
        ).toBeLessThan(1e-15)
      })
    }),
  )
})

it('has the bits of backprop when R = W, at every step', () => {
  withNetwork(spec, (network) =>
    withTrainer(network, { learner: kolenPollack(), loss }, (trainer) => {
      const batch = batchFor(network, 6, 'classes')
      trainer.auxiliaryParameters.forEach((r, i) => r.write(network.parameters[2 * (i + 1)].read()))
      for (let step = 0; step < 5; step++) {
        const direction = trainer.direction(batch)
        const here = network.parameters.flatMap(({ name }) => Array.from(direction.of(name)))
        expect(bits(here)).toBe(bits(directionOf(network, { learner: backprop(), loss }, batch)))
        trainer.step(batch)
      }
      expect(norm(differencesOf(trainer, network))).toBe(0)
    }),
  )
})
