// The product row by row, for the one or two rows that do not pay for packing B: it is read where it lies,
// at the speed of the memory. From three rows on the tiles win, or lose at most a tenth, down to 4 x 16 x 2.
//
// B is taken by strips of two panels, so that a row has four accumulators, which hide the latency of an
// addition. At the right edge of B, where a vector would read beyond it, the strip is packed.

import { madd } from '../simd'
import { beat } from './beat'
import { ASIDE, B_BLOCK } from './blocks'
import { writeAside } from './edge'
import { NR, ROW, addRow, storeRow } from './micro-kernel'
import { packB, transposed } from './pack'

/** The counterpart of `byTiles`, with the same parameters and the same bits. Its workspace: a row at ASIDE, two panels at B_BLOCK. */
export function byRows<T>(
  m: usize, n: usize, depth: usize, alpha: T, a: usize, aRow: usize, aStep: usize,
  b: usize, bColumn: usize, bStep: usize, packed: usize, accumulate: bool, c: usize, ldc: usize, workspace: usize,
): void {
  const panelSize = depth * ROW
  const aside = workspace + ASIDE
  const inPlace = packed == 0 && bColumn == sizeof<T>()
  for (let j: usize = 0; j < n; j += 2 * NR<T>(), b += 2 * NR<T>() * bColumn, c += 2 * ROW) {
    const columns = n - j
    const whole = columns >= 2 * NR<T>()

    let panel0 = b, panel1 = b + ROW, step = bStep
    if (!inPlace || !whole) {
      panel0 = packed != 0 ? packed + j * depth * sizeof<T>() : workspace + B_BLOCK
      panel1 = columns > NR<T>() ? panel0 + panelSize : panel0
      step = ROW
      if (packed == 0 && !whole) {
        packB<T>(b, bColumn, bStep, depth, columns, panel0)
        if (panel1 != panel0) packB<T>(b + NR<T>() * bColumn, bColumn, bStep, depth, columns - NR<T>(), panel1)
      }
    }

    const plain = alpha == <T>1 && whole
    for (let i: usize = 0; i < m; i++) {
      const x = a + i * aRow, y = c + i * ldc
      const to = plain ? y : aside
      const add = plain && accumulate
      if (packed != 0 || inPlace || !whole) row<T>(depth, x, aStep, panel0, panel1, step, add, to)
      else rowTransposed<T>(depth, x, b, bColumn, add, to)
      if (!plain) writeAside<T>(1, min(columns, 2 * NR<T>()), alpha, aside, accumulate, y, ldc)
    }
    beat()
  }
}

/** One row, two panels wide. `aStep` and `bStep` are the bytes from one k to the next. */
function row<T>(
  depth: usize, a: usize, aStep: usize, b0: usize, b1: usize, bStep: usize, accumulate: bool, c: usize,
): void {
  const end = b0 + depth * bStep
  let c0 = v128.splat<T>(0), c1 = c0, c2 = c0, c3 = c0
  do {
    const x = v128.load_splat<T>(a)
    c0 = madd<T>(x, v128.load(b0), c0)
    c1 = madd<T>(x, v128.load(b0, 16), c1)
    c2 = madd<T>(x, v128.load(b1), c2)
    c3 = madd<T>(x, v128.load(b1, 16), c3)
    a += aStep
    b0 += bStep
    b1 += bStep
  } while (b0 != end)

  finish<T>(accumulate, c, c0, c1, c2, c3)
}

/** One row, two panels wide, from B^T: the columns of the panels are rows, `ldb` apart, transposed on the way. */
function rowTransposed<T>(depth: usize, a: usize, b: usize, ldb: usize, accumulate: bool, c: usize): void {
  const quarter = (NR<T>() / 2) * ldb
  const end = a + depth * sizeof<T>()
  const wholeEnd = a + ((depth * sizeof<T>()) & ~15)
  let c0 = v128.splat<T>(0), c1 = c0, c2 = c0, c3 = c0
  for (; a != wholeEnd; a += 16, b += 16) {
    c0 = maddTransposed<T>(a, b, ldb, c0)
    c1 = maddTransposed<T>(a, b + quarter, ldb, c1)
    c2 = maddTransposed<T>(a, b + 2 * quarter, ldb, c2)
    c3 = maddTransposed<T>(a, b + 3 * quarter, ldb, c3)
  }
  for (; a != end; a += sizeof<T>(), b += sizeof<T>()) {
    const x = v128.load_splat<T>(a)
    c0 = madd<T>(x, gather<T>(b, ldb), c0)
    c1 = madd<T>(x, gather<T>(b + quarter, ldb), c1)
    c2 = madd<T>(x, gather<T>(b + 2 * quarter, ldb), c2)
    c3 = madd<T>(x, gather<T>(b + 3 * quarter, ldb), c3)
  }
  finish<T>(accumulate, c, c0, c1, c2, c3)
}

/** Four sums into a row of C, or added to it. */
// @ts-ignore: decorator
@inline
function finish<T>(accumulate: bool, c: usize, c0: v128, c1: v128, c2: v128, c3: v128): void {
  if (accumulate) {
    addRow<T>(c, c0, c1)
    addRow<T>(c + ROW, c2, c3)
  } else {
    storeRow(c, c0, c1)
    storeRow(c + ROW, c2, c3)
  }
}

/** Adds to each lane of `sum` the terms of as many k as there are lanes, in their order. */
// @ts-ignore: decorator
@inline
function maddTransposed<T>(a: usize, b: usize, ldb: usize, sum: v128): v128 {
  const row0 = v128.load(b), row1 = v128.load(b + ldb)
  if (sizeof<T>() == 8) {
    sum = madd<T>(v128.load_splat<T>(a), transposed<T>(0, row0, row1, row0, row1), sum)
    return madd<T>(v128.load_splat<T>(a, 8), transposed<T>(1, row0, row1, row0, row1), sum)
  } else {
    const row2 = v128.load(b + 2 * ldb), row3 = v128.load(b + 3 * ldb)
    sum = madd<T>(v128.load_splat<T>(a), transposed<T>(0, row0, row1, row2, row3), sum)
    sum = madd<T>(v128.load_splat<T>(a, 4), transposed<T>(1, row0, row1, row2, row3), sum)
    sum = madd<T>(v128.load_splat<T>(a, 8), transposed<T>(2, row0, row1, row2, row3), sum)
    return madd<T>(v128.load_splat<T>(a, 12), transposed<T>(3, row0, row1, row2, row3), sum)
  }
}

/** A vector of elements `stride` bytes apart. */
// @ts-ignore: decorator
@inline
function gather<T>(from: usize, stride: usize): v128 {
  const pair = v128.load_lane<T>(from + stride, v128.load_splat<T>(from), 1)
  if (sizeof<T>() == 8) return pair
  return v128.load_lane<T>(from + 3 * stride, v128.load_lane<T>(from + 2 * stride, pair, 2), 3)
}
