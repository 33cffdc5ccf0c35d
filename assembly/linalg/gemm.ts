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

import { blockDepth, gemmWorkspace, roundUp } from './blocks'
import { NR, ROW } from './micro-kernel'
import { packB } from './pack'
import { shared } from './parallel'
import { product } from './product'

export { gemmWorkspace }

// @ts-ignore: decorator
@inline
const NT: i32 = 1
// @ts-ignore: decorator
@inline
const TN: i32 = 2

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
  anywhere<T>(m, n, k, alpha, a, aRow, aStep, b, bColumn, bStep, 0, accumulate, c, ldc, workspace)
}

/** C = alpha A op(B) (+ C), where `packWeights` has packed op(B). */
export function gemmPacked<T>(
  m: usize, n: usize, k: usize, alpha: T, a: usize, lda: usize, packed: usize,
  accumulate: bool, c: usize, ldc: usize, workspace: usize,
): void {
  lda *= sizeof<T>()
  ldc *= sizeof<T>()
  anywhere<T>(m, n, k, alpha, a, lda, sizeof<T>(), 0, 0, 0, packed, accumulate, c, ldc, workspace)
}

/** Bytes that op(B), k x n, takes once packed: an f64, since they may be more than an address can count. */
export function packedSize<T>(n: usize, k: usize): f64 {
  return f64(roundUp(n, NR<T>())) * f64(k) * f64(sizeof<T>())
}

/** Packs all of op(B), k x n, once, for any number of `gemmPacked`, into `packedSize(n, k)` bytes. The form is NN or NT. */
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

/** On this thread, or by all threads where there are several and the product is worth it. Strides are in bytes. */
// @ts-ignore: decorator
@inline
function anywhere<T>(
  m: usize, n: usize, k: usize, alpha: T, a: usize, aRow: usize, aStep: usize,
  b: usize, bColumn: usize, bStep: usize, packed: usize, accumulate: bool, c: usize, ldc: usize, workspace: usize,
): void {
  if (ASC_FEATURE_THREADS) {
    if (shared<T>(m, n, k, alpha, a, aRow, aStep, b, bColumn, bStep, packed, accumulate, c, ldc, workspace)) return
  }
  product<T>(m, n, k, alpha, a, aRow, aStep, b, bColumn, bStep, packed, accumulate, c, ldc, workspace)
}
