/** The idx file of `elements`, already big-endian, in `shape`; nothing is checked, so that broken files can be written. */
export function writeIdx(type: number, shape: readonly number[], elements: ArrayLike<number>): Uint8Array {
  const header = 4 + 4 * shape.length
  const bytes = new Uint8Array(header + elements.length)
  const view = new DataView(bytes.buffer)
  bytes.set([0, 0, type, shape.length])
  shape.forEach((dimension, axis) => view.setUint32(4 + 4 * axis, dimension))
  bytes.set(elements, header)
  return bytes
}
