// The matrix product, blocked and packed as in BLIS:
//
//   C = alpha * op(A) op(B)  (+ C)          C is m x n, op(A) m x k, op(B) k x n; row-major
//
//   form  NN  op(A) = A, op(B) = B      NT  op(B) = B^T      TN  op(A) = A^T
//
// Contract of the order of summation. k is cut into even blocks of at most KC. The terms of a block are
// added one by one to +0, in the order of k; the sum is multiplied by alpha; the blocks are added to C in
// their order. This depends on k and the dtype and on nothing else: an element has the same bits whatever
// m, n, its position, the form, the leading dimensions, and whether B was packed beforehand. A row of a
// batch is computed as it would be alone.
//
// alpha = 0 or k = 0 give zeros (or leave C) and read neither A nor B; elsewhere NaN and infinity go
// their natural way. Nothing outside the operands is read or written. C must not overlap A or B.

import { MC, NC, blockDepth, gemmWorkspace, roundUp } from './blocks'
import { NR, ROW } from './micro-kernel'
import { packB } from './pack'
import { byRows } from './rows'
import { byTiles } from './tiles'

export { gemmWorkspace }

// @ts-ignore: decorator
@inline
const NT: i32 = 1
// @ts-ignore: decorator
@inline
const TN: i32 = 2

/** Up to here rows are computed one by one. */
// @ts-ignore: decorator
@inline
const FEW_ROWS: usize = 2

/** C = alpha op(A) op(B) (+ C). Leading dimensions are in elements; `workspace` has `gemmWorkspace()` bytes. */
export function gemm<T>(
  form: i32, m: usize, n: usize, k: usize, alpha: T, a: usize, lda: usize, b: usize, ldb: usize,
  accumulate: bool, c: usize, ldc: usize, workspace: usize,
): void {
  lda *= sizeof<T>()
  ldb *= sizeof<T>()
  ldc *= sizeof<T>()
  const aRow = form == TN ? sizeof<T>() : lda, aStep = form == TN ? lda : sizeof<T>()
  const bColumn = form == NT ? ldb : sizeof<T>(), bStep = form == NT ? sizeof<T>() : ldb
  product<T>(m, n, k, alpha, a, aRow, aStep, b, bColumn, bStep, 0, accumulate, c, ldc, workspace)
}

/** C = alpha A op(B) (+ C), where `packWeights` has packed op(B). */
export function gemmPacked<T>(
  m: usize, n: usize, k: usize, alpha: T, a: usize, lda: usize, packed: usize,
  accumulate: bool, c: usize, ldc: usize, workspace: usize,
): void {
  lda *= sizeof<T>()
  ldc *= sizeof<T>()
  product<T>(m, n, k, alpha, a, lda, sizeof<T>(), 0, 0, 0, packed, accumulate, c, ldc, workspace)
}

/** Bytes that op(B), k x n, takes once packed. */
export function packedSize<T>(n: usize, k: usize): usize {
  return roundUp(n, NR<T>()) * k * sizeof<T>()
}

/** Packs all of op(B), k x n, once, for any number of `gemmPacked`. The form is NN or NT. */
export function packWeights<T>(form: i32, n: usize, k: usize, b: usize, ldb: usize, packed: usize): void {
  if (k == 0) return
  ldb *= sizeof<T>()
  const column = form == NT ? ldb : sizeof<T>(), step = form == NT ? sizeof<T>() : ldb
  const block = blockDepth<T>(k)
  for (let p: usize = 0; p < k; p += block) {
    const depth = min(block, k - p)
    for (let j: usize = 0; j < n; j += NR<T>(), packed += depth * ROW) {
      packB<T>(b + p * step + j * column, column, step, depth, n - j, packed)
    }
  }
}

/**
 * Blocks of columns and of k. Strides are in bytes: from here on a form is nothing but its strides.
 * `packed` is what `packWeights` made of B, or 0; otherwise b is not read.
 */
function product<T>(
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
      const w = packed != 0 ? packed + packedSize<T>(n, p) : 0
      const add = accumulate || p > 0
      if (m <= FEW_ROWS) byRows<T>(m, columns, depth, alpha, x, aRow, aStep, y, bColumn, bStep, w, add, z, ldc, workspace)
      else byTiles<T>(m, columns, depth, alpha, x, aRow, aStep, y, bColumn, bStep, w, add, z, ldc, workspace)
    }
  }
}
