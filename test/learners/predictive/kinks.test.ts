// Strict predictive coding at the kinks of relu and hardSigmoid: where inference says that it has converged, F is at a minimum,
// by a free energy written out here, and kinks at which nodes rest are among them.
import { describe, expect, it } from 'vitest'
import { type Activation, backprop, type Learner, type Network, predictiveCoding, squaredError } from '../../../src/index.js'
import { digits } from '../../../src/data/index.js'
import { Descent } from '../../../src/numerics/descent.js'
import { unsettled } from '../../../src/numerics/fixed-point.js'
import { InferenceInCore } from '../../../src/dynamics/inference-in-core.js'
import { Nodes } from '../../../src/dynamics/predictive-nodes.js'
import { relativeError } from '../../support/numbers.js'
import { batchFor, build, directionOf, rowsOf, withTrainer } from '../../support/teaching.js'

const kinks: Partial<Record<Activation, readonly number[]>> = { relu: [0], hardSigmoid: [0, 1] }
const functions: Partial<Record<Activation, (x: number) => number>> = {
  relu: (x) => Math.max(x, 0),
  hardSigmoid: (x) => Math.min(Math.max(x, 0), 1),
}

/** F of one sample, of squared error and precisions of 1: x are its hidden nodes, layer by layer. */
function freeEnergy(
  network: Network,
  f: (x: number) => number,
  input: readonly number[],
  x: readonly (readonly number[])[],
  y: readonly number[],
): number {
  let below = input
  let energy = 0
  for (let l = 0; 2 * l < network.parameters.length; l++) {
    const [w, b] = [network.parameters[2 * l].read(), network.parameters[2 * l + 1].read()]
    const nodes = x[l] ?? y
    nodes.forEach((node, i) => {
      const mu = below.reduce((sum, value, j) => sum + w[i * below.length + j] * value, b[i])
      energy += (node - mu) ** 2 / 2
    })
    below = nodes.map(f)
  }
  return energy
}

describe.each(['relu', 'hardSigmoid'] as const)('%s', (hidden) => {
  it.each([true, false])('rests in minima, kinks among them (in the core: %s)', (inCore) => {
    let atKinks = 0
    for (let seed = 1; seed <= 6; seed++) {
      const network = build({ sizes: [5, 8, 6, 3], hidden, seed, gain: 1.5 })
      const batch = batchFor(network, 6)
      let x: number[][] = []
      const watching: Learner = {
        ...backprop(),
        attach: (site) => {
          const { y } = site
          const nodes = new Nodes(site, [1, 1, 1])
          const inference = inCore ? new InferenceInCore(nodes) : new Descent(nodes, 'f64', () => site.batchDoubles())
          const record = unsettled()
          return {
            estimate: () => {
              nodes.start(y)
              inference.run(record, 20_000, 0.1, 1e-10)
              x = nodes.x.slice(1, -1).map((matrix) => [...matrix.read()])
              expect(record.converged).toBe(true)
              return 0
            },
            predict: () => nodes.h,
          }
        },
      }
      withTrainer(network, { learner: watching }, (trainer) => trainer.direction(batch))
      const f = functions[hidden]!
      for (let row = 0; row < batch.size; row++) {
        const of = (values: ArrayLike<number>): number[] =>
          Array.from(values).slice((row * values.length) / batch.size, ((row + 1) * values.length) / batch.size)
        const nodes = x.map(of)
        const energyAt = (changed: number[][]): number => freeEnergy(network, f, of(batch.x), changed, of(batch.y))
        const energy = energyAt(nodes)
        nodes.forEach((layer, l) =>
          layer.forEach((value, i) => {
            if (kinks[hidden]!.includes(value)) atKinks++
            for (const by of [-1e-5, 1e-5]) {
              const there = nodes.map((values, k) => values.map((old, j) => (k === l && j === i ? old + by : old)))
              expect(energyAt(there) - energy).toBeGreaterThan(-1e-13)
            }
          }),
        )
      }
      network.dispose()
    }
    expect(atKinks).toBeGreaterThan(3) // else there was nothing to see
  })
})

it('a batch of digits is inferred sample by sample', () => {
  const data = digits().train.first(64)
  const network = build({ sizes: [64, 64, 32, 10], hidden: 'relu', seed: 1 })
  const learner = predictiveCoding({ precision: 1, rate: 0.1, steps: 2000, tolerance: 1e-6 })
  withTrainer(network, { learner, loss: squaredError() }, (trainer) => {
    trainer.direction(data)
    expect(trainer.settling).toMatchObject({ converged: true })
  })
  const whole = directionOf(network, { learner }, data)
  const mean = whole.map(() => 0)
  for (let row = 0; row < 64; row++) directionOf(network, { learner }, rowsOf(data, [row])).forEach((value, i) => (mean[i] += value / 64))
  expect(relativeError(whole, mean)).toBeLessThan(1e-12)
  network.dispose()
})
