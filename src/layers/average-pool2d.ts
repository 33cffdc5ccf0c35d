import { requireOptions } from '../errors.js'
import { AveragePooling, pooledShape, poolingLaw } from './average-pooling.js'
import type { PoolingDescription } from './layer.js'
import { sizeOf } from './parameter.js'
import { PooledInputs } from './pooled-map.js'
import { type Extent, extent, requireImage } from './windows.js'

/** Options of {@link averagePool2d}. */
export interface AveragePool2dOptions {
  /** How far apart neighbouring windows are, at least 1; default the size of a window. */
  readonly stride?: Extent
}

/**
 * Averages windows of an image, channel by channel. It has neither weights nor a nonlinearity, and becomes a part of the
 * linear map of the layer that follows, f(W P(x) + b): every rule serves it without knowing. To average before a
 * convolution's own nonlinearity, give `conv2d` a `pool`. There are floor((size - window) / stride) + 1 windows each way.
 *
 * @param size height and width of a window, at least 1
 * @throws NgradError `RANGE`, `TYPE` or `SHAPE` for a bad setting; from `sequential` `SHAPE` where the inputs are no
 * image, or smaller than a window, and `RANGE` where no layer follows
 */
export function averagePool2d(size: Extent, options: AveragePool2dOptions = {}): PoolingDescription {
  const where = 'averagePool2d(size, options)'
  const law = poolingLaw(where, size, requireOptions(where, options, { stride: true }).stride)
  const pooling: PoolingDescription = {
    kind: 'averagePool2d',
    arguments: [extent(law.kernel), { stride: extent(law.stride) }],
    before: (layer) => ({
      ...layer,
      poolings: [pooling, ...(layer.poolings ?? [])],
      shapes: (place, inputs) => {
        const name = `${place}: averagePool2d`
        return layer.shapes(place, pooledShape(name, requireImage(name, inputs), law))
      },
      connect: (ops, region, inputs) => {
        const image = requireImage(where, inputs)
        const pooled = pooledShape(where, image, law)
        const map = layer.connect(ops, region, pooled)
        return new PooledInputs(ops, region, map, new AveragePooling(ops, region, image, law), sizeOf(pooled))
      },
    }),
  }
  return pooling
}
