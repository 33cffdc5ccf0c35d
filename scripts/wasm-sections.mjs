// The sections of a WebAssembly module.

/** @returns {number[]} the ids of its sections, in their order: 8 is a start function, 11 data */
export function sectionsOf(bytes) {
  const ids = []
  for (let at = 8; at < bytes.length;) {
    ids.push(bytes[at++])
    let size = 0
    for (let shift = 0, more = true; more; shift += 7) {
      more = bytes[at] >= 128
      size += (bytes[at++] & 127) * 2 ** shift
    }
    at += size
  }
  return ids
}
