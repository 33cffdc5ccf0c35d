/** Every `columns`-th number, from number `first` on. */
export const channelsOf = (values: readonly number[], columns: number, first: number): number[] =>
  values.filter((_, i) => i % columns === first)

export const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Divided by the number, not one less. */
export const varianceOf = (values: readonly number[]): number => {
  const mean = meanOf(values)
  return meanOf(values.map((value) => (value - mean) * (value - mean)))
}
