import type { Matrix, Region } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import { type Image, placeWindows, requireExtent, windowCounts, type WindowLaw } from './windows.js'

/** Windows side by side, or `stride` apart, without padding. */
export function poolingLaw(where: string, size: unknown, stride: unknown = size): WindowLaw {
  return { kernel: requireExtent(where, size, 1), stride: requireExtent(`${where}: stride`, stride, 1), padding: [0, 0] }
}

/** The shape of an image after pooling. */
export function pooledShape(where: string, image: Image, law: WindowLaw): Image {
  const [height, width] = windowCounts(where, image, law)
  return [height, width, image[2]]
}

/** The means of windows of an image, channel by channel, and the transpose of that map. */
export class AveragePooling {
  readonly #ops: Operations
  readonly #windows: number
  readonly #share: number

  constructor(ops: Operations, region: Region, image: Image, law: WindowLaw) {
    this.#ops = ops
    this.#windows = placeWindows(region, image, law)
    this.#share = 1 / (law.kernel[0] * law.kernel[1])
  }

  /** z <- scale P h (+ z) */
  pool(h: Matrix, z: Matrix, scale = 1, accumulate = false): void {
    if (!accumulate) z.fill(0)
    this.#ops.pool(h, this.#windows, z, scale * this.#share)
  }

  /** out <- scale P^T d (+ out): to every pixel its share of what its windows hold. */
  unpool(d: Matrix, out: Matrix, scale = 1, accumulate = false): void {
    if (!accumulate) out.fill(0)
    this.#ops.unpool(d, this.#windows, out, scale * this.#share)
  }
}
