import { requireInteger, requireOptions } from '../errors.js'
import { type Activation, activationCode } from './activation.js'
import { AveragePooling, pooledShape, poolingLaw } from './average-pooling.js'
import { Convolution, convolvedShape } from './convolution.js'
import { requireInitialization } from './initialization.js'
import type { Initialization, LayerDescription } from './layer.js'
import { sizeOf } from './parameter.js'
import { PooledOutputs } from './pooled-map.js'
import { type Extent, extent, requireExtent, requireImage, type WindowLaw } from './windows.js'

/** Options of {@link conv2d}. */
export interface Conv2dOptions {
  /** Height and width of the kernel, at least 1. */
  readonly kernel: Extent
  /** How far apart neighbouring windows are, at least 1; default 1. */
  readonly stride?: Extent
  /** Zeros around the image, fewer than the kernel is wide; default 0. */
  readonly padding?: Extent
  /** Averages blocks of `pool` x `pool` pixels of the convolution, before the bias and the nonlinearity; default none. */
  readonly pool?: Extent
  /** The law of the initial weights; default `{ law: 'lecunNormal', gain: 1 }`. */
  readonly initialization?: Initialization
}

/**
 * A convolution over images, h = f(W * x + b), or h = f(P(W * x) + b) with average pooling P within the layer, as in
 * the convolutional networks of equilibrium propagation (Ernoult et al. 2019, NeurIPS; Laborieux et al. 2021).
 *
 * Images are [height, width, channels]: an input row holds its pixels by rows, and the channels of a pixel side by side.
 * W is [channels, kernel height, kernel width, input channels], not flipped (a cross-correlation, as usual in networks);
 * b has one number a channel. There are floor((size + 2 padding - kernel) / stride) + 1 windows each way.
 *
 * @param channels the number of output channels, at least 1
 * @param activation the nonlinearity f; default `identity`
 * @throws NgradError `RANGE`, `TYPE` or `SHAPE` for a bad setting; `SHAPE` from `sequential` where the inputs are no
 * image, or smaller than a window
 */
export function conv2d(channels: number, options: Conv2dOptions, activation: Activation = 'identity'): LayerDescription {
  const where = 'conv2d(channels, options)'
  requireInteger('conv2d(channels)', channels, 1, 1 << 24)
  const {
    kernel,
    stride = 1,
    padding = 0,
    pool,
    initialization: given = { law: 'lecunNormal' },
  } = requireOptions(where, options, { kernel: true, stride: true, padding: true, pool: true, initialization: true })
  activationCode('conv2d(channels, options, activation)', activation)
  const sizes = requireExtent(`${where}: kernel`, kernel, 1)
  const law: WindowLaw = {
    kernel: sizes,
    stride: requireExtent(`${where}: stride`, stride, 1),
    padding: requireExtent(`${where}: padding`, padding, 0, Math.min(...sizes) - 1),
  }
  const initialization = requireInitialization(where, given)
  const poolLaw = pool === undefined ? null : poolingLaw(`${where}: pool`, pool)
  return {
    kind: 'conv2d',
    arguments: [
      channels,
      {
        kernel: extent(law.kernel),
        stride: extent(law.stride),
        padding: extent(law.padding),
        ...(poolLaw && { pool: extent(poolLaw.kernel) }),
        initialization,
      },
      activation,
    ],
    activation,
    initialization,
    shapes: (place, inputs) => {
      const image = requireImage(`${place}: conv2d`, inputs)
      const convolved = convolvedShape(`${place}: conv2d`, image, law, channels)
      const area = law.kernel[0] * law.kernel[1]
      return {
        outputs: poolLaw ? pooledShape(`${place}: the pool of conv2d`, convolved, poolLaw) : convolved,
        weight: [channels, ...law.kernel, image[2]],
        bias: [channels],
        fanIn: area * image[2],
        fanOut: area * channels,
      }
    },
    connect: (ops, region, inputs) => {
      const image = requireImage(where, inputs)
      const convolution = new Convolution(ops, region, image, law, channels)
      if (!poolLaw) return convolution
      const convolved = convolvedShape(where, image, law, channels)
      return new PooledOutputs(ops, region, convolution, new AveragePooling(ops, region, convolved, poolLaw), sizeOf(convolved))
    },
  }
}
