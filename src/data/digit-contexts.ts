// What the code of the embedded digits knows when it comes to a pixel, and so how well it can guess it. The encoder and
// the decoder both walk through this.
import { BitModels, type Contexts } from './bit-models.js'

export const SIDE = 8
export const PIXELS = SIDE * SIDE
export const CLASSES = 10
export const LABEL_BITS = 4
export const PIXEL_BITS = 5

/** Grey levels are 0 .. 16; of some neighbours only the first bits tell, or which third. */
const LEVELS = 17
const QUARTERS = 5
const THIRDS = 7
const quarter = (level: number): number => level >> 2
const third = (level: number): number => Math.trunc((level + 2) / 3)

/** How many values each context of a pixel has. */
const sizes = [
  CLASSES * PIXELS * QUARTERS, CLASSES * PIXELS * QUARTERS, LEVELS * LEVELS, THIRDS * THIRDS * THIRDS * THIRDS,
  CLASSES * SIDE * LEVELS * QUARTERS, CLASSES * SIDE * LEVELS * QUARTERS,
]
/** Where the models of each begin, counted in contexts; those of the label come last. */
const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, size) => sum + size, 0))
const label = starts.at(-1)! + sizes.at(-1)!

/** What all contexts together take. */
export const bitModels = (): BitModels =>
  new BitModels((label << PIXEL_BITS) + (1 << LABEL_BITS), (1 << PIXEL_BITS) + (1 << LABEL_BITS), sizes.length)

export const labelContexts: Contexts = { models: [label << PIXEL_BITS], weights: 1 << PIXEL_BITS }

/** The contexts of a pixel: the digit, the place, and the pixels around it which are known by then. */
export function pixelContexts(digit: number, place: number, pixels: ArrayLike<number>, first: number): Contexts {
  const column = place % SIDE
  const row = (place - column) / SIDE
  const at = (right: number, down: number): number =>
    column + right < 0 || column + right >= SIDE || row + down < 0 ? 0 : pixels[first + place + right + SIDE * down]!
  const [left, above] = [at(-1, 0), at(0, -1)]
  const here = digit * PIXELS + place
  const values = [
    here * QUARTERS + quarter(left),
    here * QUARTERS + quarter(above),
    left * LEVELS + above,
    ((third(left) * THIRDS + third(above)) * THIRDS + third(at(-1, -1))) * THIRDS + third(at(1, -1)),
    ((digit * SIDE + column) * LEVELS + above) * QUARTERS + quarter(at(0, -2)),
    ((digit * SIDE + row) * LEVELS + left) * QUARTERS + quarter(above),
  ]
  return { models: values.map((value, i) => (starts[i]! + value) << PIXEL_BITS), weights: 0 }
}
