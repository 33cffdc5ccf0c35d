// Packing: copies a slice of a matrix into a panel, the order in which the micro-kernel reads it.
//
//   panel:   for each of `depth` steps of k, the `width` elements of that step, side by side
//
// A panel of A is as wide as its tiles are tall, one of B is NR wide. Where the matrix ends before the
// panel does, the panel goes on with zeros; they meet only elements of the tile which are thrown away.
// Nothing outside the `count` x `depth` elements of the slice is read. All strides are in bytes.

import { LOW, MR, NR } from './micro-kernel'

// @ts-ignore: decorator
@inline
function lanes<T>(): usize {
  return 16 / sizeof<T>()
}

/** Packs a panel of A for tiles of this height; elements of one step are `across` bytes apart, steps `step` bytes. */
export function packA<T>(
  height: usize, source: usize, across: usize, step: usize, depth: usize, count: usize, panel: usize,
): void {
  if (height == MR) pack<T>(source, across, step, depth, count, MR, panel)
  else pack<T>(source, across, step, depth, count, LOW, panel)
}

/** Packs a panel of B, likewise. */
export function packB<T>(source: usize, across: usize, step: usize, depth: usize, count: usize, panel: usize): void {
  pack<T>(source, across, step, depth, count, NR<T>(), panel)
}

/** `width` is a constant, so that what depends on it alone folds away. */
// @ts-ignore: decorator
@inline
function pack<T>(
  source: usize, across: usize, step: usize, depth: usize, count: usize, width: usize, panel: usize,
): void {
  if (across == sizeof<T>()) packSteps<T>(source, step, depth, count, width, panel)
  else packTransposed<T>(source, across, depth, count, width, panel)
}

/** The elements of a step lie side by side: A of form TN, B of forms NN and TN. */
// @ts-ignore: decorator
@inline
function packSteps<T>(source: usize, step: usize, depth: usize, count: usize, width: usize, panel: usize): void {
  const bytes = width * sizeof<T>()
  const end = panel + depth * bytes
  if (count >= width) {
    // The bits of the size of a step say which moves make it up.
    for (; panel != end; panel += bytes, source += step) {
      let at: usize = 0
      if (bytes & 32) {
        v128.store(panel, v128.load(source))
        v128.store(panel, v128.load(source, 16), 16)
        at = 32
      }
      if (bytes & 16) {
        v128.store(panel + at, v128.load(source + at))
        at += 16
      }
      if (bytes & 8) store<u64>(panel + at, load<u64>(source + at))
    }
  } else {
    const part = count * sizeof<T>()
    for (; panel != end; panel += bytes, source += step) {
      for (let at: usize = 0; at < bytes; at += sizeof<T>()) {
        store<T>(panel + at, at < part ? load<T>(source + at) : <T>0)
      }
    }
  }
}

/** The steps of an element lie side by side: A of forms NN and NT, B of form NT. */
// @ts-ignore: decorator
@inline
function packTransposed<T>(source: usize, across: usize, depth: usize, count: usize, width: usize, panel: usize): void {
  const bytes = width * sizeof<T>()
  const valid = min(count, width)
  let i: usize = 0
  for (; i + lanes<T>() <= valid; i += lanes<T>()) {
    transpose<T>(source, across, depth, panel + i * sizeof<T>(), bytes)
    source += lanes<T>() * across
  }
  for (; i < width; i++, source += across) {
    let to = panel + i * sizeof<T>()
    for (let k: usize = 0; k < depth; k++, to += bytes) {
      store<T>(to, i < valid ? load<T>(source + k * sizeof<T>()) : <T>0)
    }
  }
}

/** Transposes as many rows as a vector has lanes, `depth` long, into columns `bytes` apart. */
function transpose<T>(source: usize, stride: usize, depth: usize, to: usize, bytes: usize): void {
  let k: usize = 0
  for (; k + lanes<T>() <= depth; k += lanes<T>()) {
    const row0 = v128.load(source), row1 = v128.load(source + stride)
    if (sizeof<T>() == 8) {
      v128.store(to, transposed<T>(0, row0, row1, row0, row1))
      v128.store(to += bytes, transposed<T>(1, row0, row1, row0, row1))
    } else {
      const row2 = v128.load(source + 2 * stride), row3 = v128.load(source + 3 * stride)
      v128.store(to, transposed<T>(0, row0, row1, row2, row3))
      v128.store(to += bytes, transposed<T>(1, row0, row1, row2, row3))
      v128.store(to += bytes, transposed<T>(2, row0, row1, row2, row3))
      v128.store(to += bytes, transposed<T>(3, row0, row1, row2, row3))
    }
    to += bytes
    source += 16
  }
  for (; k < depth; k++, source += sizeof<T>(), to += bytes) {
    for (let i: usize = 0; i < lanes<T>(); i++) {
      store<T>(to + i * sizeof<T>(), load<T>(source + i * stride))
    }
  }
}

/**
 * Column `k`, a constant, of the square formed by four rows of f32 or the first two of f64. Two columns
 * have shuffles in common; the compiler finds them.
 */
// @ts-ignore: decorator
@inline
export function transposed<T>(k: i32, row0: v128, row1: v128, row2: v128, row3: v128): v128 {
  if (sizeof<T>() == 8) {
    return k == 0 ? v128.shuffle<u64>(row0, row1, 0, 2) : v128.shuffle<u64>(row0, row1, 1, 3)
  }
  const pair0 = k < 2 ? v128.shuffle<u32>(row0, row1, 0, 4, 1, 5) : v128.shuffle<u32>(row0, row1, 2, 6, 3, 7)
  const pair1 = k < 2 ? v128.shuffle<u32>(row2, row3, 0, 4, 1, 5) : v128.shuffle<u32>(row2, row3, 2, 6, 3, 7)
  return (k & 1) == 0 ? v128.shuffle<u64>(pair0, pair1, 0, 2) : v128.shuffle<u64>(pair0, pair1, 1, 3)
}
