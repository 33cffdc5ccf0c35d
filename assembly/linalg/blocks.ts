// How a product is cut up, and where its scratch lies. The sizes measured well; none is a sharp optimum.
//
//   KC   2 KiB of k (512 f32, 256 f64)    a panel of B, KC x NR, is 16 KiB and stays in L1
//   MC   96 rows, a multiple of MR        a block of A, MC x KC, is 192 KiB and stays in L2
//   NC   512 columns, a multiple of NR     a block of B, NC x KC, is 1 MiB: only bounds the workspace

// @ts-ignore: decorator
@inline
const KC_BYTES: usize = 2048
// @ts-ignore: decorator
@inline
export const MC: usize = 96
// @ts-ignore: decorator
@inline
export const NC: usize = 512

// The workspace: a block of A, a tile computed aside, a block of B.
// @ts-ignore: decorator
@inline
export const ASIDE: usize = MC * KC_BYTES
// @ts-ignore: decorator
@inline
export const B_BLOCK: usize = ASIDE + 256

/** Bytes of scratch that a product needs, the same for every shape and dtype. */
export function gemmWorkspace(): usize {
  return B_BLOCK + NC * KC_BYTES
}

/** The size of the even parts, multiples of `unit`, into which `whole` is cut so that none exceeds `limit`. */
// @ts-ignore: decorator
@inline
export function evenPart(whole: usize, limit: usize, unit: usize): usize {
  const parts = (whole + limit - 1) / limit
  return roundUp((whole + parts - 1) / parts, unit)
}

/** The depth of the blocks of k: part of the contract of the order of summation. */
// @ts-ignore: decorator
@inline
export function blockDepth<T>(k: usize): usize {
  return evenPart(k, KC_BYTES / sizeof<T>(), 1)
}

// @ts-ignore: decorator
@inline
export function roundUp(count: usize, unit: usize): usize {
  return ((count + unit - 1) / unit) * unit
}
