// Contrastive Hebbian learning with feedback at full strength is Movellan's (1991, Connectionist Models Summer School),
// in a symmetric continuous Hopfield network: no approximation, but the gradient of a contrast of free energies.
//
//   F(s) = sum over l of ( integral of f^-1 to s_l - s_l . (W_l s_{l-1} + b_l) )        G = d( F(s^+) - F(s^-) ) / dW
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Batch, contrastiveHebbian, type Learner, type Network } from '../../../src/index.js'
import { Relaxation, toRounding } from '../../../src/dynamics/relaxation.js'
import { cases, directions, relative, withCase } from '../claims.js'

/** The integral of the inverse of the logistic, and of the identity, from 0. */
const logistic = (a: number): number => a * Math.log(a) + (1 - a) * Math.log(1 - a)
const identity = (a: number): number => (a * a) / 2

/** The mean of F(s^+) - F(s^-) over the batch. */
function contrast(network: Network, batch: Batch): number {
  let result = NaN
  const energy = (s: readonly { read(): ArrayLike<number> }[]): number =>
    network.layers.reduce((sum, { index, inputs, outputs, activation, parameters }) => {
      const [below, above] = [s[index].read(), s[index + 1].read()]
      const [w, b] = [parameters.weight.read(), parameters.bias.read()]
      const self = activation === 'sigmoid' ? logistic : identity
      for (let n = 0; n < batch.size; n++)
        for (let i = 0; i < outputs; i++) {
          let drive = b[i]
          for (let j = 0; j < inputs; j++) drive += w[i * inputs + j] * below[n * inputs + j]
          sum += self(above[n * outputs + i]) - above[n * outputs + i] * drive
        }
      return sum
    }, 0)
  const watch: Learner = {
    ...contrastiveHebbian(),
    attach: (site) => {
      const { y } = site
      const relaxation = new Relaxation(
        site,
        network.layers.map(({ parameters }) => parameters),
        1,
        toRounding,
        { linked: true },
      )
      const [free, clamped] = [site.activities(), site.activities()]
      return {
        estimate: () => {
          relaxation.free(free)
          free.forEach((matrix, l) => clamped[l].copy(matrix))
          relaxation.clamped(clamped, y)
          return (result = (energy(clamped) - energy(free)) / batch.size)
        },
        predict: () => free,
      }
    },
  }
  directions(network, watch, batch)
  return result
}

it('contrastive Hebbian learning at gamma 1 is the gradient of F(s^+) - F(s^-), which is not negative', () => {
  fc.assert(
    fc.property(cases, (each) =>
      withCase(
        each,
        (network, batch) => {
          expect(contrast(network, batch)).toBeGreaterThanOrEqual(0)
          const rule = directions(network, contrastiveHebbian({ ...toRounding, gamma: 1 }), batch).flat()
          const h = 1e-4
          const numerical = network.parameters.flatMap((parameter) => {
            const values = parameter.read()
            const at = (i: number, value: number): number => {
              parameter.write(values.map((old, j) => (j === i ? value : old)))
              return contrast(network, batch)
            }
            const slopes = Array.from(values, (value, i) => (at(i, value + h) - at(i, value - h)) / (2 * h))
            parameter.write(values)
            return slopes
          })
          expect(relative(rule, numerical)).toBeLessThan(1e-6)
        },
        'sigmoid',
      ),
    ),
    { numRuns: 6, seed: 3 },
  )
})
