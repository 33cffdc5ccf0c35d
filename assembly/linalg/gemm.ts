// The matrix product, blocked and packed as in BLIS:
//
//   C = alpha * op(A) op(B)  (+ C)          C is m x n, op(A) m x k, op(B) k x n; row-major
//
//   form  NN  op(A) = A, op(B) = B      NT  op(B) = B^T      TN  op(A) = A^T
//
// Contract of the order of summation. k is cut into ceil(k / KC) even blocks. The terms of a block are
// added one by one from +0, in the order of k, the sum is multiplied by alpha, and the blocks are added
// to C in their order. The order depends on k and the dtype, on nothing else: an element has the same bits whatever
// m, n, its position, the form, the leading dimensions, and whether B was packed beforehand. A row of a
// batch is thus computed as it would be alone.
//
// alpha = 0 or k = 0 give zeros (or leave C) and read neither A nor B; elsewhere NaN and infinity go
// their natural way. C must not overlap A or B.
//
// Blocks, in the order of the loops (sizes are a choice that measured well, not a sharp optimum):
//   NC  512 columns   bounds the workspace; not needed while m <= MC
//   KC  2 KiB of k    a panel of B, KC x NR, is 16 KiB and stays in L1
//   MC  96 rows       a block of A, MC x KC, is 192 KiB and stays in L2
//   then panels of B, then panels of A. While m <= MC every panel of B serves once, and is packed just
//   before that into the same 16 KiB; above, the panels of an NC x KC block are kept.

import { tile, MR, NR, ROW } from './micro-kernel'
import { packSteps, packTransposed } from './pack'

// @ts-ignore: decorator
@inline
const NT: i32 = 1
// @ts-ignore: decorator
@inline
const TN: i32 = 2

// @ts-ignore: decorator
@inline
const MC: usize = 96
// @ts-ignore: decorator
@inline
const NC: usize = 512
// @ts-ignore: decorator
@inline
const KC_BYTES: usize = 2048

// The workspace: a block of A, the tile of an edge, alpha, a block of B.
// @ts-ignore: decorator
@inline
const EDGE_TILE: usize = MC * KC_BYTES
// @ts-ignore: decorator
@inline
const ALPHA: usize = EDGE_TILE + MR * ROW
// @ts-ignore: decorator
@inline
const B_BLOCK: usize = EDGE_TILE + 256

/** Bytes of scratch that a product needs, the same for every shape and dtype. */
export function gemmWorkspace(): usize {
  return B_BLOCK + NC * KC_BYTES
}

/** The size of the even parts, multiples of `unit`, into which `whole` is cut so that none exceeds `limit`. */
// @ts-ignore: decorator
@inline
function evenPart(whole: usize, limit: usize, unit: usize): usize {
  const parts = (whole + limit - 1) / limit
  const part = (whole + parts - 1) / parts
  return ((part + unit - 1) / unit) * unit
}

// @ts-ignore: decorator
@inline
function roundUp(count: usize, unit: usize): usize {
  return ((count + unit - 1) / unit) * unit
}

// @ts-ignore: decorator
@inline
function blockDepth<T>(k: usize): usize {
  return evenPart(k, KC_BYTES / sizeof<T>(), 1)
}

/** Packs the panel of op(B) which starts at column j and step p; `columns` are left from j on. */
function packB<T>(form: i32, depth: usize, columns: usize, b: usize, ldb: usize, j: usize, p: usize, panel: usize): void {
  if (form == NT) packTransposed<T>(b + j * ldb + p * sizeof<T>(), ldb, depth, columns, NR<T>(), panel)
  else packSteps<T>(b + p * ldb + j * sizeof<T>(), ldb, depth, columns, NR<T>(), panel)
}

/** Packs the panel of op(A) which starts at row i and step p; `rows` are left from i on. */
function packA<T>(form: i32, depth: usize, rows: usize, a: usize, lda: usize, i: usize, p: usize, panel: usize): void {
  if (form == TN) packSteps<T>(a + p * lda + i * sizeof<T>(), lda, depth, rows, MR, panel)
  else packTransposed<T>(a + i * lda + p * sizeof<T>(), lda, depth, rows, MR, panel)
}

/** A tile of which only `rows` x `columns` lie inside C: computed aside, then copied. */
function edgeTile<T>(
  depth: usize, alpha: usize, a: usize, b: usize, accumulate: bool, c: usize, ldc: usize,
  rows: usize, columns: usize, scratch: usize,
): void {
  tile<T>(depth, alpha, a, b, false, scratch, ROW)
  for (let i: usize = 0; i < rows; i++, c += ldc, scratch += ROW) {
    for (let at: usize = 0; at < columns * sizeof<T>(); at += sizeof<T>()) {
      const value = load<T>(scratch + at)
      store<T>(c + at, accumulate ? load<T>(c + at) + value : value)
    }
  }
}

/** All tiles in the `rows` tall panels of A at `a` and the `columns` (at most NR) wide panel of B at `b`. */
function column<T>(
  depth: usize, alpha: usize, a: usize, b: usize, accumulate: bool, c: usize, ldc: usize,
  rows: usize, columns: usize, scratch: usize,
): void {
  for (let i: usize = 0; i < rows; i += MR) {
    if (rows - i >= MR && columns >= NR<T>()) tile<T>(depth, alpha, a, b, accumulate, c, ldc)
    else edgeTile<T>(depth, alpha, a, b, accumulate, c, ldc, min(rows - i, MR), min(columns, NR<T>()), scratch)
    a += MR * depth * sizeof<T>()
    c += MR * ldc
  }
}

function clear<T>(m: usize, n: usize, c: usize, ldc: usize): void {
  for (; m > 0; m--, c += ldc) memory.fill(c, 0, n * sizeof<T>())
}

/** `packed` = 0: B is packed as it is needed; otherwise it holds what `packWeights` made, and b, ldb are ignored. */
function product<T>(
  form: i32, m: usize, n: usize, k: usize, alpha: T, a: usize, lda: usize, b: usize, ldb: usize, packed: usize,
  accumulate: bool, c: usize, ldc: usize, workspace: usize,
): void {
  lda *= sizeof<T>()
  ldb *= sizeof<T>()
  ldc *= sizeof<T>()
  if (alpha == <T>0 || k == 0) {
    if (!accumulate) clear<T>(m, n, c, ldc)
    return
  }
  if (m == 0 || n == 0) return
  const deep = blockDepth<T>(k)
  const tall = evenPart(m, MC, MR)
  const once = m <= tall
  const wide = once || packed != 0 ? n : NC
  const scratch = workspace + EDGE_TILE
  store<T>(workspace, alpha, ALPHA)

  for (let j0: usize = 0; j0 < n; j0 += wide) {
    const jEnd = min(n, j0 + wide)
    for (let p: usize = 0; p < k; p += deep) {
      const depth = min(deep, k - p)
      for (let i0: usize = 0; i0 < m; i0 += tall) {
        const rows = min(tall, m - i0)
        for (let i: usize = 0; i < rows; i += MR) {
          packA<T>(form, depth, rows - i, a, lda, i0 + i, p, workspace + i * depth * sizeof<T>())
        }
        for (let j = j0; j < jEnd; j += NR<T>()) {
          let panel: usize
          if (packed != 0) panel = packed + (p * roundUp(n, NR<T>()) + j * depth) * sizeof<T>()
          else {
            panel = workspace + B_BLOCK + (once ? 0 : (j - j0) * depth * sizeof<T>())
            if (i0 == 0) packB<T>(form, depth, n - j, b, ldb, j, p, panel)
          }
          column<T>(depth, workspace + ALPHA, workspace, panel, accumulate || p > 0, c + i0 * ldc + j * sizeof<T>(), ldc, rows, n - j, scratch)
        }
      }
    }
  }
}

/** C = alpha op(A) op(B) (+ C). Leading dimensions are in elements; `workspace` has `gemmWorkspace()` bytes. */
export function gemm<T>(
  form: i32, m: usize, n: usize, k: usize, alpha: T, a: usize, lda: usize, b: usize, ldb: usize,
  accumulate: bool, c: usize, ldc: usize, workspace: usize,
): void {
  product<T>(form, m, n, k, alpha, a, lda, b, ldb, 0, accumulate, c, ldc, workspace)
}

/** C = alpha A op(B) (+ C), where `packWeights` has packed op(B). */
export function gemmPacked<T>(
  m: usize, n: usize, k: usize, alpha: T, a: usize, lda: usize, packed: usize,
  accumulate: bool, c: usize, ldc: usize, workspace: usize,
): void {
  product<T>(0, m, n, k, alpha, a, lda, 0, 0, packed, accumulate, c, ldc, workspace)
}

/** Bytes that op(B), k x n, takes once packed. */
export function packedSize<T>(n: usize, k: usize): usize {
  return roundUp(n, NR<T>()) * k * sizeof<T>()
}

/** Packs all of op(B), k x n, once, for any number of `gemmPacked`. Form NN or NT. */
export function packWeights<T>(form: i32, n: usize, k: usize, b: usize, ldb: usize, destination: usize): void {
  if (k == 0) return
  ldb *= sizeof<T>()
  const deep = blockDepth<T>(k)
  for (let p: usize = 0; p < k; p += deep) {
    const depth = min(deep, k - p)
    for (let j: usize = 0; j < n; j += NR<T>()) {
      packB<T>(form, depth, n - j, b, ldb, j, p, destination)
      destination += depth * ROW
    }
  }
}
