// im2col, average pooling and their transposes against loops in plain TypeScript: every size, stride, padding and lane
// residue, in both precisions, with guards around what they write.
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { Matrix, Region } from '../../src/core/memory.js'
import { operations } from '../../src/core/operations.js'
import { placeWindows, windowCounts, type Image, type WindowLaw } from '../../src/layers/windows.js'
import { uniform } from '../support/numbers.js'
import { dtypes } from '../support/teaching.js'

const region = new Region('test')
afterAll(() => region.dispose())

const pair = (min: number, max: number) => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }))

/** Images of which at least one window fits. */
const cases = fc
  .record({
    images: fc.integer({ min: 1, max: 3 }),
    size: pair(1, 9),
    channels: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 70 })),
    kernel: pair(1, 5),
    stride: pair(1, 3),
    padding: pair(0, 4),
    seed: fc.nat(),
  })
  .filter(({ size, kernel, padding }) => [0, 1].every((i) => padding[i] < kernel[i] && size[i] + 2 * padding[i] >= kernel[i]))

interface Geometry {
  image: Image
  law: WindowLaw
  counts: [number, number]
}

/** Calls `visit` with the pixel (an index, or -1 in the padding) of every place in every window, in their order. */
function places(
  { image: [height, width], law: { kernel, stride, padding }, counts }: Geometry,
  images: number,
  visit: (window: number, place: number, pixel: number) => void,
): void {
  for (let n = 0; n < images; n++)
    for (let oy = 0; oy < counts[0]; oy++)
      for (let ox = 0; ox < counts[1]; ox++)
        for (let ky = 0; ky < kernel[0]; ky++)
          for (let kx = 0; kx < kernel[1]; kx++) {
            const y = oy * stride[0] - padding[0] + ky
            const x = ox * stride[1] - padding[1] + kx
            const inside = y >= 0 && y < height && x >= 0 && x < width
            visit((n * counts[0] + oy) * counts[1] + ox, ky * kernel[1] + kx, inside ? (n * height + y) * width + x : -1)
          }
}

const guard = 8
const guardValue = -12345

describe.each(dtypes)('in %s', (dtype) => {
  const ops = operations(dtype)
  const rounded = (x: number): number => (dtype === 'f32' ? Math.fround(x) : x)
  const bytes = dtype === 'f32' ? 4 : 8
  const held = new Set<number>()

  /** A matrix that starts at any element, aligned or not, with guards on both sides. */
  function place(rows: number, columns: number, values: readonly number[], offset: number): { matrix: Matrix; intact: () => void } {
    const whole = region.matrix(dtype, 1, rows * columns + 2 * guard)
    held.add(whole.pointer)
    whole.fill(guardValue)
    const start = guard - 3 + (offset % 4)
    const matrix = new Matrix(dtype, whole.pointer + start * bytes, rows, columns)
    matrix.write(values)
    const intact = (): void => {
      const around = whole.read()
      const outside = [...around.slice(0, start), ...around.slice(start + rows * columns)]
      expect(outside.every((value) => value === guardValue)).toBe(true)
    }
    return { matrix, intact }
  }

  const property = (
    padded: boolean,
    check: (each: Geometry & { images: number; channels: number; seed: number; windows: number }) => void,
  ): void => {
    fc.assert(
      fc.property(cases, ({ images, size, channels, kernel, stride, padding, seed }) => {
        const image: Image = [size[0], size[1], channels]
        const law: WindowLaw = { kernel, stride, padding: padded ? padding : [0, 0] }
        fc.pre(padded || (size[0] >= kernel[0] && size[1] >= kernel[1]))
        const windows = placeWindows(region, image, law)
        held.add(windows)
        check({ image, law, counts: windowCounts('test', image, law), images, channels, seed, windows })
        for (const pointer of held) region.free(pointer)
        held.clear()
      }),
      { numRuns: 400 },
    )
  }

  it('im2col lays out any range of windows, with zeros for the padding', () => {
    property(true, ({ windows, images, channels, seed, ...geometry }) => {
      const { image, law, counts } = geometry
      const pixels = images * image[0] * image[1]
      const x = uniform(pixels * channels, seed).map(rounded)
      const columns = law.kernel[0] * law.kernel[1] * channels
      const total = images * counts[0] * counts[1]
      const first = seed % total
      const count = 1 + ((seed >> 4) % (total - first))
      const expected = new Array<number>(count * columns).fill(NaN)
      places(geometry, images, (window, at, pixel) => {
        if (window < first || window >= first + count) return
        for (let c = 0; c < channels; c++)
          expected[(window - first) * columns + at * channels + c] = pixel < 0 ? 0 : x[pixel * channels + c]
      })
      const from = place(images, image[0] * image[1] * channels, x, seed)
      const to = place(count, columns, new Array(count * columns).fill(NaN), seed >> 2)
      ops.im2col(from.matrix, windows, first, to.matrix)
      expect(Array.from(to.matrix.read())).toEqual(expected)
      to.intact()
      from.intact()
    })
  })

  it('col2im adds any range of windows back, in their order, and drops the padding', () => {
    property(true, ({ windows, images, channels, seed, ...geometry }) => {
      const { image, law, counts } = geometry
      const columns = law.kernel[0] * law.kernel[1] * channels
      const total = images * counts[0] * counts[1]
      const first = seed % total
      const count = 1 + ((seed >> 4) % (total - first))
      const patches = uniform(count * columns, seed).map(rounded)
      const x = uniform(images * image[0] * image[1] * channels, seed + 1).map(rounded)
      const expected = x.slice()
      places(geometry, images, (window, at, pixel) => {
        if (window < first || window >= first + count || pixel < 0) return
        for (let c = 0; c < channels; c++)
          expected[pixel * channels + c] = rounded(expected[pixel * channels + c] + patches[(window - first) * columns + at * channels + c])
      })
      const from = place(count, columns, patches, seed)
      const to = place(images, image[0] * image[1] * channels, x, seed >> 2)
      ops.col2im(from.matrix, windows, first, to.matrix)
      expect(Array.from(to.matrix.read())).toEqual(expected)
      to.intact()
    })
  })

  it('pool adds up each window, every number times a factor', () => {
    property(false, ({ windows, images, channels, seed, ...geometry }) => {
      const { image, counts } = geometry
      const factor = rounded(0.3)
      const x = uniform(images * image[0] * image[1] * channels, seed).map(rounded)
      const z = uniform(images * counts[0] * counts[1] * channels, seed + 1).map(rounded)
      const expected = z.slice()
      places(geometry, images, (window, _at, pixel) => {
        for (let c = 0; c < channels; c++)
          expected[window * channels + c] = rounded(expected[window * channels + c] + rounded(factor * x[pixel * channels + c]))
      })
      const from = place(images, image[0] * image[1] * channels, x, seed)
      const to = place(images, counts[0] * counts[1] * channels, z, seed >> 2)
      ops.pool(from.matrix, windows, to.matrix, factor)
      expect(Array.from(to.matrix.read())).toEqual(expected)
      to.intact()
    })
  })

  it('unpool adds each number, times a factor, to all of its window', () => {
    property(false, ({ windows, images, channels, seed, ...geometry }) => {
      const { image, counts } = geometry
      const factor = rounded(0.3)
      const z = uniform(images * counts[0] * counts[1] * channels, seed).map(rounded)
      const x = uniform(images * image[0] * image[1] * channels, seed + 1).map(rounded)
      const expected = x.slice()
      places(geometry, images, (window, _at, pixel) => {
        for (let c = 0; c < channels; c++)
          expected[pixel * channels + c] = rounded(expected[pixel * channels + c] + rounded(factor * z[window * channels + c]))
      })
      const from = place(images, counts[0] * counts[1] * channels, z, seed)
      const to = place(images, image[0] * image[1] * channels, x, seed >> 2)
      ops.unpool(from.matrix, windows, to.matrix, factor)
      expect(Array.from(to.matrix.read())).toEqual(expected)
      to.intact()
    })
  })
})
