// Small matrices as arrays of rows, multiplied the plain way: what closed forms are written in.
export type Rows = number[][]

export const rows = (values: ArrayLike<number>, columns: number): Rows =>
  Array.from({ length: values.length / columns }, (_, i) => Array.from({ length: columns }, (_, j) => values[i * columns + j]))

export const transpose = (a: Rows): Rows => a[0].map((_, j) => a.map((row) => row[j]))

export const times = (a: Rows, b: Rows): Rows => a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)))

/** The product of several, from the left. */
export const product = (...factors: Rows[]): Rows => factors.reduce(times)

/** a + scale b. */
export const plus = (a: Rows, b: Rows, scale = 1): Rows => a.map((row, i) => row.map((value, j) => value + scale * b[i][j]))

export const scaled = (a: Rows, factor: number): Rows => a.map((row) => row.map((value) => factor * value))

export const identity = (n: number): Rows => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)))

/** Each row with a 1 behind it: the input of the bias. */
export const withOnes = (a: Rows): Rows => a.map((row) => [...row, 1])
