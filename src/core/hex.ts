// Hexadecimal text, in which the core is embedded: twice its size, but what gzip makes of it is a third smaller than
// what it makes of base64, which hides the repetitions of the bytes.

/** The bytes of hexadecimal text that this project has embedded itself: lower case, and not validated. */
export function decodeHex(text: string): Uint8Array {
  const digit = (i: number): number => {
    const code = text.charCodeAt(i)
    return code < 58 ? code - 48 : code - 87
  }
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = (digit(2 * i) << 4) | digit(2 * i + 1)
  return bytes
}
