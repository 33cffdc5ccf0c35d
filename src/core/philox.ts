// Philox4x32-10 in plain TypeScript: what must be shuffled or split before the core is loaded uses it,
// and the kernels of assembly/random are tested against it, word for word.
//
// J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
// SC'11. The streams are laid out as assembly/random/philox.ts says.

const ROUNDS = 10
const MULTIPLIER_0 = 0xd2511f53
const MULTIPLIER_1 = 0xcd9e8d57
const WEYL_0 = 0x9e3779b9 // the golden ratio
const WEYL_1 = 0xbb67ae85 // the square root of 3, less 1

/** The high word of a 32 x 32 bit product, through four products of halves that a double holds exactly. */
export function multiplyHigh(a: number, b: number): number {
  const aHigh = a >>> 16
  const aLow = a & 0xffff
  const bHigh = b >>> 16
  const bLow = b & 0xffff
  const carry = aHigh * bLow + ((aLow * bLow) >>> 16)
  const cross = aLow * bHigh + (carry & 0xffff)
  return aHigh * bHigh + (carry >>> 16) + (cross >>> 16)
}

type Words = [number, number, number, number]

/** The bijection: four words of counter to four random words, under a key of two. Every word is a u32. */
export function philox(counter: Readonly<Words>, key: readonly [number, number]): Words {
  let [c0, c1, c2, c3] = counter
  let [k0, k1] = key
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0)
    const high1 = multiplyHigh(MULTIPLIER_1, c2)
    const low0 = Math.imul(MULTIPLIER_0, c0) >>> 0
    const low1 = Math.imul(MULTIPLIER_1, c2) >>> 0
    c0 = (high1 ^ c1 ^ k0) >>> 0
    c1 = low1
    c2 = (high0 ^ c3 ^ k1) >>> 0
    c3 = low0
    k0 = (k0 + WEYL_0) >>> 0
    k1 = (k1 + WEYL_1) >>> 0
  }
  return [c0, c1, c2, c3]
}
