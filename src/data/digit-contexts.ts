// What the code of the embedded digits knows when it comes to a pixel, and so how well it can guess it. The encoder and
// the decoder both walk through this.
import { BitModels, type Contexts } from './bit-models.js'

export const SIDE = 8
export const PIXELS = SIDE * SIDE
export const CLASSES = 10
export const LABEL_BITS = 4
export const PIXEL_BITS = 5

/**
 * A grey level of 0 .. 16 is coded by whether it is 0, as half of them are, whether it is 16, and else its four bits, high ones first,
 * each by the models of a question: so many and no more, since decoding takes a microsecond a dozen.
 */
export const DARKEST = 16
export const IS_ZERO = 1
export const IS_DARKEST = 2
export const LEVEL = 16
export const LEVEL_BITS = 4

/** Of some neighbours only the first bits tell, or which third. */
const QUARTERS = 5
const THIRDS = 7
const { trunc } = Math // by a name of this module: bit-models.ts
const quarter = (level: number): number => level >> 2
const third = (level: number): number => trunc((level + 2) / 3)

/** How many values each context of a pixel has. */
const sizes = [CLASSES * PIXELS * QUARTERS, CLASSES * PIXELS * QUARTERS, THIRDS * THIRDS * THIRDS * THIRDS]
/** Where the models of each begin, counted in contexts; those of the label come last. */
const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, size) => sum + size, 0))
const label = starts.at(-1)! + sizes.at(-1)!

/** What all contexts together take. */
export const bitModels = (): BitModels =>
  new BitModels((label << PIXEL_BITS) + (1 << LABEL_BITS), (1 << PIXEL_BITS) + (1 << LABEL_BITS), sizes.length)

export const labelContexts: Contexts = { models: [label << PIXEL_BITS], weights: 1 << PIXEL_BITS }

const ofPixel = { models: sizes.map(() => 0), weights: 0 }

/**
 * The contexts of a pixel: the digit, the place, and the pixels around it which are known by then. The same object at each
 * call, written anew: there are a hundred thousand pixels.
 */
export function pixelContexts(digit: number, place: number, pixels: ArrayLike<number>, first: number): Contexts {
  const column = place % SIDE
  const row = (place - column) / SIDE
  const at = first + place
  const left = column > 0 ? pixels[at - 1] : 0
  const above = row > 0 ? pixels[at - SIDE] : 0
  const aboveLeft = row > 0 && column > 0 ? pixels[at - SIDE - 1] : 0
  const aboveRight = row > 0 && column < SIDE - 1 ? pixels[at - SIDE + 1] : 0
  const here = digit * PIXELS + place
  set(0, here * QUARTERS + quarter(left))
  set(1, here * QUARTERS + quarter(above))
  set(2, ((third(left) * THIRDS + third(above)) * THIRDS + third(aboveLeft)) * THIRDS + third(aboveRight))
  return ofPixel
}

function set(context: number, value: number): void {
  ofPixel.models[context] = (starts[context] + value) << PIXEL_BITS
}
