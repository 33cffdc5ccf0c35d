// The relaxation engine itself: its two forms agree to the bit, samples settle each by itself, and what they settle on
// are solutions of the equations, written out here.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binaryCrossEntropy, crossEntropy, equilibriumPropagation, type Learner, type Loss, squaredError } from '../../src/index.js'
import type { Matrix } from '../../src/core/memory.js'
import { resolveOptions } from '../../src/options.js'
import { Relaxation, type RelaxationOptions, relaxationTable, toRounding } from '../../src/dynamics/relaxation.js'
import { RelaxationByLayer } from '../../src/dynamics/relaxation-by-layer.js'
import { RelaxationInCore } from '../../src/dynamics/relaxation-in-core.js'
import { backprop } from '../../src/learners/gradient/backprop.js'
import { batchFor, build, directionOf, dtypes, type NetworkSpec, rowsOf, targetsOf, withTrainer } from '../support/teaching.js'

interface Case extends NetworkSpec {
  readonly rows: number
  readonly loss: Loss
  readonly options: RelaxationOptions
  readonly gamma: number
  readonly beta: number
  readonly kind: 'nudged' | 'clamped' | 'stepped'
  readonly linked: boolean
}

/** A loss that reads something in the outputs: no distribution over one. */
const isReadable = ({ sizes, loss }: Pick<Case, 'sizes' | 'loss'>): boolean => !loss.distributions || sizes.at(-1)! > 1

const cases: fc.Arbitrary<Case> = fc
  .record({
    sizes: fc.array(fc.integer({ min: 1, max: 11 }), { minLength: 2, maxLength: 5 }),
    hidden: fc.constantFrom('tanh', 'hardSigmoid', 'softplus'),
    seed: fc.nat(1000),
    gain: fc.constantFrom(0.4, 0.8, 1.2),
    dtype: fc.constantFrom(...dtypes),
    rows: fc.integer({ min: 1, max: 9 }),
    loss: fc.constantFrom(squaredError(), crossEntropy(), binaryCrossEntropy()),
    options: fc.record({
      freeSweeps: fc.integer({ min: 1, max: 30 }),
      nudgedSweeps: fc.integer({ min: 1, max: 9 }),
      tolerance: fc.constantFrom(0, 1e-2, 1e-4),
      step: fc.constantFrom('adaptive' as const, 1, 0.5),
    }),
    gamma: fc.constantFrom(1, 0.3),
    beta: fc.constantFrom(0.5, -0.5),
    kind: fc.constantFrom('nudged', 'clamped', 'stepped'),
    linked: fc.boolean(),
  } as const)
  .filter(isReadable)

type Form = typeof RelaxationInCore | typeof RelaxationByLayer

/** Bits of all states after a free and another phase, and how each went. */
function settle({ rows, loss, options, gamma, beta, kind, linked, ...spec }: Case, form?: Form, only?: number) {
  const network = build(spec)
  const whole = batchFor(network, rows, targetsOf(loss), spec.seed)
  const found: unknown[] = []
  const watching: Learner = {
    ...backprop(),
    attach: (site) => {
      const { y } = site
      const parameters = network.layers.map((layer) => layer.parameters)
      const relaxation = new Relaxation(site, parameters, gamma, resolveOptions('test', relaxationTable, options), {
        strength: 0.5,
        weakening: gamma,
        linked,
        amplified: gamma === 1,
        ...(form && { engine: form }),
      })
      const s = site.activities()
      const note = (): void => void found.push(...s.map((matrix) => matrix.read()), { ...relaxation.settling })
      return {
        estimate: () => {
          relaxation.free(s)
          note()
          found.push(relaxation.activities(s).at(-1)!.read())
          if (kind === 'clamped') relaxation.clamped(s, y)
          else if (kind === 'nudged') relaxation.nudged(s, beta, y)
          else relaxation.nudged(s, beta, y, note)
          note()
          found.push(y.read())
          return 0
        },
        predict: () => s,
      }
    },
  }
  directionOf(network, { learner: watching, loss }, only === undefined ? whole : rowsOf(whole, [only]))
  network.dispose()
  return found
}

it('in the core is the relaxation by layers, to the bit', () => {
  fc.assert(
    fc.property(cases, (setting) => {
      expect(settle(setting, RelaxationInCore)).toEqual(settle(setting, RelaxationByLayer))
    }),
    { numRuns: 300, seed: 1 },
  )
})

it('serves networks of dense layers in the core', () => {
  fc.assert(
    fc.property(cases, (setting) => {
      expect(settle(setting)).toEqual(settle(setting, RelaxationInCore))
    }),
    { numRuns: 5, seed: 2 },
  )
})

it.each([RelaxationInCore, RelaxationByLayer])('settles each sample as it would alone, to the bit (%o)', (form) => {
  fc.assert(
    fc.property(
      cases.filter(({ rows, kind }) => rows > 1 && kind !== 'stepped'),
      (setting) => {
        const together = settle(setting, form)
        for (let row = 0; row < setting.rows; row++)
          settle(setting, form, row).forEach((alone, i) => {
            if (!ArrayBuffer.isView(alone)) return
            const [one, all] = [alone, together[i]] as unknown as Float64Array[]
            expect(all.subarray(row * one.length, (row + 1) * one.length)).toEqual(one)
          })
      },
    ),
    { numRuns: 60, seed: 3 },
  )
})

describe.each([squaredError(), crossEntropy(), binaryCrossEntropy()])('with $name', (loss) => {
  it.each(['adaptive', 1, 0.5] as const)('settles on a solution of s_l = f(W_l s_{l-1} + W_{l+1}^T s_{l+1} + b_l), step %s', (step) => {
    const network = build({ sizes: [5, 7, 6, 3], gain: 0.5, seed: 4 })
    const batch = batchFor(network, 4, targetsOf(loss))
    const worst: number[] = []
    const beta = 0.4
    const watching: Learner = {
      ...backprop(),
      attach: (site) => {
        const { y } = site
        const relaxation = new Relaxation(
          site,
          network.layers.map(({ parameters }) => parameters),
          1,
          { ...toRounding, step },
        )
        const s = site.activities()
        const off = (nudge: (o: Float64Array) => number[]): number => {
          const [W, b] = [
            network.layers.map(({ parameters }) => parameters.weight.read()),
            network.layers.map(({ parameters }) => parameters.bias.read()),
          ]
          let largest = 0
          for (let row = 0; row < batch.size; row++) {
            const at = (m: Matrix) => m.read().slice(row * m.columns, (row + 1) * m.columns) as Float64Array
            const states = s.map(at)
            for (let l = 1; l < states.length; l++) {
              const [here, below, above] = [states[l], states[l - 1], states[l + 1]]
              const extra = above ? [] : nudge(here)
              here.forEach((value, i) => {
                let a = b[l - 1][i] + (extra[i] ?? 0)
                below.forEach((x, j) => (a += W[l - 1][i * below.length + j] * x))
                above?.forEach((x, j) => (a += W[l][j * here.length + i] * x))
                largest = Math.max(largest, Math.abs(value - (above ? Math.tanh(a) : a)))
              })
            }
          }
          return largest
        }
        return {
          estimate: () => {
            relaxation.free(s)
            worst.push(off(() => []))
            relaxation.nudged(s, beta, y)
            const targets = y.read()
            let row = 0
            worst.push(
              off((o) => {
                const e = Array.from(o, Math.exp)
                const total = e.reduce((sum, x) => sum + x)
                const link = {
                  squaredError: (x: number) => x,
                  crossEntropy: (x: number) => Math.exp(x) / total,
                  binaryCrossEntropy: (x: number) => 1 / (1 + Math.exp(-x)),
                }[loss.name]
                const start = row++ * o.length
                return Array.from(o, (x, i) => -beta * (link!(x) - targets[start + i]))
              }),
            )
            return 0
          },
          predict: () => s,
        }
      },
    }
    directionOf(network, { learner: watching, loss }, batch)
    network.dispose()
    expect(worst.length).toBe(2)
    for (const error of worst) expect(error).toBeLessThan(2e-14)
  })
})

it('takes the weights as they are in each free phase', () => {
  const spec: NetworkSpec = { sizes: [4, 6, 5, 3], gain: 0.5 }
  const [network, other] = [build(spec), build({ ...spec, seed: 2 })]
  const batch = batchFor(network, 3)
  withTrainer(network, { learner: equilibriumPropagation() }, (trainer) => {
    trainer.direction(batch)
    network.parameters.forEach((parameter, i) => parameter.write(other.parameters[i].read()))
    expect(trainer.direction(batch).of('layers.1.weight')).toEqual(
      withTrainer(other, { learner: equilibriumPropagation() }, (fresh) => fresh.direction(batch).of('layers.1.weight')),
    )
  })
  for (const each of [network, other]) each.dispose()
})

it('adaptive steps need fewer sweeps than steps of 1 where settling is slow', () => {
  const sweeps = (step: 'adaptive' | 1): number => {
    const found = settle({
      sizes: [6, 20, 20, 3],
      gain: 0.5,
      seed: 1,
      dtype: 'f64',
      rows: 8,
      loss: squaredError(),
      gamma: 1,
      beta: 0.1,
      kind: 'nudged',
      linked: false,
      options: { freeSweeps: 5000, tolerance: 1e-10, step },
    })
    const { sweeps, converged } = found[4] as { sweeps: number; converged: boolean }
    expect(converged).toBe(true)
    return sweeps
  }
  expect(sweeps('adaptive')).toBeLessThan(0.7 * sweeps(1))
})
