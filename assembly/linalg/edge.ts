// What the kernels cannot write into C themselves: sums that are to be scaled, or a tile that crosses the
// edge of C. They are computed aside and brought in from there. A tile takes about 7 ns more that way: with
// alpha = 1/2 a 500 x 784 gradient costs half as much again for a batch of 8, a tenth for 32, 5 % for 64.

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
