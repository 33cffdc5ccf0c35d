// Guards: only in the guarded build, the one with assertions, for tests. Around every block that `allocate` hands out, around
// the static scratch, and below the first static data, where address 0 is, lies a pattern that nothing may change; freed
// memory is painted with it too. A kernel that writes what it was not handed is found by `touched`. One that reads it finds
// numbers that show: of doubles each is a signalling NaN, of floats a signalling and a quiet one in turn; what computes
// with a signalling NaN and writes it back has changed it.

// @ts-ignore: decorator
@inline
export const GUARDED: bool = !ASC_NO_ASSERT
/** Bytes of a guard: a line. */
// @ts-ignore: decorator
@inline
export const GUARD: usize = GUARDED ? 64 : 0

const PATTERN: u64 = 0x7ff4_beef_7fa0_dead

// @ts-ignore: decorator
@inline
function patternAt(address: usize): u8 {
  return u8(PATTERN >> u64((address & 7) << 3))
}

export function paint(from: usize, end: usize): void {
  for (; from < end && (from & 7) != 0; from++) store<u8>(from, patternAt(from))
  for (; from + 8 <= end; from += 8) store<u64>(from, PATTERN)
  for (; from < end; from++) store<u8>(from, patternAt(from))
}

/** The first address in [from, end) that is no longer as it was painted, or 0. */
export function touched(from: usize, end: usize): usize {
  for (; from < end; from++) {
    while ((from & 7) == 0 && from + 8 <= end && load<u64>(from) == PATTERN) from += 8
    if (from < end && load<u8>(from) != patternAt(from)) return max<usize>(from, 1)
  }
  return 0
}

/** Paints the guards on both sides of [pointer, pointer + bytes). */
export function paintAround(pointer: usize, bytes: usize): void {
  paint(pointer - GUARD, pointer)
  paint(pointer + bytes, pointer + bytes + GUARD)
}

/** `touched` of the guards on both sides of [pointer, pointer + bytes). */
export function touchedAround(pointer: usize, bytes: usize): usize {
  const before = touched(pointer - GUARD, pointer)
  return before != 0 ? before : touched(pointer + bytes, pointer + bytes + GUARD)
}
