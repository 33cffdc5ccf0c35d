/** The class that a row of numbers names: the place of the largest, of equal ones the first; of a single number, whether it is above. */
export function classOf(values: ArrayLike<number>, at: number, columns: number, above: number): number {
  if (columns === 1) return values[at] > above ? 1 : 0
  let largest = 0
  for (let j = 1; j < columns; j++) if (values[at + j] > values[at + largest]) largest = j
  return largest
}
