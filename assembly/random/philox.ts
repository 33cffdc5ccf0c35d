// Philox4x32-10: random words as a function of a counter and a key, with no state to keep.
//
// J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
// SC'11. A block of four words is
//
//   philox(counter = [ block, low | block, high | step | substream ], key = [ seed | stream ])
//
// and word i of a stream is word i % 4 of block i / 4, so that every element of every stream can be
// computed alone, in any order, on any number of lanes. src/core/philox.ts is the same in TypeScript.

const MULTIPLIER_0: u32 = 0xd2511f53
const MULTIPLIER_1: u32 = 0xcd9e8d57
const WEYL_0: u32 = 0x9e3779b9 // the golden ratio
const WEYL_1: u32 = 0xbb67ae85 // the square root of 3, less 1
const ROUNDS = 10

/** Bytes of a group: the four blocks that `groups` computes at once. */
export const GROUP: usize = 64

/** The four words of one block. */
export function philox(c0: u32, c1: u32, c2: u32, c3: u32, k0: u32, k1: u32, pointer: usize): void {
  for (let round = 0; round < ROUNDS; round++) {
    const product0 = u64(MULTIPLIER_0) * u64(c0)
    const product1 = u64(MULTIPLIER_1) * u64(c2)
    c0 = u32(product1 >> 32) ^ c1 ^ k0
    c1 = u32(product1)
    c2 = u32(product0 >> 32) ^ c3 ^ k1
    c3 = u32(product0)
    k0 += WEYL_0
    k1 += WEYL_1
  }
  store<u32>(pointer, c0)
  store<u32>(pointer, c1, 4)
  store<u32>(pointer, c2, 8)
  store<u32>(pointer, c3, 12)
}

/**
 * Fills [pointer, end), whole groups, with the words of a stream from `block` on, a multiple of 4: the lanes'
 * counters then differ in their lowest two bits, and no carry passes between words.
 */
export function groups(
  seed: u32, stream: u32, step: u32, substream: u32, block: u64, pointer: usize, end: usize,
): void {
  const multiplier0 = i32x4.splat(MULTIPLIER_0)
  const multiplier1 = i32x4.splat(MULTIPLIER_1)
  for (; pointer < end; pointer += GROUP, block += 4) {
    // Lane j of c0 .. c3 is block + j.
    let c0 = v128.or(i32x4.splat(u32(block)), i32x4(0, 1, 2, 3))
    let c1 = i32x4.splat(u32(block >> 32))
    let c2 = i32x4.splat(step)
    let c3 = i32x4.splat(substream)
    let k0 = i32x4.splat(seed)
    let k1 = i32x4.splat(stream)
    for (let round = 0; round < ROUNDS; round++) {
      const high0 = multiplyHigh(c0, multiplier0)
      const high1 = multiplyHigh(c2, multiplier1)
      const low0 = i32x4.mul(c0, multiplier0)
      const low1 = i32x4.mul(c2, multiplier1)
      c0 = v128.xor(v128.xor(high1, c1), k0)
      c1 = low1
      c2 = v128.xor(v128.xor(high0, c3), k1)
      c3 = low0
      k0 = i32x4.add(k0, i32x4.splat(WEYL_0))
      k1 = i32x4.add(k1, i32x4.splat(WEYL_1))
    }
    // From a word of four blocks in a vector to a block of four words in a vector.
    const first01 = v128.shuffle<i32>(c0, c1, 0, 4, 1, 5)
    const first23 = v128.shuffle<i32>(c2, c3, 0, 4, 1, 5)
    const last01 = v128.shuffle<i32>(c0, c1, 2, 6, 3, 7)
    const last23 = v128.shuffle<i32>(c2, c3, 2, 6, 3, 7)
    v128.store(pointer, v128.shuffle<i64>(first01, first23, 0, 2))
    v128.store(pointer, v128.shuffle<i64>(first01, first23, 1, 3), 16)
    v128.store(pointer, v128.shuffle<i64>(last01, last23, 0, 2), 32)
    v128.store(pointer, v128.shuffle<i64>(last01, last23, 1, 3), 48)
  }
}

/** The high words of four 32 x 32 bit products. */
// @ts-ignore: decorator
@inline
function multiplyHigh(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(i64x2.extmul_low_i32x4_u(a, b), i64x2.extmul_high_i32x4_u(a, b), 1, 3, 5, 7)
}
