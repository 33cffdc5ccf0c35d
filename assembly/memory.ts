// Memory: a first-fit allocator with an address-ordered free list and immediate coalescing.
//
// Every block starts on a 64-byte line, so that vectors never straddle one. Its header, the 64 bytes
// before it, holds the block's whole size. `allocate` returns 0 when the memory cannot grow; nothing
// here traps. A library holds few blocks for a long time, so that a linear search is the right one.
//
//   block:   [ size | next (while free) | ... 64 bytes ] [ payload, a multiple of 64 bytes ]
//
// The last page of the 4 GiB is never handed out: the end of every block is an address, so that neither sums here nor
// loops elsewhere that run up to an end can wrap around to 0.
//
// In the guarded build the payload lies between guards, the second of which begins at its very last byte (guards.ts):
//
//   block:   [ size | next | bytes | ... ] [ guard, 64 bytes ] [ payload, `bytes` ] [ guard, at least 64 bytes ]

import { GUARD, GUARDED, paint, touched } from './guards'

const LINE: usize = 64
const PAGE: usize = 65536
const NEXT: usize = 8
const BYTES: usize = 16
/** The end of the memory that may be handed out. */
const LIMIT: u64 = 65535 * u64(PAGE)
/** Of a free block, how far the guarded build looks into it. */
const LOOKED: usize = 4096

let freeList: usize = 0
/** The end of the memory that has been handed out at least once. */
let frontier: usize = 0
let inUse: usize = 0

// @ts-ignore: decorator
@inline
function roundUp(bytes: usize, unit: usize): usize {
  return (bytes + unit - 1) & ~(unit - 1)
}

// @ts-ignore: decorator
@inline
function start(): usize {
  return roundUp(__heap_base, LINE)
}

/** Takes `size` bytes beyond the frontier; 0 when they end beyond the limit, or the host refuses to grow the memory. */
function extend(size: usize): usize {
  if (frontier == 0) frontier = start()
  const block = frontier
  const end = u64(block) + u64(size)
  if (end > LIMIT) return 0
  const have = u64(memory.size()) * u64(PAGE)
  if (end > have) {
    const pages = (end - have + u64(PAGE) - 1) / u64(PAGE)
    if (memory.grow(i32(pages)) < 0) return 0
  }
  frontier = usize(end)
  return block
}

/** Returns the address of `bytes` zeroed bytes on a 64-byte line, or 0 when there is no memory left. */
export function allocate(bytes: usize): usize {
  if (u64(bytes) > LIMIT) return 0
  const size = roundUp(max<usize>(bytes, 1), LINE) + LINE + 2 * GUARD

  let previous: usize = 0
  let block = freeList
  while (block != 0 && load<usize>(block) < size) {
    previous = block
    block = load<usize>(block, NEXT)
  }

  if (block != 0) {
    let next = load<usize>(block, NEXT)
    const rest = load<usize>(block) - size
    if (rest >= 2 * LINE) {
      const remainder = block + size
      store<usize>(remainder, rest)
      store<usize>(remainder, next, NEXT)
      next = remainder
      store<usize>(block, size)
    }
    if (previous == 0) freeList = next
    else store<usize>(previous, next, NEXT)
  } else {
    block = extend(size)
    if (block == 0) return 0
    store<usize>(block, size)
  }

  const whole = load<usize>(block)
  inUse += whole
  const payload = block + LINE + GUARD
  memory.fill(payload, 0, whole - LINE - GUARD)
  if (GUARDED) {
    store<usize>(block, bytes, BYTES)
    paint(payload - GUARD, payload)
    paint(payload + bytes, block + whole)
  }
  return payload
}

/** Gives a block back. `pointer` must come from `allocate` and not have been freed; 0 is ignored. */
export function free(pointer: usize): void {
  if (pointer == 0) return
  const block = pointer - LINE - GUARD
  let size = load<usize>(block)
  inUse -= size
  if (GUARDED) paint(block, block + size)

  let previous: usize = 0
  let next = freeList
  while (next != 0 && next < block) {
    previous = next
    next = load<usize>(next, NEXT)
  }
  if (next != 0 && block + size == next) {
    size += load<usize>(next)
    const after = load<usize>(next, NEXT)
    if (GUARDED) paint(next, next + LINE)
    next = after
  }
  if (previous != 0 && previous + load<usize>(previous) == block) {
    store<usize>(previous, load<usize>(previous) + size)
    store<usize>(previous, next, NEXT)
    return
  }
  store<usize>(block, size)
  store<usize>(block, next, NEXT)
  if (previous == 0) freeList = block
  else store<usize>(previous, block, NEXT)
}

/** Bytes held by live blocks, headers included. */
export function bytesInUse(): usize {
  return inUse
}

/** The first address that was written in a guard of a live block or in a free one, or 0. Only in the guarded build. */
export function touchedBlock(): usize {
  let nextFree = freeList
  for (let block = start(); block < frontier; block += load<usize>(block)) {
    const end = block + load<usize>(block)
    let found: usize
    if (block == nextFree) {
      nextFree = load<usize>(block, NEXT)
      found = touched(block + LINE, min(end, block + LINE + LOOKED))
    } else {
      const payload = block + LINE + GUARD
      found = touched(payload - GUARD, payload)
      if (found == 0) found = touched(payload + load<usize>(block, BYTES), end)
    }
    if (found != 0) return found
  }
  return 0
}
