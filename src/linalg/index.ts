// Matrices for those who verify numerics: plain arrays in and out, with the core's products.
export type { DenseMatrix, ResultMatrix } from './matrix.js'
export { multiply, type MultiplyOptions } from './multiply.js'
export { leastSquares, pseudoInverse, type PseudoInverseOptions, rank, type RankOptions } from './pseudo-inverse.js'
export { solve } from './solve.js'
export { transpose } from './transpose.js'
