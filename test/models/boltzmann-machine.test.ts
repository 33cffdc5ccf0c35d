// The Boltzmann machine and its mean-field form: sampling against enumeration, symmetry, and the encoder of 1985.
import { describe, expect, it } from 'vitest'
import { boltzmannLearning, boltzmannMachine, meanFieldLearning, sgd } from '../../src/index.js'
import { binary, directionOf, largestDeviation, withTrainer } from './support.js'

const small = () => boltzmannMachine({ visible: 4, hidden: 2, inputs: 1, spread: 1 }).build({ dtype: 'f64', seed: 3 })
const batch = { x: binary(24, 1), size: 6 }

it('samples what enumeration computes: unbiased where chains reach equilibrium', () => {
  const exact = withTrainer(small(), boltzmannLearning(), (trainer) => directionOf(trainer, batch))
  const sampling = boltzmannLearning({ expectations: 'gibbs', temperatures: Array(20).fill(1), samples: 3 })
  const machine = small()
  const z = withTrainer(
    machine,
    sampling,
    (trainer) =>
      largestDeviation(2000, exact, () => {
        const direction = directionOf(trainer, batch)
        trainer.step(batch) // moves on in the random numbers, and with a rate of 0 nowhere else
        return direction
      }),
    sgd({ learningRate: 0 }),
  )
  expect(z).toBeLessThan(4.5)
})

it.each([
  ['exact', boltzmannLearning()],
  ['gibbs', boltzmannLearning({ expectations: 'gibbs' })],
  ['mean field', meanFieldLearning()],
])('stays symmetric to the bit, and without self-connections: %s', (_, learner) => {
  withTrainer(small(), learner, (trainer) => {
    for (let step = 0; step < 30; step++) trainer.step(batch)
    const weight = trainer.model.parameters[0].read()
    for (let i = 0; i < 6; i++) for (let j = 0; j <= i; j++) expect(weight[i * 6 + j] === (i === j ? 0 : weight[j * 6 + i])).toBe(true)
  })
})

it('reports how mean fields settled, and when they did not', () => {
  withTrainer(small(), meanFieldLearning(), (trainer) => {
    trainer.step(batch)
    expect(trainer.settling).toMatchObject({ converged: true })
  })
  withTrainer(small(), meanFieldLearning({ sweeps: 1, tolerance: 0 }), (trainer) => {
    trainer.step(batch)
    expect(trainer.settling).toMatchObject({ converged: false, sweeps: 1 })
  })
})

it('learns exclusive or of its inputs', () => {
  const machine = boltzmannMachine({ visible: 3, hidden: 2, inputs: 2, spread: 1 }).build({ dtype: 'f64', seed: 2 })
  const x = [0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0]
  withTrainer(
    machine,
    boltzmannLearning(),
    (trainer) => {
      for (let step = 0; step < 3000; step++) trainer.step({ x, size: 4 })
      const probabilities = machine.probabilities([0, 0, 0, 1, 1, 0, 1, 1]) // P(0), P(1) for each row
      expect([1, 3, 5, 7].map((at) => Math.round(probabilities[at]))).toEqual([0, 1, 1, 0])
    },
    sgd({ learningRate: 0.5, momentum: 0.9 }),
  )
})

describe('the 4-2-4 encoder', () => {
  // Two groups of four visible units, which only two hidden units connect: their states must become a code. From about
  // one in three initial weights they do; from the others two patterns share a code, a local minimum of the divergence.
  const connected = (i: number, j: number): boolean => (i < 4 || j < 4 ? i < 4 || i >= 8 : i < 8 || j < 8)
  const encoder = (seed: number) => boltzmannMachine({ visible: 8, hidden: 2, connected }).build({ dtype: 'f64', seed })
  const patterns = [0, 1, 2, 3].map((on) => Array.from({ length: 8 }, (_, i) => (i % 4 === on ? 1 : 0)))
  /** How likely the machine dreams each pattern: 1/4 at best. */
  const dreams = (probabilities: ArrayLike<number>): number[] => patterns.map((pattern) => probabilities[parseInt(pattern.join(''), 2)])
  const total = (values: readonly number[]): number => values.reduce((a, b) => a + b)

  it('is learned with exact expectations', () => {
    withTrainer(
      encoder(4),
      boltzmannLearning(),
      (trainer) => {
        expect(total(dreams(trainer.model.probabilities()))).toBeLessThan(0.1)
        for (let step = 0; step < 400; step++) trainer.step({ x: patterns.flat(), size: 4 })
        const each = dreams(trainer.model.probabilities())
        expect(total(each)).toBeGreaterThan(0.95)
        expect(Math.min(...each)).toBeGreaterThan(0.23)
      },
      sgd({ learningRate: 1, momentum: 0.5 }),
    )
  })

  it('is learned from samples', () => {
    withTrainer(
      encoder(10),
      boltzmannLearning({ expectations: 'gibbs' }),
      (trainer) => {
        const x = Array.from({ length: 5 }, () => patterns.flat()).flat()
        for (let step = 0; step < 1000; step++) trainer.step({ x, size: 20 })
        const each = dreams(trainer.model.probabilities())
        expect(total(each)).toBeGreaterThan(0.75)
        expect(Math.min(...each)).toBeGreaterThan(0.13)
      },
      sgd({ learningRate: 0.5, weightDecay: 1e-3 }),
      10,
    )
  })
})

it('refuses what makes no machine', () => {
  expect(() => boltzmannMachine({ visible: 0, hidden: 1 })).toThrow('visible')
  expect(() => boltzmannMachine({ visible: 2, hidden: 1, inputs: 2 })).toThrow('inputs')
  expect(() => boltzmannLearning({ temperatures: [0] })).toThrow('temperatures[0]')
  expect(() => boltzmannLearning({ expectations: 'guess' as never })).toThrow('expectations')
  const machine = boltzmannMachine({ visible: 13, hidden: 0 }).build()
  expect(() => withTrainer(machine, boltzmannLearning(), () => 0)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }))
  machine.dispose()
})
