import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dataset, oneHot } from '../../src/data/index.js'
import { NgradError } from '../../src/errors.js'

const refusal = (code: string, where: string | RegExp) =>
  expect.objectContaining({ name: 'NgradError', code, where: typeof where === 'string' ? where : expect.stringMatching(where) })

/** n examples whose input is their number, twice, and whose target is its square. */
function numbered(n: number) {
  const numbers = Array.from({ length: n }, (_, i) => i)
  return dataset({ x: numbers.flatMap((i) => [i, i]), y: numbers.map((i) => i * i), size: n })
}

test('one-hot rows that no memory holds are refused as such', () => {
  const labels = new Array<number>(20_000).fill((1 << 20) - 1)
  expect(() => oneHot(labels)).toThrow(refusal('OUT_OF_MEMORY', /./))
})

describe('dataset', () => {
  test('keeps typed arrays and turns plain ones into Float64Array', () => {
    const x = new Float32Array(6)
    const kept = dataset({ x, y: [1, 2, 3], size: 3 })
    expect(kept.x).toBe(x)
    expect(kept.y).toEqual(Float64Array.of(1, 2, 3))
    expect(kept).toMatchObject({ size: 3, inputs: 2, outputs: 1, shape: [2] })
    expect(dataset({ x, y: [1], size: 1, shape: [1, 2, 3] }).shape).toEqual([1, 2, 3])
  })

  test.each([
    ['a size of 0', { x: [], y: [], size: 0 }, 'RANGE', 'dataset: size'],
    ['a fraction of an example', { x: [1], y: [1], size: 0.5 }, 'RANGE', 'dataset: size'],
    ['ragged rows', { x: [1, 2, 3], y: [1, 2], size: 2 }, 'SHAPE', 'dataset: x'],
    ['no targets', { x: [1, 2], y: [], size: 2 }, 'SHAPE', 'dataset: y'],
    ['a shape that does not fit', { x: [1, 2, 3, 4], y: [1], size: 1, shape: [3, 1] }, 'SHAPE', 'dataset: shape'],
    ['NaN, by row and column', { x: [1, 2, 3, NaN], y: [1, 2], size: 2 }, 'NOT_FINITE', 'dataset: x, row 1, column 1'],
    ['infinity', { x: [1, 2], y: [1, Infinity], size: 2 }, 'NOT_FINITE', 'dataset: y, row 1, column 0'],
    ['holes and null', { x: [1, null as unknown as number], y: [1, 2], size: 2 }, 'NOT_FINITE', 'dataset: x, row 1, column 0'],
    ['what is no array', { x: 3 as unknown as number[], y: [1], size: 1 }, 'TYPE', 'dataset: x'],
  ])('refuses %s', (_, source, code, where) => {
    expect(() => dataset(source)).toThrow(refusal(code, where))
  })

  test('refuses what is no source', () => {
    expect(() => dataset(undefined as never)).toThrow(refusal('TYPE', 'dataset'))
  })

  test('an error says where, what was expected and what came', () => {
    const thrown = (() => {
      try {
        return dataset({ x: [1, 2, 3], y: [1, 2], size: 2 })
      } catch (error) {
        return error
      }
    })()
    expect(thrown).toBeInstanceOf(NgradError)
    expect(thrown).toBeInstanceOf(Error)
    expect((thrown as NgradError).message).toBe('dataset: x: expected 2 rows of equal length, got 3 numbers')
  })
})

describe('first, subset, split', () => {
  test('first is a view of the first rows', () => {
    const all = numbered(5)
    const head = all.first(2)
    expect([...head.x, ...head.y]).toEqual([0, 0, 1, 1, 0, 1])
    expect(head.x.buffer).toBe(all.x.buffer)
    expect(() => all.first(6)).toThrow(refusal('RANGE', 'first: n'))
    expect(() => all.first(0)).toThrow(refusal('RANGE', 'first: n'))
  })

  test('subset copies rows in the order asked for', () => {
    const part = numbered(5).subset([4, 0, 4])
    expect([...part.x, ...part.y]).toEqual([4, 4, 0, 0, 4, 4, 16, 0, 16])
    expect(() => numbered(5).subset([])).toThrow(refusal('SHAPE', 'subset: indices'))
    expect(() => numbered(5).subset([1, 5])).toThrow(refusal('RANGE', 'subset: indices[1]'))
  })

  test('split parts every example into one of two, the same for one seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.nat(0xffffffff), fc.nat(), (n, seed, pick) => {
        const count = 1 + (pick % (n - 1))
        const [a, b] = numbered(n).split(count, seed)
        expect([a.size, b.size]).toEqual([count, n - count])
        const numbers = [...a.x, ...b.x].filter((_, i) => i % 2 === 0)
        expect([...a.y, ...b.y]).toEqual(numbers.map((i) => i * i))
        expect(numbers.sort((i, j) => i - j)).toEqual(Array.from({ length: n }, (_, i) => i))
        expect(numbered(n).split(count, seed)[0].x).toEqual(a.x)
      }),
    )
  })

  test('split takes a fraction, and leaves neither part empty', () => {
    expect(numbered(10).split(0.75)[0].size).toBe(8)
    for (const part of [0, 10, 0.01, 0.99, 1.5, -1]) {
      expect(() => numbered(10).split(part)).toThrow(refusal('RANGE', 'split: part'))
    }
    expect(() => numbered(10).split(NaN)).toThrow(refusal('NOT_FINITE', 'split: part'))
    expect(() => numbered(10).split(5, -1)).toThrow(refusal('RANGE', 'split: seed'))
  })
})

describe('labels', () => {
  test('become one-hot rows', () => {
    const data = dataset({ x: [1, 2, 3], labels: [2, 0, 1] })
    expect(data).toMatchObject({ size: 3, inputs: 1, outputs: 3 })
    expect([...data.y]).toEqual([0, 0, 1, 1, 0, 0, 0, 1, 0])
    expect(dataset({ x: [1, 2], labels: Uint8Array.of(1, 0), classes: 4 }).outputs).toBe(4)
    expect([...oneHot([1])]).toEqual([0, 1])
    expect(oneHot([], 3)).toHaveLength(0)
  })

  test('that are no classes are refused, with their place', () => {
    expect(() => oneHot([0, 3], 3)).toThrow(/labels\[1\]: expected an integer in \[0, 2\], got 3/)
    expect(() => oneHot([0.5])).toThrow(expect.objectContaining({ code: 'RANGE' }))
    expect(() => oneHot([-1])).toThrow(expect.objectContaining({ code: 'RANGE' }))
    expect(() => oneHot([0], 0)).toThrow(expect.objectContaining({ code: 'RANGE' }))
    expect(() => dataset({ x: [1], labels: [0], y: [1] })).toThrow(/expected y or labels, got both/)
    expect(() => dataset({ x: [1], size: 1 })).toThrow(/expected y or labels, got neither/)
    expect(() => dataset({ x: [1, 2, 3], labels: [0, 1] })).toThrow(expect.objectContaining({ code: 'SHAPE' }))
  })
})

describe('stratified splits', () => {
  const labels = Array.from({ length: 100 }, (_, i) => (i < 70 ? 0 : i < 90 ? 1 : 2))
  const data = dataset({ x: labels.map((_, i) => i), labels })
  const counts = (of: { y: ArrayLike<number>; size: number }): number[] => {
    const sums = [0, 0, 0]
    for (let i = 0; i < of.y.length; i++) sums[i % 3] += of.y[i]
    return sums
  }

  test('take each class’s share, every example once, and depend on the seed', () => {
    const [part, rest] = data.split(0.3, 4, { stratified: true })
    expect(counts(part)).toEqual([21, 6, 3])
    expect(counts(rest)).toEqual([49, 14, 7])
    expect([...part.x, ...rest.x].sort((a, b) => a - b)).toEqual(labels.map((_, i) => i))
    expect(data.split(0.3, 4, { stratified: true })[0].x).toEqual(part.x)
    expect(data.split(0.3, 5, { stratified: true })[0].x).not.toEqual(part.x)
    expect([...part.x]).not.toEqual([...part.x].sort((a, b) => a - b))
  })

  test('are as near as whole examples allow, for any count', () => {
    for (let count = 1; count < 100; count++) {
      const [part] = data.split(count, 1, { stratified: true })
      expect(part.size).toBe(count)
      counts(part).forEach((had, label) => expect(Math.abs(had - [0.7, 0.2, 0.1][label] * count)).toBeLessThan(1))
    }
  })
})
