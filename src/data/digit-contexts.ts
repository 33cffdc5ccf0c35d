// What the code of the embedded digits knows when it comes to a pixel, and so how well it can guess it. The encoder and
// the decoder both walk through this.
import type { Contexts } from './bit-models.js'

export const SIDE = 8
export const PIXELS = SIDE * SIDE
export const CLASSES = 10
export const LABEL_BITS = 4
export const PIXEL_BITS = 5

/** Grey levels are 0 .. 16; of a neighbour only the first bits tell. */
const LEVELS = 17
const QUARTERS = 5
const quarter = (level: number): number => level >> 2

const places = CLASSES * PIXELS * QUARTERS
const label = 2 * places + LEVELS * LEVELS

/** How many models the contexts take. */
export const MODELS = (label << PIXEL_BITS) + (1 << LABEL_BITS)
export const labelContexts: Contexts = [label << PIXEL_BITS, label << PIXEL_BITS, label << PIXEL_BITS]

/** The digit and the place with the pixel to the left, the same with the one above, and these two pixels. */
export function pixelContexts(digit: number, place: number, pixels: ArrayLike<number>, first: number): Contexts {
  const left = place % SIDE > 0 ? pixels[first + place - 1]! : 0
  const above = place >= SIDE ? pixels[first + place - SIDE]! : 0
  const here = (digit * PIXELS + place) * QUARTERS
  return [
    (here + quarter(left)) << PIXEL_BITS, (places + here + quarter(above)) << PIXEL_BITS, (2 * places + left * LEVELS + above) << PIXEL_BITS,
  ]
}
