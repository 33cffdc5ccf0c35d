// Samples, features and reconstructions, against the distributions that enumeration gives exactly.
import { describe, expect, it } from 'vitest'
import { boltzmannMachine, helmholtzMachine, rbm } from '../../src/index.js'

const sigmoid = (a: number): number => 1 / (1 + Math.exp(-a))
const spread = (length: number, size: number): number[] => Array.from({ length }, (_, i) => size * Math.sin(3 * i + 1))

/** How often each binary row comes, in the order of binary counting: the first unit counts most. */
function frequencies(rows: ArrayLike<number>, units: number): number[] {
  const counts = new Array<number>(1 << units).fill(0)
  for (let at = 0; at < rows.length; at += units) {
    let state = 0
    for (let i = 0; i < units; i++) state = 2 * state + rows[at + i]
    counts[state]++
  }
  return counts
}

/** Pearson's chi-squared of counts, whose mean is their number less one where they are drawn from p. */
function chiSquared(counts: readonly number[], p: ArrayLike<number>): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  return counts.reduce((sum, count, i) => sum + (count - total * p[i]) ** 2 / (total * p[i]), 0)
}

/** The 1 - 1e-6 quantile of chi-squared of n degrees of freedom (Wilson & Hilferty 1931, PNAS 17:684), to a per cent. */
const surely = (n: number): number => n * (1 - 2 / (9 * n) + 4.7534 * Math.sqrt(2 / (9 * n))) ** 3

describe('a restricted Boltzmann machine', () => {
  const machine = rbm({ visible: 4, hidden: 3 }).build({ dtype: 'f64' })
  machine.parameters[0].write(spread(12, 1.5))
  machine.parameters[1].write(spread(4, 0.7))
  machine.parameters[2].write(spread(3, 0.5))
  const [w, a, c] = machine.parameters.map((parameter) => Array.from(parameter.read()))
  const x = [1, 0, 1, 1, 0, 0, 1, 0]

  it('samples its distribution', () => {
    const p = machine.probabilities()
    const counts = frequencies(machine.sample(20_000, { seed: 3, sweeps: 200 }), 4)
    expect(chiSquared(counts, p)).toBeLessThan(surely(15))
    const twice = frequencies(machine.sample(20_000, { seed: 3, sweeps: 0 }), 4) // no sweeps: units of 0 and 1 alike
    expect(chiSquared(twice, new Array<number>(16).fill(1 / 16))).toBeLessThan(surely(15))
  })

  it('gives the probabilities of hidden units, and those of visible ones from them', () => {
    const features = machine.features(x)
    const reconstruction = machine.reconstruct(x)
    for (let row = 0; row < 2; row++) {
      const h = c.map((bias, j) => sigmoid(bias + [0, 1, 2, 3].reduce((sum, i) => sum + w[4 * j + i] * x[4 * row + i], 0)))
      h.forEach((p, j) => expect(features[3 * row + j]).toBeCloseTo(p, 14))
      a.forEach((bias, i) => {
        const p = sigmoid(bias + [0, 1, 2].reduce((sum, j) => sum + w[4 * j + i] * h[j], 0))
        expect(reconstruction[4 * row + i]).toBeCloseTo(p, 14)
      })
    }
  })

  it('gives the same samples for a seed, others for another, none for none', () => {
    expect(machine.sample(5, { seed: 1, sweeps: 3 })).toEqual(machine.sample(5, { seed: 1, sweeps: 3 }))
    expect(machine.sample(50, { seed: 1, sweeps: 3 })).not.toEqual(machine.sample(50, { seed: 2, sweeps: 3 }))
    expect(machine.sample(0)).toHaveLength(0)
    expect(() => machine.sample(-1)).toThrow(expect.objectContaining({ code: 'RANGE' }))
    expect(() => machine.sample(1, { sweeps: -1 })).toThrow(expect.objectContaining({ code: 'RANGE' }))
    expect(() => machine.sample(1, { steps: 1 } as never)).toThrow(expect.objectContaining({ code: 'RANGE' }))
  })
})

describe('a Boltzmann machine', () => {
  it('samples its distribution, given its inputs', () => {
    const machine = boltzmannMachine({ visible: 4, hidden: 2, inputs: 1 }).build({ dtype: 'f64' })
    const weight = Array.from({ length: 36 }, (_, at) => {
      const [i, j] = [Math.floor(at / 6), at % 6]
      return i === j ? 0 : Math.cos(2 * Math.min(i, j) + 3 * Math.max(i, j))
    })
    machine.parameters[0].write(weight)
    machine.parameters[1].write(spread(6, 0.6))
    const many = 20_000
    for (const input of [0, 1]) {
      const samples = machine.sample(new Array<number>(many).fill(input), { seed: 5, sweeps: 100 })
      expect(samples.filter((_, i) => i % 4 === 0).every((value) => value === input)).toBe(true)
      const counts = frequencies(
        samples.filter((_, i) => i % 4 !== 0),
        3,
      )
      const p = machine.probabilities([input])
      expect(chiSquared(counts, p)).toBeLessThan(surely(7))
    }
    expect(() => machine.sample(3)).toThrow(expect.objectContaining({ code: 'TYPE' }))
  })
})

describe('a Helmholtz machine', () => {
  const machine = helmholtzMachine({ layers: [3, 2, 2] }).build({ dtype: 'f64' })
  machine.parameters.forEach((parameter, i) => parameter.write(spread(parameter.read().length, 1 + 0.1 * i)))

  it('dreams its distribution', () => {
    const states = Array.from({ length: 8 }, (_, state) => [4, 2, 1].map((bit) => (state & bit ? 1 : 0)))
    const p = Array.from(machine.logLikelihood(states.flat()), Math.exp)
    expect(p.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12)
    expect(chiSquared(frequencies(machine.sample(40_000, { seed: 2 }), 3), p)).toBeLessThan(surely(7))
  })

  it('gives what it recognizes, layer by layer, and what it would generate from that', () => {
    const read = (name: string): number[] => Array.from(machine.parameters.find((parameter) => parameter.name === name)!.read())
    const drive = (kind: string, k: number, from: number[]): number[] =>
      read(`${kind}.${k}.bias`).map((bias, j) =>
        sigmoid(from.reduce((sum, value, i) => sum + read(`${kind}.${k}.weight`)[j * from.length + i] * value, bias)),
      )
    const x = [1, 0, 1]
    const first = drive('recognition', 1, x)
    const second = drive('recognition', 2, first)
    machine.features(x).forEach((layer, k) => layer.forEach((p, j) => expect(p).toBeCloseTo([first, second][k][j], 14)))
    drive('generative', 0, drive('generative', 1, second)).forEach((p, i) => expect(machine.reconstruct(x)[i]).toBeCloseTo(p, 14))
  })
})
