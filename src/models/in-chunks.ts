import { lengthOf, type Numbers, part } from '../core/numbers.js'

/** So many rows at a time: their activities stay in the cache, and memory does not grow with the data. */
export const chunkRows = 256

/** Goes through rows of numbers, some at a time: `each` takes `rows` of them, of which the first is row `first` of all. */
export function inChunks(values: Numbers, columns: number, each: (values: Numbers, rows: number, first: number) => void): void {
  const size = lengthOf(values) / columns
  for (let first = 0; first < size; first += chunkRows) {
    const rows = Math.min(chunkRows, size - first)
    each(part(values, first * columns, rows * columns), rows, first)
  }
}
