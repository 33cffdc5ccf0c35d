// Bytes as printable text, in which the core is embedded: one letter for each of the commonest bytes, two for the others.
// gzip, which looks for repeated bytes, makes of it nearly what it makes of the bytes themselves; hexadecimal gzips
// to a sixth more, and base64 to two thirds more. scripts/bytes-text.mjs holds the encoder.

/** Printable ASCII without quotes, backslash, dollar sign and `<`, which scripts, templates and pages would read otherwise. */
const LETTERS = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))
  .filter((letter) => !'"\'`\\$<'.includes(letter))
  .join('')
/** The first letters stand for no byte, but say which half of the rarer bytes the next letter is of. */
const SHIFTS = 2
const SINGLES = LETTERS.length - SHIFTS

/** The bytes of text that this project has embedded itself: not validated. `common` lists the commonest bytes, ascending, in hexadecimal. */
export function decodeText(common: string, text: string): Uint8Array {
  const single = Uint8Array.from({ length: SINGLES }, (_, i) => parseInt(common.slice(2 * i, 2 * i + 2), 16))
  const rare = Uint8Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !single.includes(byte))
  const index = new Uint8Array(128)
  for (let i = 0; i < LETTERS.length; i++) index[LETTERS.charCodeAt(i)] = i
  const bytes = new Uint8Array(text.length)
  let length = 0
  for (let i = 0; i < text.length; i++) {
    const letter = index[text.charCodeAt(i)]
    bytes[length++] = letter < SHIFTS ? rare[letter * SINGLES + index[text.charCodeAt(++i)] - SHIFTS] : single[letter - SHIFTS]
  }
  return bytes.slice(0, length)
}
