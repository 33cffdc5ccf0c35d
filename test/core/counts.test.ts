// Counts that no 32-bit integer holds, at the border of the core.
import { afterAll, describe, expect, it } from 'vitest'
import { Region } from '../../src/core/memory.js'
import { operations } from '../../src/core/operations.js'
import { permutation } from '../../src/core/permutation.js'
import { philox } from '../../src/core/philox.js'
import { Random } from '../../src/core/random.js'
import {
  contrastiveHebbian,
  equilibriumPropagation,
  generec,
  predictiveCoding,
  recurrentBackprop,
  postRateHebbian,
} from '../../src/index.js'
import { batchFor, directionOf, dtypes, withNetwork } from '../support/teaching.js'

const region = new Region('test')
afterAll(() => region.dispose())

describe.each([1_000_000, 1_000_001, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1])('%d sweeps', (many) => {
  const relaxation = (sweeps: number) => ({ freeSweeps: sweeps, nudgedSweeps: sweeps, tolerance: 1e-9 })
  const rules = {
    contrastiveHebbian: (sweeps: number) => contrastiveHebbian({ gamma: 0.1, ...relaxation(sweeps) }),
    equilibriumPropagation: (sweeps: number) => equilibriumPropagation(relaxation(sweeps)),
    'equilibriumPropagation of potentials': (sweeps: number) => equilibriumPropagation({ states: 'potentials', ...relaxation(sweeps) }),
    generec: (sweeps: number) => generec(relaxation(sweeps)),
    postRateHebbian: (sweeps: number) => postRateHebbian(relaxation(sweeps)),
    recurrentBackprop: (sweeps: number) => recurrentBackprop({ freeSweeps: sweeps, adjointSweeps: sweeps, tolerance: 1e-9 }),
    predictiveCoding: (sweeps: number) => predictiveCoding({ steps: sweeps, tolerance: 1e-9 }),
  }

  it.each(Object.entries(rules))('%s settles as with as many as it needs, or says that these are too many', (_, rule) => {
    if (many > 1_000_000) return void expect(() => rule(many)).toThrow(expect.objectContaining({ code: 'RANGE' }))
    withNetwork({ sizes: [3, 4, 2], gain: 0.3, seed: 2 }, (network) => {
      const batch = batchFor(network, 3)
      const direction = directionOf(network, { learner: rule(many) }, batch)
      expect(direction).toEqual(directionOf(network, { learner: rule(10_000) }, batch))
      expect(direction.some((value) => value !== 0)).toBe(true)
    })
  })
})

describe('random numbers beyond 2^32 fills', () => {
  const position = 2 ** 32 * 3 + 5

  it('go on in the next word of the counter, and do not begin again', () => {
    for (const dtype of dtypes) {
      const out = region.matrix(dtype, 1, 8)
      const drawn = [5, position].map((at) => {
        const random = new Random(7, 9)
        random.position = at
        random.uniform(out, 0, 1)
        expect(random.position).toBe(at + 1)
        return Array.from(out.read())
      })
      expect(drawn[0]).not.toEqual(drawn[1])
    }
    const floats = region.matrix('f32', 1, 4)
    operations('f32').uniform(7, 9, position, floats)
    expect(Array.from(floats.read())).toEqual(philox([0, 0, 5, 3], [7, 9]).map((word) => (word >>> 8) / 2 ** 24))
  })

  it('order as many epochs', () => {
    expect(permutation(7, 9, position, 20)).not.toEqual(permutation(7, 9, 5, 20))
    expect(permutation(7, 9, 2 ** 53 - 1, 20).toSorted()).toEqual(Uint32Array.from({ length: 20 }, (_, i) => i))
  })
})

it('the size of packed weights is no address that wraps', () => {
  expect(operations('f32').packedSize(1, 2 ** 27)).toBe(2 ** 32)
  expect(operations('f64').packedSize(9, 2 ** 28)).toBe(12 * 2 ** 28 * 8)
})
