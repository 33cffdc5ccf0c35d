// Elements [offset, offset + n) of a stream of T, whatever their distribution. Element i is made of the
// sizeof<T>() / 4 words from i sizeof<T>() / 4 on, or for pairs of elements of those of the pair.
//
// A distribution is a map, in place, of whole groups of words to as many bytes of elements. Everything
// that has edges is here: the groups that the fill overlaps are made whole aside and copied in part, so
// that any split of a fill into fills gives the same bits.

import { GUARD } from '../guards'
import { GROUP, groups } from './philox'

/**
 * A distribution of one parameter, as a type: a function handed over would be an object in static memory, which the build
 * for threads cannot have (see scripts/build-core.mjs). There are no instances.
 */
@unmanaged
export abstract class Distribution {
  /** Turns the words in [at, end), whole groups, into elements. */
  abstract map(at: usize, end: usize, parameter: f64): void
}

/** Enough to make calls cheap, and little enough to stay in the first cache. */
export const CHUNK: usize = 4096
/** Static scratch of CHUNK bytes, a multiple of GROUP. */
export const chunk = memory.data(<i32>(CHUNK + 2 * GUARD), 64) + GUARD

// @ts-ignore: decorator
@inline
export function fill<T, D extends Distribution>(
  seed: u32, stream: u32, step: u32, substream: u32, offset: f64, pointer: usize, n: usize, parameter: f64,
): void {
  let at = u64(offset) * sizeof<T>()
  const end = pointer + n * sizeof<T>()
  while (pointer < end) {
    const skipped = usize(at) & (GROUP - 1)
    const taken = min(end - pointer, CHUNK - skipped)
    const used = (skipped + taken + GROUP - 1) & ~(GROUP - 1)
    groups(seed, stream, step, substream, (at - skipped) >> 4, chunk, chunk + used)
    changetype<D>(0).map(chunk, chunk + used, parameter)
    memory.copy(pointer, chunk + skipped, taken)
    pointer += taken
    at += taken
  }
}
