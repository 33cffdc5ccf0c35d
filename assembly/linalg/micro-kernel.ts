// The micro-kernel: an MR x NR tile of C, held in registers, from one panel of A and one of B.
//
//   C[MR x NR] = alpha * sum over k of  a[k] (MR tall)  x  b[k] (NR wide)      (+ C)
//
// Every product of the library ends here; the other files only bring operands into this shape
// (pack.ts) and cut matrices into tiles (gemm.ts). NR is two vectors. MR is what V8 can hold: it has 15
// registers, of which B takes two and the broadcast element of A one.
//
//   portable   MR = 4,  8 accumulators: a product needs a register of its own before it is added, so
//              that 6 rows spill. Four steps a turn, with a test for the end between them: the tests
//              keep the steps in blocks of their own. Without them TurboFan hoists the loads of all four
//              and spills (seen with fused multiply-adds on Node 20: 45 -> 27 GFLOP/s).
//   relaxed    MR = 6, 12 accumulators, fused multiply-add. Enough work a turn; unrolling only spills.
//
// The sum of an element starts at +0 and takes its terms one by one, in the order of k.

// @ts-ignore: decorator
@inline
export const MR: usize = ASC_FEATURE_RELAXED_SIMD ? 6 : 4

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

/** x * y + sum, fused where the build allows it. */
// @ts-ignore: decorator
@inline
export function madd<T>(x: v128, y: v128, sum: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? v128.relaxed_madd<T>(x, y, sum) : v128.add<T>(sum, v128.mul<T>(x, y))
}

/** Writes one row of a tile; the product with alpha is rounded before it is added, in either build. */
// @ts-ignore: decorator
@inline
export function writeRow<T>(c: usize, alpha: v128, sum0: v128, sum1: v128, accumulate: bool): void {
  sum0 = v128.mul<T>(alpha, sum0)
  sum1 = v128.mul<T>(alpha, sum1)
  if (accumulate) {
    sum0 = v128.add<T>(v128.load(c), sum0)
    sum1 = v128.add<T>(v128.load(c, 16), sum1)
  }
  v128.store(c, sum0)
  v128.store(c, sum1, 16)
}

/**
 * One tile. `a` and `b` are packed panels of `depth` > 0 steps; `ldc` is in bytes. alpha comes by address:
 * by value it would hold a register through the loop, and one of the accumulators would be spilled.
 */
export function tile<T>(depth: usize, alpha: usize, a: usize, b: usize, accumulate: bool, c: usize, ldc: usize): void {
  const end = b + depth * ROW
  let c00 = v128.splat<T>(0), c01 = c00
  let c10 = c00, c11 = c00
  let c20 = c00, c21 = c00
  let c30 = c00, c31 = c00
  let c40 = c00, c41 = c00
  let c50 = c00, c51 = c00
  if (ASC_FEATURE_RELAXED_SIMD) {
    do {
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
      a += MR * sizeof<T>()
      b += ROW
    } while (b != end)
  } else {
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
      a += 4 * MR * sizeof<T>()
      b += 4 * ROW
      if (b == end) break
    }
  }

  const scale = v128.load_splat<T>(alpha)
  writeRow<T>(c, scale, c00, c01, accumulate)
  writeRow<T>(c += ldc, scale, c10, c11, accumulate)
  writeRow<T>(c += ldc, scale, c20, c21, accumulate)
  writeRow<T>(c += ldc, scale, c30, c31, accumulate)
  if (ASC_FEATURE_RELAXED_SIMD) {
    writeRow<T>(c += ldc, scale, c40, c41, accumulate)
    writeRow<T>(c += ldc, scale, c50, c51, accumulate)
  }
}
