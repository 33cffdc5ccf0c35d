// Windows over an image: what convolution and pooling have in common.
import type { Region } from '../core/memory.js'
import { windowsRecord } from '../core/records.js'
import { NgradError, requireInteger } from '../errors.js'
import type { Shape } from './parameter.js'

/** One number for both directions, or one for each: `[vertical, horizontal]`. */
export type Extent = number | readonly [number, number]

/** The shape of an image: [height, width, channels]. */
export type Image = readonly [number, number, number]

/** How windows lie on an image, vertical before horizontal. */
export interface WindowLaw {
  readonly kernel: readonly [number, number]
  readonly stride: readonly [number, number]
  readonly padding: readonly [number, number]
}

/** Checks an extent in [min, max], and makes two numbers of it. */
export function requireExtent(where: string, value: unknown, min: number, max = 1 << 15): readonly [number, number] {
  if (!Array.isArray(value)) {
    requireInteger(where, value, min, max)
    return [value as number, value as number]
  }
  if (value.length !== 2) throw new NgradError('SHAPE', where, 'a number, or [vertical, horizontal]', `${value.length} numbers`)
  return [requireInteger(`${where}[0]`, value[0], min, max), requireInteger(`${where}[1]`, value[1], min, max)]
}

/** The image that a layer's inputs are: [height, width, channels], or [height, width] of one channel. */
export function requireImage(where: string, shape: Shape): Image {
  const [height, width, channels = 1] = shape
  if (shape.length === 3 || shape.length === 2) return [height, width, channels]
  throw new NgradError('SHAPE', where, 'an image, { height, width, channels }', `inputs of the shape [${shape.join()}]`)
}

/**
 * How many windows there are, [vertical, horizontal]. Pixels that no whole window reaches are left out.
 * @throws NgradError `SHAPE` where not even one fits
 */
export function windowCounts(where: string, image: Image, { kernel, stride, padding }: WindowLaw): [number, number] {
  return [0, 1].map((axis) => {
    const room = image[axis] + 2 * padding[axis] - kernel[axis]
    if (room >= 0) return Math.floor(room / stride[axis]) + 1
    const padded = padding[axis] === 0 ? '' : ` and ${padding[axis]} of padding on each side`
    throw new NgradError(
      'SHAPE',
      where,
      `an image of at least the size of its window, ${kernel.join(' x ')}`,
      `${image[0]} x ${image[1]}${padded}`,
    )
  }) as [number, number]
}

/** The windows as the core reads them, in memory of the region; returns where. */
export function placeWindows(region: Region, image: Image, law: WindowLaw): number {
  const [height, width, channels] = image
  const [kernelHeight, kernelWidth] = law.kernel
  const [strideY, strideX] = law.stride
  const [paddingY, paddingX] = law.padding
  const [outHeight, outWidth] = windowCounts('windows', image, law)
  const { bytes: _, ...places } = windowsRecord
  const fields = { height, width, channels, kernelHeight, kernelWidth, strideY, strideX, paddingY, paddingX, outHeight, outWidth }
  return region.place(byPlace(places, fields))
}

/** Numbers where the places of their names say. */
function byPlace<Name extends string>(places: Readonly<Record<Name, number>>, fields: Readonly<Record<Name, number>>): number[] {
  const numbers: number[] = []
  for (const name of Object.keys(places) as Name[]) numbers[places[name]] = fields[name]
  return numbers
}

/** A law as it is told back: pairs of equal numbers as one. */
export const extent = ([a, b]: readonly [number, number]): Extent => (a === b ? a : [a, b])
