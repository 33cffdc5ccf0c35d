import { bytesPerElement } from '../core/dtype.js'
import { Matrix, type Region } from '../core/memory.js'
import type { Operations } from '../core/operations.js'
import type { LinearMap } from './layer.js'
import { type Image, placeWindows, windowCounts, type WindowLaw } from './windows.js'

/** The shape of an image after a convolution. */
export function convolvedShape(where: string, image: Image, law: WindowLaw, channels: number): Image {
  const [height, width] = windowCounts(where, image, law)
  return [height, width, channels]
}

/** Of the windows that are laid out as a matrix at a time: these bytes stay in the cache. */
const patchBytes = 1 << 18
/** And no fewer windows than these, for the product's sake. */
const leastPatches = 96

/**
 * z = W * h as products with the windows of h, laid out as rows: block after block, so that memory does not grow with
 * the batch. The statistic d^T h is summed over the blocks in their order.
 */
export class Convolution implements LinearMap {
  readonly #ops: Operations
  readonly #windows: number
  readonly #patches: Matrix
  /** A row for each window of the block, and a column for each channel, of whatever matrix is at hand. */
  readonly #pixels: Matrix

  constructor(ops: Operations, region: Region, image: Image, law: WindowLaw, channels: number) {
    this.#ops = ops
    this.#windows = placeWindows(region, image, law)
    const size = law.kernel[0] * law.kernel[1] * image[2]
    const block = Math.max(leastPatches, Math.floor(patchBytes / (size * bytesPerElement(ops.dtype))))
    this.#patches = region.matrix(ops.dtype, block, size)
    this.#pixels = new Matrix(ops.dtype, 0, 0, channels)
  }

  forward(h: Matrix, weight: Matrix, z: Matrix, scale = 1, accumulate = false): void {
    const patches = this.#patches
    for (let first = 0; this.#block(z, first); first += patches.rows) {
      this.#ops.im2col(h, this.#windows, first, patches)
      this.#ops.multiplyNT(patches, weight, this.#pixels, scale, accumulate)
    }
  }

  backward(d: Matrix, weight: Matrix, out: Matrix, scale = 1, accumulate = false): void {
    const patches = this.#patches
    if (!accumulate) out.fill(0)
    for (let first = 0; this.#block(d, first); first += patches.rows) {
      this.#ops.multiplyNN(this.#pixels, weight, patches, scale)
      this.#ops.col2im(patches, this.#windows, first, out)
    }
  }

  weightStatistic(d: Matrix, h: Matrix, g: Matrix, scale: number, accumulate = false): void {
    const patches = this.#patches
    for (let first = 0; this.#block(d, first); first += patches.rows) {
      this.#ops.im2col(h, this.#windows, first, patches)
      this.#ops.multiplyTN(this.#pixels, patches, g, scale, accumulate || first > 0)
    }
  }

  biasStatistic(d: Matrix, g: Matrix, scale: number, accumulate = false): void {
    this.#ops.columnSums(d, g, scale, accumulate)
  }

  activate(code: number, bias: Matrix, z: Matrix): void {
    this.#ops.activateRows(code, bias, z)
  }

  /** Points `pixels` at the block of z from window `first` on, and gives `patches` as many rows. False beyond the last. */
  #block(z: Matrix, first: number): boolean {
    const pixels = this.#pixels
    const { columns, dtype } = pixels
    const rows = Math.min(this.#patches.capacity, z.length / columns - first)
    pixels.pointer = z.pointer + first * columns * bytesPerElement(dtype)
    pixels.rows = rows
    this.#patches.rows = rows
    return rows > 0
  }
}
