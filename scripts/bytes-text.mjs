// The encoder of what src/core/bytes-text.ts decodes.
const letters = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter((letter) => !'"\'`\\$<'.includes(letter))
const shifts = 2
const singles = letters.length - shifts

/** @returns {{ common: string, text: string }} */
export function encodeText(bytes) {
  const count = new Array(256).fill(0)
  for (const byte of bytes) count[byte]++
  const order = [...count.keys()].sort((a, b) => count[b] - count[a])
  const ascending = (list) => list.sort((a, b) => a - b)
  const common = ascending(order.slice(0, singles))
  const code = new Array(256)
  common.forEach((byte, i) => (code[byte] = letters[shifts + i]))
  ascending(order.slice(singles)).forEach((byte, i) => (code[byte] = letters[Math.floor(i / singles)] + letters[shifts + (i % singles)]))
  return { common: Buffer.from(common).toString('hex'), text: Array.from(bytes, (byte) => code[byte]).join('') }
}
