// Memory: a first-fit allocator with an address-ordered free list and immediate coalescing.
//
// Every block starts on a 64-byte line, so that vectors never straddle one. Its header, the 64 bytes
// before it, holds the block's whole size. `allocate` returns 0 when the memory cannot grow; nothing
// here traps. A library holds few blocks for a long time, so that a linear search is the right one.
//
//   block:   [ size | next (while free) | ... 64 bytes ] [ payload, a multiple of 64 bytes ]

const LINE: usize = 64
const PAGE: usize = 65536
const NEXT: usize = 8

let freeList: usize = 0
/** The end of the memory that has been handed out at least once. */
let frontier: usize = 0
let inUse: usize = 0

// @ts-ignore: decorator
@inline
function roundUp(bytes: usize, unit: usize): usize {
  return (bytes + unit - 1) & ~(unit - 1)
}

/** Takes `size` bytes beyond the frontier; 0 when the host refuses to grow the memory. */
function extend(size: usize): usize {
  if (frontier == 0) frontier = roundUp(__heap_base, LINE)
  const block = frontier
  const end = u64(block) + u64(size)
  const have = u64(memory.size()) * u64(PAGE)
  if (end > have) {
    const pages = (end - have + u64(PAGE) - 1) / u64(PAGE)
    if (pages > 65535 || memory.grow(i32(pages)) < 0) return 0
  }
  frontier = usize(end)
  return block
}

/** Returns the address of `bytes` zeroed bytes on a 64-byte line, or 0 when there is no memory left. */
export function allocate(bytes: usize): usize {
  if (bytes > 0xffff0000) return 0
  const size = roundUp(max<usize>(bytes, 1), LINE) + LINE

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
  memory.fill(block + LINE, 0, whole - LINE)
  return block + LINE
}

/** Gives a block back. `pointer` must come from `allocate` and not have been freed; 0 is ignored. */
export function free(pointer: usize): void {
  if (pointer == 0) return
  const block = pointer - LINE
  let size = load<usize>(block)
  inUse -= size

  let previous: usize = 0
  let next = freeList
  while (next != 0 && next < block) {
    previous = next
    next = load<usize>(next, NEXT)
  }
  if (next != 0 && block + size == next) {
    size += load<usize>(next)
    next = load<usize>(next, NEXT)
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
