// The product on one thread: blocks of columns and of k, each by rows or by tiles.

import { MC, NC, blockDepth, roundUp } from './blocks'
import { NR } from './micro-kernel'
import { byRows } from './rows'
import { byTiles } from './tiles'

/** Up to here rows are computed one by one. */
// @ts-ignore: decorator
@inline
const FEW_ROWS: usize = 2

/** Bytes of the panels of op(B), k x n. */
// @ts-ignore: decorator
@inline
export function panelBytes<T>(n: usize, k: usize): usize {
  return roundUp(n, NR<T>()) * k * sizeof<T>()
}

/**
 * C = alpha op(A) op(B) (+ C). Strides are in bytes: from here on a form is nothing but its strides.
 * `packed` is what `packWeights` made of B, or 0; otherwise b is not read. `workspace` has `gemmWorkspace()` bytes.
 */
export function product<T>(
  m: usize, n: usize, k: usize, alpha: T, a: usize, aRow: usize, aStep: usize,
  b: usize, bColumn: usize, bStep: usize, packed: usize, accumulate: bool, c: usize, ldc: usize, workspace: usize,
): void {
  if (m == 0 || n == 0) return
  if (k == 0 || alpha == <T>0) {
    if (!accumulate) for (; m > 0; m--, c += ldc) memory.fill(c, 0, n * sizeof<T>())
    return
  }
  const deep = blockDepth<T>(k)
  const wide = m <= MC || packed != 0 ? n : NC
  for (let j: usize = 0; j < n; j += wide) {
    const columns = min(wide, n - j)
    for (let p: usize = 0; p < k; p += deep) {
      const depth = min(deep, k - p)
      const x = a + p * aStep, y = b + j * bColumn + p * bStep, z = c + j * sizeof<T>()
      const w = packed != 0 ? packed + panelBytes<T>(n, p) : 0
      const add = accumulate || p > 0
      if (m <= FEW_ROWS) byRows<T>(m, columns, depth, alpha, x, aRow, aStep, y, bColumn, bStep, w, add, z, ldc, workspace)
      else byTiles<T>(m, columns, depth, alpha, x, aRow, aStep, y, bColumn, bStep, w, add, z, ldc, workspace)
    }
  }
}
