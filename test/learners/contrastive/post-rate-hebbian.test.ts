import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backprop, equilibriumPropagation, type Learner, postRateHebbian } from '../../../src/index.js'
import { backward, outputDelta } from '../../../src/dynamics/passes.js'
import { Relaxation, toRounding } from '../../../src/dynamics/relaxation.js'
import { cases, directions, expectClaim, relative, withCase } from '../claims.js'

describe('postRateHebbian', () => {
  it('keeps its claim', () => {
    expectClaim(postRateHebbian())
  })

  it('telescopes: any number of steps of any size give the contrast of the last state and the first', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 30 }), fc.double({ min: 0.1, max: 1, noNaN: true }), (each, nudgedSweeps, step) =>
        withCase(each, (network, batch) => {
          const options = { freeSweeps: 5000, nudgedSweeps, tolerance: 0, step, beta: 0.5 }
          const [integrated, contrast] = [postRateHebbian(options), equilibriumPropagation({ ...options, nudging: 'positive' })].map(
            (rule) => directions(network, rule, batch).flat(),
          )
          expect(relative(integrated, contrast)).toBeLessThan(1e-10)
        }),
      ),
      { numRuns: 10, seed: 2 },
    )
  })

  it('early inference carries backprop of the settled network: s_{L-j}(t) - s = -beta t^m / m! delta, m = j + 1', () => {
    withCase({ sizes: [4, 6, 5, 3], seed: 5, gain: 0.6 }, (network, batch) => {
      const beta = 1e-4
      const steps = 400
      const errors = [0.1, 0.05].map((time) => {
        const result: number[] = []
        const watch: Learner = {
          ...backprop(),
          attach: (site) => {
            const { y } = site
            const parameters = network.layers.map((layer) => layer.parameters)
            const free = new Relaxation(site, parameters, 1, toRounding)
            const early = new Relaxation(site, parameters, 1, { ...toRounding, tolerance: 0, nudgedSweeps: steps, step: time / steps })
            const [s, t, delta] = [site.activities(), site.activities(), site.activities()]
            return {
              estimate: () => {
                free.free(s)
                early.free(t)
                s.forEach((matrix, l) => t[l].copy(matrix))
                early.nudged(t, beta, y)
                outputDelta(network, site.loss, s.at(-1)!, y, delta.at(-1)!)
                backward(
                  network,
                  s,
                  delta,
                  parameters.map(({ weight }) => weight),
                )
                for (let l = 1, m = network.layers.length; m > 0; l++, m--) {
                  const factor = (beta * time ** m) / [1, 1, 2, 6][m]
                  const moved = t[l].read().map((value, i) => (value - s[l].read()[i]) / factor)
                  result.push(
                    relative(
                      Array.from(moved),
                      Array.from(delta[l].read(), (value) => -value),
                    ),
                  )
                }
                return 0
              },
              predict: () => s,
            }
          },
        }
        directions(network, watch, batch)
        return result
      })
      errors[0].forEach((error, l) => {
        expect(error).toBeLessThan(0.1)
        expect(Math.log2(error / errors[1][l])).toBeGreaterThan(0.8)
      })
    })
  })
})
