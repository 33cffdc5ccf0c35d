/** Where the largest of a row of numbers stands, from its beginning; of equal ones the first. */
export function placeOfLargest(values: ArrayLike<number>, at: number, columns: number): number {
  let largest = 0
  for (let j = 1; j < columns; j++) if (values[at + j] > values[at + largest]) largest = j
  return largest
}

/** The class that a row of numbers names: the place of the largest; of a single number, whether it is above. */
export const classOf = (values: ArrayLike<number>, at: number, columns: number, above: number): number =>
  columns === 1 ? Number(values[at] > above) : placeOfLargest(values, at, columns)
