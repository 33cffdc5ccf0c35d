// A uniformly random order of 0 .. n - 1, as u32, from words 0, 1, 2, ... of a stream. The same as
// src/core/permutation.ts.
//
// The shuffle: R. Durstenfeld, "Algorithm 235: random permutation", Communications of the ACM 7, 1964,
// after Fisher and Yates. The bounded integers: D. Lemire, "Fast random integer generation in an
// interval", ACM Transactions on Modeling and Computer Simulation 29, 2019: the high half of
// word * bound, where the few words that would favour some integers are drawn again.

import { GUARD } from '../guards'
import { GROUP, groups } from './philox'

/** Static scratch of one group of words. */
export const buffer = memory.data(<i32>(GROUP + 2 * GUARD), 64) + GUARD

export function permutation(seed: u32, stream: u32, step: u32, pointer: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) store<u32>(pointer + (<usize>i << 2), i)

  let drawn: u32 = 0
  for (let bound = n; bound > 1; bound--) {
    // 2^32 % bound is below bound, so that most words are accepted without this division.
    let product: u64
    do {
      const place = <usize>(drawn & 15) << 2
      if (place == 0) groups(seed, stream, step, 0, drawn >> 2, buffer, buffer + GROUP)
      product = <u64>load<u32>(buffer + place) * <u64>bound
      drawn++
    } while (u32(product) < bound && u32(product) < (0 - bound) % bound)

    const chosen = pointer + (usize(product >> 32) << 2)
    const last = pointer + (<usize>(bound - 1) << 2)
    const moved = load<u32>(chosen)
    store<u32>(chosen, load<u32>(last))
    store<u32>(last, moved)
  }
}
