// Hopfield's memory (Hopfield 1982) in use; its claims are in src/verify/claims/memories.ts.
import { describe, expect, it } from 'vitest'
import { associativeMemory, type AssociativeMemory, createTrainer, hopfield, resume, save, sgd, squaredError } from '../../../src/index.js'
import { signTail } from '../../../src/verify/claims/memories.js'

const optimizer = sgd({ learningRate: 1 })

function stored(patterns: number[][], dtype: 'f32' | 'f64' = 'f32'): AssociativeMemory {
  const memory = associativeMemory({ units: patterns[0].length }).build({ dtype })
  const trainer = createTrainer(memory, { learner: hopfield(), optimizer })
  trainer.step({ x: patterns.flat(), size: patterns.length })
  trainer.dispose()
  return memory
}

/** Orthogonal to each other: the rows of a Hadamard matrix (Sylvester 1867). */
const hadamard = (n: number): number[][] =>
  n === 1
    ? [[1]]
    : hadamard(n / 2).flatMap((row) => [
        [...row, ...row],
        [...row, ...row.map((value) => -value)],
      ])

describe.each(['f32', 'f64'] as const)('in %s', (dtype) => {
  it('stores patterns, at once or one after another, and completes each from a cue with a fifth of its units wrong', () => {
    const patterns = hadamard(32).slice(1, 4)
    const memory = stored(patterns, dtype)
    const another = associativeMemory({ units: 32 }).build({ dtype })
    const trainer = createTrainer(another, { learner: hopfield(), optimizer })
    for (const x of patterns) trainer.step({ x, size: 1 })
    expect(another.parameters[0].read()).toEqual(memory.parameters[0].read())
    for (const pattern of patterns) {
      const cue = pattern.map((value, i) => (i % 5 === 0 ? -value : value))
      expect(memory.recall(cue)).toMatchObject({ states: expect.anything() as unknown, rests: true })
      expect(Array.from(memory.recall(cue).states)).toEqual(pattern)
    }
  })

  it('has the energy -1/2 s^T W s, and keeps a unit whose field is 0', () => {
    const memory = stored([[1, 1]], dtype)
    expect(Array.from(memory.energy([1, 1, 1, -1]))).toEqual([-0.5, 0.5])
    // Both at once they would go round, (1, -1) to (-1, 1) and back; one at a time they rest.
    expect(memory.recall([1, -1])).toEqual({ states: (dtype === 'f32' ? Float32Array : Float64Array).of(-1, -1), sweeps: 2, rests: true })
    const empty = associativeMemory({ units: 3 }).build({ dtype })
    const rested = empty.recall([1, -1, 1])
    expect({ ...rested, states: Array.from(rested.states) }).toEqual({ states: [1, -1, 1], sweeps: 1, rests: true })
  })
})

it('goes on from a checkpoint', () => {
  const description = associativeMemory({ units: 8 })
  const memory = description.build({ dtype: 'f64' })
  const trainer = createTrainer(memory, { learner: hopfield(), optimizer })
  const x = hadamard(8)[3]
  trainer.step({ x, size: 1 })
  const resumed = resume(save(trainer), { model: description, learner: hopfield(), optimizer })
  expect(resumed.model.parameters[0].read()).toEqual(memory.parameters[0].read())
})

it('has as many units wrong as the spec has it for P / N of .2 and .3, in the formula and in the tail', () => {
  expect(signTail(199 * 39, 199)).toBeCloseTo(0.01201, 3)
  expect(signTail(199 * 59, 199)).toBeCloseTo(0.0345, 2)
})

it('refuses what is no pattern, a loss, and weights that are not symmetric', () => {
  const memory = associativeMemory({ units: 2 }).build()
  const trainer = createTrainer(memory, { learner: hopfield(), optimizer })
  expect(() => trainer.step({ x: [1, 0], size: 1 })).toThrow(expect.objectContaining({ code: 'RANGE', expected: '-1 or 1' }))
  expect(() => memory.recall([1, 0.5])).toThrow(expect.objectContaining({ code: 'RANGE', where: 'recall(cues, options): row 0, column 1' }))
  expect(() => trainer.step({ x: [1, 1], size: 1, weights: [1] })).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }))
  expect(() => memory.recall([1, 1], { sweeps: 0 })).toThrow(expect.objectContaining({ code: 'RANGE' }))
  expect(() => memory.parameters[0].write([0, 1, 2, 0])).toThrow(expect.objectContaining({ code: 'RANGE' }))
  expect(() => memory.parameters[0].write([1, 1, 1, 0])).toThrow(expect.objectContaining({ code: 'RANGE' }))
  expect(() => createTrainer(memory, { learner: hopfield(), loss: squaredError(), optimizer } as never)).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED' }),
  )
})
