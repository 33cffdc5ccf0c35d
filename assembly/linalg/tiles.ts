// The product by tiles: A is packed by blocks of MC rows, B by panels, and the micro-kernel does the rest.

import { beat } from './beat'
import { ASIDE, B_BLOCK, MC, evenPart } from './blocks'
import { scaleInPlace, writeAside } from './edge'
import { MR, NR, ROW, tile, tileHeight } from './micro-kernel'
import { packA, packB } from './pack'

/**
 * One block of k, `depth` deep. Strides are in bytes. `packed` holds the
 * panels of B, or is 0: then each is packed just before its first use. While m <= MC that is also its
 * last, and all share 16 KiB, which stay in L1; otherwise they are kept, and n is at most NC.
 *
 * The workspace holds at most MC x `depth` of A, a tile at ASIDE, and at B_BLOCK one panel, or those of n columns.
 */
export function byTiles<T>(
  m: usize, n: usize, depth: usize, alpha: T, a: usize, aRow: usize, aStep: usize,
  b: usize, bColumn: usize, bStep: usize, packed: usize, accumulate: bool, c: usize, ldc: usize, workspace: usize,
): void {
  const block = evenPart(m, MC, MR)
  const panelSize = depth * ROW
  const buffer = workspace + B_BLOCK
  for (let i0: usize = 0; i0 < m; i0 += block) {
    const rows = min(block, m - i0)
    for (let i: usize = 0; i < rows;) {
      const height = tileHeight(rows - i)
      packA<T>(height, a + (i0 + i) * aRow, aRow, aStep, depth, rows - i, workspace + i * depth * sizeof<T>())
      i += height
    }
    let panel = packed != 0 ? packed : buffer
    for (let j: usize = 0; j < n; j += NR<T>()) {
      if (packed == 0 && i0 == 0) packB<T>(b + j * bColumn, bColumn, bStep, depth, n - j, panel)
      column<T>(rows, min(n - j, NR<T>()), depth, alpha, panel, accumulate, c + j * sizeof<T>(), ldc, workspace)
      beat()
      if (packed != 0 || m > block) panel += panelSize
    }
    c += block * ldc
  }
}

/**
 * The tiles of one panel of B with the block of A in the workspace: `rows` x `columns` of C. Whole tiles have a loop of
 * their own: one loop for all takes up to 3 % longer on Node 20.
 */
function column<T>(
  rows: usize, columns: usize, depth: usize, alpha: T, b: usize, accumulate: bool, c: usize, ldc: usize,
  workspace: usize,
): void {
  const direct = columns == NR<T>() && (alpha == <T>1 || !accumulate)
  const aside = workspace + ASIDE
  let a = workspace, to = c, i: usize = 0, height = tileHeight(rows)
  for (; direct && i + height <= rows; height = tileHeight(rows - i)) {
    tile<T>(height, depth, a, b, accumulate, to, ldc)
    a += height * depth * sizeof<T>()
    to += height * ldc
    i += height
  }
  if (direct && alpha != <T>1) scaleInPlace<T>(i, alpha, c, ldc)
  for (; i < rows; height = tileHeight(rows - i)) {
    tile<T>(height, depth, a, b, false, aside, ROW)
    writeAside<T>(min(rows - i, height), columns, alpha, aside, accumulate, to, ldc)
    a += height * depth * sizeof<T>()
    to += height * ldc
    i += height
  }
}
