import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Dataset, digits } from '../../src/data/index.js'

const sha256 = (lines: string[]) => createHash('sha256').update(lines.join('\n')).digest('hex')

function labels(set: Dataset): number[] {
  return Array.from({ length: set.size }, (_, row) => set.y.subarray(row * 10, row * 10 + 10).indexOf(1))
}

/** The rows as the UCI file has them: 64 grey levels and the label. */
function rows(set: Dataset): string[] {
  return labels(set).map((label, row) => [...set.x.subarray(row * 64, row * 64 + 64)].map((v) => v * 16).join() + ',' + label)
}

describe('digits', () => {
  const { train, test: held } = digits()

  test('are 1437 and 360 images of [8, 8, 1], as Float32Array', () => {
    for (const [set, size] of [
      [train, 1437],
      [held, 360],
    ] as const) {
      expect(set).toMatchObject({ size, inputs: 64, outputs: 10, shape: [8, 8, 1] })
      expect(set.x).toBeInstanceOf(Float32Array)
      expect(set.y).toBeInstanceOf(Float32Array)
      expect(set.x.length).toBe(size * 64)
      expect(set.y.length).toBe(size * 10)
    }
  })

  test('hold grey levels k/16 in [0, 1] and one-hot rows', () => {
    for (const set of [train, held]) {
      expect(set.x.every((v) => v >= 0 && v <= 1 && Number.isInteger(v * 16))).toBe(true)
      expect(set.y.every((v) => v === 0 || v === 1)).toBe(true)
      for (let row = 0; row < set.size; row++) {
        expect([...set.y.subarray(row * 10, row * 10 + 10)].filter((v) => v === 1)).toEqual([1])
      }
    }
  })

  test('are the UCI file, every image once', () => {
    // sha256 of the sorted lines of the file that scripts/embed-digits.mjs was given.
    expect(sha256([...rows(train), ...rows(held)].sort())).toBe('fc1255d0784918cf3940a07ef6f3daddcbd3d2d03a4d273dbca0ff254be2b974')
    const counts = Array.from({ length: 10 }, () => 0)
    for (const label of [...labels(train), ...labels(held)]) counts[label]++
    expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
  })

  test('are split for ever as the first release split them', () => {
    expect(sha256(rows(train))).toBe('4e351102b892dfa19ecfe8f8fcdd6ed0208337fe4900e76b814be6bf61a9576f')
    expect(sha256(rows(held))).toBe('f1575ae05a7ffe12dc8f06ffa1a9b51c29004c1972a20bf56d69cb1bfdaac54b')
  })

  test('are fresh at each call', () => {
    const first = digits().test
    first.x.fill(0.5)
    expect(digits().test.x).toEqual(held.x)
  })
})
