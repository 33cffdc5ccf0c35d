// Convolution and average pooling as layers: against loops in plain TypeScript, as linear maps with their transposes,
// and their gradients against central differences.
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { Matrix, Region } from '../../src/core/memory.js'
import {
  averagePool2d,
  backprop,
  conv2d,
  crossEntropy,
  dense,
  gradientCheck,
  type Network,
  sequential,
  sgd,
  squaredError,
} from '../../src/index.js'
import { dot, relativeError, uniform } from '../support/numbers.js'
import { convSpecs, withConv } from '../support/images.js'
import { batchFor, bits, directionOf, dtypes, goneOnAfter, rowsOf, targetsOf } from '../support/teaching.js'

type Image = number[][][] // [y][x][channel]
const image = (values: ArrayLike<number>, height: number, width: number, channels: number, row = 0): Image =>
  Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) =>
      Array.from({ length: channels }, (_, c) => values[((row * height + y) * width + x) * channels + c]),
    ),
  )

/** sum over the kernel and the channels of w[o][ky][kx][c] h[y + ky - p][x + kx - p][c], every `stride` pixels. */
function convolve(h: Image, w: ArrayLike<number>, channels: number, kernel: number, stride: number, padding: number): Image {
  const [height, width, inputs] = [h.length, h[0].length, h[0][0].length]
  const count = (size: number): number => Math.floor((size + 2 * padding - kernel) / stride) + 1
  return Array.from({ length: count(height) }, (_, oy) =>
    Array.from({ length: count(width) }, (_, ox) =>
      Array.from({ length: channels }, (_, o) => {
        let sum = 0
        for (let ky = 0; ky < kernel; ky++)
          for (let kx = 0; kx < kernel; kx++)
            for (let c = 0; c < inputs; c++)
              sum +=
                w[((o * kernel + ky) * kernel + kx) * inputs + c] * (h[oy * stride + ky - padding]?.[ox * stride + kx - padding]?.[c] ?? 0)
        return sum
      }),
    ),
  )
}

const pool = (h: Image, size: number): Image =>
  Array.from({ length: Math.floor(h.length / size) }, (_, y) =>
    Array.from({ length: Math.floor(h[0].length / size) }, (_, x) =>
      h[0][0].map((_, c) => {
        let sum = 0
        for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) sum += h[y * size + i][x * size + j][c]
        return sum / size ** 2
      }),
    ),
  )

const map = (h: Image, f: (z: number, c: number) => number): Image => h.map((line) => line.map((pixel) => pixel.map(f)))

describe.each(dtypes)('in %s', (dtype) => {
  const tolerance = dtype === 'f64' ? 1e-13 : 1e-5

  it('f(P(W * x) + b), then pooling and a dense layer', () => {
    const network = sequential({ height: 11, width: 9, channels: 3 }, [
      conv2d(5, { kernel: 3, stride: 1, padding: 1, pool: 2 }, 'tanh'),
      averagePool2d(2),
      dense(4),
    ]).build({ dtype, seed: 3 })
    const [w, b, w2, b2] = network.parameters as [
      Network['parameters'][0],
      Network['parameters'][0],
      Network['parameters'][0],
      Network['parameters'][0],
    ]
    expect(network.parameters.map(({ name, shape }) => [name, shape])).toEqual([
      ['layers.0.weight', [5, 3, 3, 3]],
      ['layers.0.bias', [5]],
      ['layers.1.weight', [4, 20]],
      ['layers.1.bias', [4]],
    ])
    b.write(uniform(5, 1))
    b2.write(uniform(4, 2))
    const x = uniform(2 * 11 * 9 * 3, 9)
    const bias = b.read()
    const expected = [0, 1].flatMap((row) => {
      const convolved = convolve(image(x, 11, 9, 3, row), w.read(), 5, 3, 1, 1)
      const h = pool(
        map(pool(convolved, 2), (z, c) => Math.tanh(z + bias[c])),
        2,
      ).flat(2)
      return Array.from({ length: 4 }, (_, i) => dot(h, w2.read().slice(20 * i, 20 * i + 20)) + b2.read()[i])
    })
    expect(relativeError(network.predict(x), expected)).toBeLessThan(tolerance)
    network.dispose()
  })

  // The windows of this network are laid out in several blocks, whose ends fall within images.
  it('a large image, strided, block after block', () => {
    const network = sequential({ height: 40, width: 31, channels: 4 }, [conv2d(7, { kernel: 5, stride: 2, padding: 2 }, 'relu')]).build({
      dtype,
      seed: 1,
    })
    const x = uniform(3 * 40 * 31 * 4, 9)
    const expected = [0, 1, 2].flatMap((row) =>
      map(convolve(image(x, 40, 31, 4, row), network.parameters[0].read(), 7, 5, 2, 2), (z) => Math.max(z, 0)).flat(2),
    )
    expect(network.outputs).toBe(20 * 16 * 7)
    expect(relativeError(network.predict(x), expected)).toBeLessThan(tolerance)
    network.dispose()
  })

  it('a sample gives the bits that it gives alone', () => {
    fc.assert(
      fc.property(convSpecs, (spec) =>
        withConv(
          spec,
          (network) => {
            const { x } = batchFor(network, 5)
            const rows = rowsOf({ x, y: [], size: 5 }, [3]).x
            const whole = network.predict(x)
            expect(bits(Array.from(network.predict(rows)))).toBe(bits(Array.from(whole.slice(3 * network.outputs, 4 * network.outputs))))
          },
          { dtype },
        ),
      ),
      { numRuns: 50 },
    )
  })

  describe('the transposed map is the transpose, and the statistic is the derivative by the weights', () => {
    const region = new Region('test')
    afterAll(() => region.dispose())
    const matrix = (columns: number, seed: number, rows = 3): Matrix => {
      const made = region.matrix(dtype, rows, columns)
      made.write(uniform(made.length, seed))
      return made
    }
    const check = ({ layers }: Network, accumulate: boolean): void => {
      for (const {
        inputs,
        outputs,
        map,
        parameters: { weight },
      } of layers) {
        const scale = -0.7
        const [h, d, z, back, g] = [
          matrix(inputs, 1),
          matrix(outputs, 2),
          matrix(outputs, 3),
          matrix(inputs, 4),
          matrix(weight.columns, 5, weight.rows),
        ]
        const old = accumulate ? [z, back, g].map((m) => m.read()) : [z, back, g].map((m) => m.read().fill(0))
        map.forward(h, weight, z, scale, accumulate)
        map.backward(d, weight, back, scale, accumulate)
        map.weightStatistic(d, h, g, scale, accumulate)
        const added = [z, back, g].map((m, i) => Array.from(m.read(), (value, j) => value - old[i][j]))
        const form = dot(d.read(), added[0]) // scale <d, A(h; W)>, three ways
        const size = Math.abs(form) + dot(d.read(), d.read())
        expect(Math.abs(dot(added[1], h.read()) - form) / size).toBeLessThan(10 * tolerance)
        expect(Math.abs(dot(added[2], weight.read()) - form) / size).toBeLessThan(10 * tolerance)
        for (const m of [h, d, z, back, g]) region.free(m.pointer)
      }
    }

    it('on random networks', () => {
      fc.assert(
        fc.property(convSpecs, fc.boolean(), (spec, accumulate) => withConv(spec, (network) => check(network, accumulate), { dtype })),
        { numRuns: 100 },
      )
    })

    it.each([false, true])('over several blocks of windows, added to what was there: %s', (accumulate) => {
      const network = sequential({ height: 40, width: 31, channels: 4 }, [conv2d(7, { kernel: 5, stride: 2, padding: 2 })]).build({
        dtype,
        seed: 1,
      })
      check(network, accumulate)
      network.dispose()
    })
  })
})

describe.each([squaredError(), crossEntropy()])('under $name', (loss) => {
  it('backprop is the gradient, on random networks', () => {
    fc.assert(
      fc.property(convSpecs, fc.constantFrom('tanh', 'sigmoid', 'softplus'), (spec, hidden) =>
        withConv(
          spec,
          (network) => {
            const { passed, relativeError: error } = gradientCheck(network, backprop(), loss, batchFor(network, 3, targetsOf(loss)), {
              tolerance: 1e-8,
            })
            expect(passed, `${error}`).toBe(true)
          },
          { hidden },
        ),
      ),
      { numRuns: 60 },
    )
  }, 120_000)
})

it('the statistics of a batch are the mean of those of its samples, over blocks of windows', () => {
  const network = sequential([24, 24, 2], [conv2d(3, { kernel: 5 }, 'tanh'), averagePool2d(4), dense(2)]).build({ dtype: 'f64', seed: 2 })
  const batch = batchFor(network, 6)
  const singles = Array.from({ length: 6 }, (_, i) => directionOf(network, { learner: backprop() }, rowsOf(batch, [i])))
  const mean = singles[0].map((_, j) => singles.reduce((sum, one) => sum + one[j] / 6, 0))
  expect(relativeError(directionOf(network, { learner: backprop() }, batch), mean)).toBeLessThan(1e-13)
  network.dispose()
})

it('an image is { height, width, channels } or the array of these, and [height, width] has one channel', () => {
  const layers = [conv2d(2, { kernel: 2 })]
  expect(sequential({ height: 4, width: 5, channels: 1 }, layers).inputs).toEqual([4, 5, 1])
  expect(sequential([4, 5, 1], layers).inputs).toEqual([4, 5, 1])
  const flat = sequential([4, 5], layers).build()
  expect([flat.inputs, flat.outputs, flat.parameters[0].shape]).toEqual([20, 24, [2, 2, 2, 1]])
  flat.dispose()
})

it('a checkpoint knows convolutions and poolings', () => {
  const description = sequential({ height: 6, width: 7, channels: 2 }, [
    averagePool2d([1, 2], { stride: 1 }),
    averagePool2d(1),
    conv2d(3, { kernel: [2, 3], stride: [1, 2], padding: [1, 0], pool: 2 }, 'tanh'),
    dense(2),
  ])
  const options = { learner: backprop(), loss: squaredError(), optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }) }
  const [resumed, gone] = goneOnAfter(description, options)
  expect(Buffer.compare(resumed, gone)).toBe(0)
})
