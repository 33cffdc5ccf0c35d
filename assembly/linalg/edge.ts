// What the kernels cannot do themselves, since anything more would spill: scale their sums, or cut a tile at the edge of C.
// Whole tiles are scaled where they lie, while they are in L1. Those at the edge, and scaled ones that are added to
// C, are computed aside and brought in from there, which takes a tile about 6 ns more.

import { ROW, addRow, storeRow } from './micro-kernel'

/**
 * C = alpha * sums (+ C), rows x columns; the rows of the sums are ROW bytes apart. The product with alpha
 * is rounded before it is added, in either build; with alpha = 1 the bits are those the kernels write.
 */
export function writeAside<T>(
  rows: usize, columns: usize, alpha: T, sums: usize, accumulate: bool, c: usize, ldc: usize,
): void {
  const scale = v128.splat<T>(alpha)
  const bytes = columns * sizeof<T>()
  for (; rows > 0; rows--, sums += ROW, c += ldc) {
    let at: usize = 0
    for (; at + ROW <= bytes; at += ROW) {
      const sum0 = v128.mul<T>(scale, v128.load(sums + at)), sum1 = v128.mul<T>(scale, v128.load(sums + at, 16))
      if (accumulate) addRow<T>(c + at, sum0, sum1)
      else storeRow(c + at, sum0, sum1)
    }
    for (; at < bytes; at += sizeof<T>()) {
      const value = (alpha * load<T>(sums + at)) as T
      store<T>(c + at, accumulate ? ((load<T>(c + at) + value) as T) : value)
    }
  }
}

/** Rows of C, ROW bytes each, <- alpha times themselves. */
export function scaleInPlace<T>(rows: usize, alpha: T, c: usize, ldc: usize): void {
  const scale = v128.splat<T>(alpha)
  for (; rows > 0; rows--, c += ldc) storeRow(c, v128.mul<T>(scale, v128.load(c)), v128.mul<T>(scale, v128.load(c, 16)))
}
