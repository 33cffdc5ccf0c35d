// The product by tiles: A is packed by blocks of MC rows, B by panels, and the micro-kernel does the rest.

import { ALPHA, B_BLOCK, EDGE, MC, evenPart } from './blocks'
import { MR, NR, ROW, tile } from './micro-kernel'
import { packA, packB } from './pack'

/**
 * One block of k, `depth` deep. Strides are in bytes; alpha lies in the workspace. `packed` holds the
 * panels of B, or is 0: then each is packed just before its first use. While m <= MC that is also its
 * last, and all share 16 KiB, which stay in L1; otherwise they are kept, and n is at most NC.
 */
export function byTiles<T>(
  m: usize, n: usize, depth: usize, a: usize, aRow: usize, aStep: usize,
  b: usize, bColumn: usize, bStep: usize, packed: usize, accumulate: bool, c: usize, ldc: usize, workspace: usize,
): void {
  const block = evenPart(m, MC, MR)
  const panelSize = depth * ROW
  const buffer = workspace + B_BLOCK
  for (let i0: usize = 0; i0 < m; i0 += block) {
    const rows = min(block, m - i0)
    for (let i: usize = 0; i < rows; i += MR) {
      packA<T>(a + (i0 + i) * aRow, aRow, aStep, depth, rows - i, workspace + i * depth * sizeof<T>())
    }
    let panel = packed != 0 ? packed : buffer
    for (let j: usize = 0; j < n; j += NR<T>()) {
      if (packed == 0 && i0 == 0) packB<T>(b + j * bColumn, bColumn, bStep, depth, n - j, panel)
      column<T>(rows, min(n - j, NR<T>()), depth, panel, accumulate, c + j * sizeof<T>(), ldc, workspace)
      if (packed != 0 || m > block) panel += panelSize
    }
    c += block * ldc
  }
}

/** The tiles of one panel of B with the block of A in the workspace: `rows` x `columns` of C. */
function column<T>(
  rows: usize, columns: usize, depth: usize, b: usize, accumulate: bool, c: usize, ldc: usize, workspace: usize,
): void {
  const alpha = workspace + ALPHA
  const edge = workspace + EDGE
  let a = workspace
  for (let i: usize = 0; i < rows; i += MR) {
    const tall = min(rows - i, MR)
    if (tall == MR && columns == NR<T>()) tile<T>(depth, alpha, a, b, accumulate, c, ldc)
    else {
      tile<T>(depth, alpha, a, b, false, edge, ROW)
      for (let r: usize = 0; r < tall; r++) writeEdge<T>(edge + r * ROW, columns, accumulate, c + r * ldc)
    }
    a += MR * depth * sizeof<T>()
    c += MR * ldc
  }
}

/** Copies, or adds, the `columns` of a row computed aside that lie inside C. */
export function writeEdge<T>(edge: usize, columns: usize, accumulate: bool, c: usize): void {
  for (const end = c + columns * sizeof<T>(); c != end; c += sizeof<T>(), edge += sizeof<T>()) {
    const value = load<T>(edge)
    store<T>(c, accumulate ? load<T>(c) + value : value)
  }
}
