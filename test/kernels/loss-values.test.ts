// Loss values against a calculation of 1200 bits: logits of any size, losses as small as they get, any number of classes,
// targets that are smooth or do not sum to 1. Off by how much, in units in the last place of the true value in the element type.
import { afterAll, describe, expect, it } from 'vitest'
import { type Matrix, Region } from '../../src/core/memory.js'
import { operations } from '../../src/core/operations.js'
import { generator } from '../support/numbers.js'
import { losses, precise, exp, log, ulpsOff } from '../support/precise.js'
import { dtypes } from '../support/teaching.js'

const region = new Region('test')
afterAll(() => region.dispose())

it('the oracle knows e, ln 10 and ln(1 + 2^-80)', () => {
  const digits = (value: bigint): string => `${(value * 10n ** 50n) >> 1200n}`
  expect(digits(exp(precise(1)))).toBe('271828182845904523536028747135266249775724709369995')
  expect(digits(log(precise(10)))).toBe('230258509299404568401799145468436420760110148862877')
  const x = 1n << 1120n
  const [square, cube, fourth] = [1n << 1040n, 1n << 960n, 1n << 880n]
  const series = x - square / 2n + cube / 3n - fourth / 4n
  expect(Number((log((1n << 1200n) + x) - series) >> 810n)).toBe(0)
})

describe.each(dtypes)('in %s', (dtype) => {
  const ops = operations(dtype)
  const bits = dtype === 'f32' ? 24 : 53
  const rounded = (x: number): number => (dtype === 'f32' ? Math.fround(x) : x)

  const matrix = (values: readonly number[]): Matrix => {
    const made = region.matrix(dtype, 1, values.length)
    made.write(values)
    return made
  }

  /** The largest error of a loss over rows; the value must be the same bits with and without errors, and for each row. */
  function worst(name: keyof typeof losses, rows: readonly (readonly [h: number[], y: number[]])[]): number {
    return Math.max(
      ...rows.map(([h, y]) => {
        const [hs, ys, errors, samples] = [matrix(h), matrix(y), matrix(h), region.matrix('f64', 1, 1)]
        const value = ops[name](hs, ys, null, null)
        expect(ops[name](hs, ys, errors, samples)).toBe(value)
        expect(samples.read()[0]).toBe(value)
        for (const { pointer } of [hs, ys, errors, samples]) region.free(pointer)
        return ulpsOff(value, losses[name](h, y), bits)
      }),
    )
  }

  const random = generator(7)
  const logit = (size: number): number => rounded(size * (2 * random() - 1))
  const sizes = [1e-3, 1, 15, 100, 1e4]
  const oneHot = (n: number, at: number): number[] => Array.from({ length: n }, (_, j) => Number(j === at))
  const rowsOf = (count: number, row: (size: number) => [number[], number[]]): [number[], number[]][] =>
    sizes.flatMap((size) => Array.from({ length: count }, () => row(size)))

  // Floats are summed as doubles. Of doubles, the exponential is within 0.84, log1p and softplus are within 0.77 and 1.58 units.
  const bound = dtype === 'f32' ? 0.02 : 2

  it.each([1, 2, 3, 4, 5, 10, 33])('cross-entropy of %i classes: one-hot, smooth targets, targets that do not sum to 1', (n) => {
    const logits = (size: number): number[] => Array.from({ length: n }, () => logit(size))
    const targets = [
      (h: number[]) => oneHot(n, h.indexOf(Math.max(...h))),
      () => oneHot(n, Math.floor(random() * n)),
      () => Array.from({ length: n }, () => rounded(random())),
      () => Array.from({ length: n }, () => rounded(0.1 / n)).with(0, rounded(0.9)),
    ]
    for (const target of targets) {
      const off = worst(
        'crossEntropy',
        rowsOf(12, (size) => {
          const h = logits(size)
          return [h, target(h)]
        }),
      )
      expect(off).toBeLessThanOrEqual(bound)
    }
  })

  it('cross-entropy of up to 1e5 classes', () => {
    for (const [n, size] of [
      [1000, 5],
      [1e5, 15],
      [1e5, 0],
      [1e5, 1e4],
    ] as const) {
      const kinds = Array.from({ length: 50 }, () => logit(size)) // few different ones, for the oracle's sake
      const h = Array.from({ length: n }, () => kinds[Math.floor(random() * 50)])
      const smooth = h.map(() => rounded(0.1 / n)).with(3, rounded(0.9))
      expect(
        worst('crossEntropy', [
          [h, oneHot(n, 7)],
          [h, smooth],
          [h, oneHot(n, h.indexOf(Math.max(...kinds)))],
        ]),
      ).toBeLessThanOrEqual(bound)
    }
  })

  it('the smallest losses: the target is the largest logit by far', () => {
    const gaps = [0, 1, 15, 36.5, 37.5, 50, 80, 100, 300, 700]
    const rows = gaps.flatMap((gap): [number[], number[]][] => [
      [
        [rounded(3.3 + gap), rounded(3.3)],
        [1, 0],
      ],
      [
        [0, rounded(gap / 3), rounded(gap), 0, 0.5],
        [0, 0, 1, 0, 0],
      ],
    ])
    expect(worst('crossEntropy', rows)).toBeLessThanOrEqual(bound)
    expect(
      worst(
        'binaryCrossEntropy',
        gaps.flatMap((gap): [number[], number[]][] => [
          [[rounded(gap)], [1]],
          [[-rounded(gap)], [0]],
        ]),
      ),
    ).toBeLessThanOrEqual(bound)
    expect(
      worst('crossEntropy', [
        [
          [1e4, 1e4, 9999],
          [1, 0, 0],
        ],
        [
          [-1e4, 1e4],
          [1, 0],
        ],
        [
          [7, 7, 7],
          [0, 0, 1],
        ],
      ]),
    ).toBeLessThanOrEqual(bound)
  })

  it.each([1, 2, 7, 100])('binary cross-entropy of %i outputs: targets of 0 and 1, and between', (n) => {
    for (const target of [
      () => Number(random() < 0.5),
      () => rounded(random()),
      () => rounded(1 - random() * 2 ** -20),
      () => rounded(random() * 2 ** -20),
    ])
      expect(
        worst(
          'binaryCrossEntropy',
          rowsOf(n === 100 ? 1 : 8, (size) => [Array.from({ length: n }, () => logit(size)), Array.from({ length: n }, target)]),
        ),
      ).toBeLessThanOrEqual(bound)
  })

  it.each([1, 2, 5, 1000])('squared error of %i outputs, near the targets and far from them', (n) => {
    for (const spread of [2 ** -18, 1, 1e6])
      expect(
        worst(
          'squaredError',
          rowsOf(10, (size) => {
            const y = Array.from({ length: n }, () => logit(size))
            return [y.map((value) => rounded(value + spread * size * (random() - 0.5))), y]
          }),
        ),
      ).toBeLessThanOrEqual(bound)
  })
})
