// The micro-kernels: a tile of C, held in registers, from one panel of A and one of B.
//
//   C[height x NR] = sum over k of  a[k] (height tall)  x  b[k] (NR wide)      (+ C)
//
// Every product of the library ends here; the other files only bring operands into this shape
// (pack.ts) and cut matrices into tiles (tiles.ts). NR is two vectors. The height is what V8 can hold: it
// has 15 registers, of which B takes two and the broadcast element of A one.
//
//   4 rows     8 accumulators, all that the portable build can hold: a product needs a register of its
//              own before it is added, so that 6 rows spill. Four steps a turn, with a test for the end
//              between them: the tests keep the steps in blocks of their own. Without them TurboFan hoists
//              the loads of all four and spills (seen with fused multiply-adds on Node 20: 45 -> 27 GFLOP/s).
//   6 rows     12 accumulators, for fused multiply-adds (relaxed). Enough work a turn; unrolling only
//              spills. So does anything but adding and storing after the loop, or testing at its end, in
//              the V8 of Node 22 (52 -> 23 GFLOP/s): alpha is the business of edge.ts.
//
// The sum of an element starts at +0 and takes its terms one by one, in the order of k.

import { madd } from '../simd'

/** Rows of a low tile. */
// @ts-ignore: decorator
@inline
export const LOW: usize = 4
/** Rows of the tallest tile. */
// @ts-ignore: decorator
@inline
export const MR: usize = ASC_FEATURE_RELAXED_SIMD ? 6 : LOW

/** MR or LOW, for the next tile where `left` rows are left to do. Six and four fill any even number but two. */
// @ts-ignore: decorator
@inline
export function tileHeight(left: usize): usize {
  return left <= LOW || left == LOW + 3 || left == 2 * LOW ? LOW : MR
}

/** Bytes of a row of a tile, and of one step of a panel of B: two vectors. */
// @ts-ignore: decorator
@inline
export const ROW: usize = 32

/** Columns of a tile: 8 of f32, 4 of f64. */
// @ts-ignore: decorator
@inline
export function NR<T>(): usize {
  return ROW / sizeof<T>()
}

// @ts-ignore: decorator
@inline
export function storeRow(c: usize, sum0: v128, sum1: v128): void {
  v128.store(c, sum0)
  v128.store(c, sum1, 16)
}

// @ts-ignore: decorator
@inline
export function addRow<T>(c: usize, sum0: v128, sum1: v128): void {
  v128.store(c, v128.add<T>(v128.load(c), sum0))
  v128.store(c, v128.add<T>(v128.load(c, 16), sum1), 16)
}

/** One tile, `height` rows tall. `a` and `b` are packed panels of `depth` > 0 steps; `ldc` is in bytes. */
// @ts-ignore: decorator
@inline
export function tile<T>(height: usize, depth: usize, a: usize, b: usize, accumulate: bool, c: usize, ldc: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) {
    if (height == MR) return tile6<T>(depth, a, b, accumulate, c, ldc)
  }
  tile4<T>(depth, a, b, accumulate, c, ldc)
}

function tile4<T>(depth: usize, a: usize, b: usize, accumulate: bool, c: usize, ldc: usize): void {
  const end = b + depth * ROW
  let c00 = v128.splat<T>(0), c01 = c00
  let c10 = c00, c11 = c00
  let c20 = c00, c21 = c00
  let c30 = c00, c31 = c00
  while (true) {
    let b0 = v128.load(b), b1 = v128.load(b, 16)
    let x = v128.load_splat<T>(a)
    c00 = madd<T>(x, b0, c00); c01 = madd<T>(x, b1, c01)
    x = v128.load_splat<T>(a, sizeof<T>())
    c10 = madd<T>(x, b0, c10); c11 = madd<T>(x, b1, c11)
    x = v128.load_splat<T>(a, 2 * sizeof<T>())
    c20 = madd<T>(x, b0, c20); c21 = madd<T>(x, b1, c21)
    x = v128.load_splat<T>(a, 3 * sizeof<T>())
    c30 = madd<T>(x, b0, c30); c31 = madd<T>(x, b1, c31)
    if (b + ROW == end) break

    b0 = v128.load(b, ROW); b1 = v128.load(b, ROW + 16)
    x = v128.load_splat<T>(a, 4 * sizeof<T>())
    c00 = madd<T>(x, b0, c00); c01 = madd<T>(x, b1, c01)
    x = v128.load_splat<T>(a, 5 * sizeof<T>())
    c10 = madd<T>(x, b0, c10); c11 = madd<T>(x, b1, c11)
    x = v128.load_splat<T>(a, 6 * sizeof<T>())
    c20 = madd<T>(x, b0, c20); c21 = madd<T>(x, b1, c21)
    x = v128.load_splat<T>(a, 7 * sizeof<T>())
    c30 = madd<T>(x, b0, c30); c31 = madd<T>(x, b1, c31)
    if (b + 2 * ROW == end) break

    b0 = v128.load(b, 2 * ROW); b1 = v128.load(b, 2 * ROW + 16)
    x = v128.load_splat<T>(a, 8 * sizeof<T>())
    c00 = madd<T>(x, b0, c00); c01 = madd<T>(x, b1, c01)
    x = v128.load_splat<T>(a, 9 * sizeof<T>())
    c10 = madd<T>(x, b0, c10); c11 = madd<T>(x, b1, c11)
    x = v128.load_splat<T>(a, 10 * sizeof<T>())
    c20 = madd<T>(x, b0, c20); c21 = madd<T>(x, b1, c21)
    x = v128.load_splat<T>(a, 11 * sizeof<T>())
    c30 = madd<T>(x, b0, c30); c31 = madd<T>(x, b1, c31)
    if (b + 3 * ROW == end) break

    b0 = v128.load(b, 3 * ROW); b1 = v128.load(b, 3 * ROW + 16)
    x = v128.load_splat<T>(a, 12 * sizeof<T>())
    c00 = madd<T>(x, b0, c00); c01 = madd<T>(x, b1, c01)
    x = v128.load_splat<T>(a, 13 * sizeof<T>())
    c10 = madd<T>(x, b0, c10); c11 = madd<T>(x, b1, c11)
    x = v128.load_splat<T>(a, 14 * sizeof<T>())
    c20 = madd<T>(x, b0, c20); c21 = madd<T>(x, b1, c21)
    x = v128.load_splat<T>(a, 15 * sizeof<T>())
    c30 = madd<T>(x, b0, c30); c31 = madd<T>(x, b1, c31)
    a += 16 * sizeof<T>()
    b += 4 * ROW
    if (b == end) break
  }

  if (accumulate) {
    addRow<T>(c, c00, c01)
    addRow<T>(c += ldc, c10, c11)
    addRow<T>(c += ldc, c20, c21)
    addRow<T>(c += ldc, c30, c31)
  } else {
    storeRow(c, c00, c01)
    storeRow(c += ldc, c10, c11)
    storeRow(c += ldc, c20, c21)
    storeRow(c += ldc, c30, c31)
  }
}

function tile6<T>(depth: usize, a: usize, b: usize, accumulate: bool, c: usize, ldc: usize): void {
  const end = b + depth * ROW
  let c00 = v128.splat<T>(0), c01 = c00
  let c10 = c00, c11 = c00
  let c20 = c00, c21 = c00
  let c30 = c00, c31 = c00
  let c40 = c00, c41 = c00
  let c50 = c00, c51 = c00
  while (b != end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16)
    let x = v128.load_splat<T>(a)
    c00 = madd<T>(x, b0, c00); c01 = madd<T>(x, b1, c01)
    x = v128.load_splat<T>(a, sizeof<T>())
    c10 = madd<T>(x, b0, c10); c11 = madd<T>(x, b1, c11)
    x = v128.load_splat<T>(a, 2 * sizeof<T>())
    c20 = madd<T>(x, b0, c20); c21 = madd<T>(x, b1, c21)
    x = v128.load_splat<T>(a, 3 * sizeof<T>())
    c30 = madd<T>(x, b0, c30); c31 = madd<T>(x, b1, c31)
    x = v128.load_splat<T>(a, 4 * sizeof<T>())
    c40 = madd<T>(x, b0, c40); c41 = madd<T>(x, b1, c41)
    x = v128.load_splat<T>(a, 5 * sizeof<T>())
    c50 = madd<T>(x, b0, c50); c51 = madd<T>(x, b1, c51)
    a += 6 * sizeof<T>()
    b += ROW
  }

  if (accumulate) {
    addRow<T>(c, c00, c01)
    addRow<T>(c += ldc, c10, c11)
    addRow<T>(c += ldc, c20, c21)
    addRow<T>(c += ldc, c30, c31)
    addRow<T>(c += ldc, c40, c41)
    addRow<T>(c += ldc, c50, c51)
  } else {
    storeRow(c, c00, c01)
    storeRow(c += ldc, c10, c11)
    storeRow(c += ldc, c20, c21)
    storeRow(c += ldc, c30, c31)
    storeRow(c += ldc, c40, c41)
    storeRow(c += ldc, c50, c51)
  }
}
