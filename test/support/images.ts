// Random convolutional networks for tests: stride, padding, pooling before and within layers.
import fc from 'fast-check'
import {
  type Activation,
  averagePool2d,
  conv2d,
  dense,
  type DType,
  type Extent,
  type ImageShape,
  type Network,
  sequential,
} from '../../src/index.js'
import { uniform } from './numbers.js'

export interface ConvSpec {
  readonly image: ImageShape
  readonly kernels: readonly { channels: number; kernel: Extent; stride: Extent; padding: number; pool: boolean; poolBefore: boolean }[]
  /** Units of a dense layer at the end; 0 for none. */
  readonly units: number
  readonly seed: number
}

const extentOf = (max: number) => fc.oneof(fc.integer({ min: 1, max }), fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max })))
const least = (extent: Extent): number => (typeof extent === 'number' ? extent : Math.min(...extent))

/** One or two convolutions, and mostly a dense layer, in which every window fits. */
export const convSpecs = fc
  .record({
    image: fc.record({
      height: fc.integer({ min: 3, max: 8 }),
      width: fc.integer({ min: 3, max: 8 }),
      channels: fc.integer({ min: 1, max: 3 }),
    }),
    kernels: fc.array(
      fc.record({
        channels: fc.integer({ min: 1, max: 4 }),
        kernel: extentOf(3),
        stride: extentOf(2),
        padding: fc.nat(1),
        pool: fc.boolean(),
        poolBefore: fc.boolean(),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    units: fc.constantFrom(0, 2, 3),
    seed: fc.nat(1e6),
  })
  .filter((spec) => {
    try {
      describeConv(spec)
      return true
    } catch {
      return false
    }
  })

/** The description of a network; a pooling precedes the dense layer where the last kernel says `poolBefore`. */
export function describeConv({ image, kernels, units }: ConvSpec, hidden: Activation = 'tanh', gain = 1) {
  const initialization = { law: 'lecunNormal', gain } as const
  const layers = kernels.flatMap(({ channels, kernel, stride, padding, pool, poolBefore }, l) => {
    const options = { kernel, stride, padding: Math.min(padding, least(kernel) - 1), initialization, ...(pool && { pool: 2 }) }
    const last = units === 0 && l === kernels.length - 1
    return [...(poolBefore ? [averagePool2d(2, { stride: 1 })] : []), conv2d(channels, options, last ? 'identity' : hidden)]
  })
  const end =
    units === 0
      ? []
      : [...(kernels.at(-1)!.poolBefore ? [averagePool2d([1, 2], { stride: [1, 1] })] : []), dense(units, 'identity', { initialization })]
  return sequential(image, [...layers, ...end])
}

/** Uses a built network whose biases are not zero, and disposes of it. */
export function withConv<T>(
  spec: ConvSpec,
  use: (network: Network) => T,
  { dtype = 'f64', hidden = 'tanh', gain = 1 }: { dtype?: DType; hidden?: Activation; gain?: number } = {},
): T {
  const network = describeConv(spec, hidden, gain).build({ dtype, seed: spec.seed })
  for (const parameter of network.parameters)
    if (parameter.name.endsWith('bias')) parameter.write(uniform(parameter.shape[0], spec.seed + 77, 0.3))
  try {
    return use(network)
  } finally {
    network.dispose()
  }
}

/** A small network with all of it: stride, padding, pooling before and within a layer. */
export const wholeSpec: ConvSpec = {
  image: { height: 7, width: 14, channels: 2 },
  kernels: [
    { channels: 3, kernel: 3, stride: [1, 2], padding: 1, pool: true, poolBefore: false },
    { channels: 2, kernel: [2, 1], stride: 1, padding: 0, pool: false, poolBefore: true },
  ],
  units: 3,
  seed: 4,
}
