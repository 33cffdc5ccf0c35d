// Base64 (RFC 4648), with a decoder of our own, since not every host has `atob` or `Buffer`.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** The bytes of base64 text that this project has embedded itself: no line breaks, and not validated. */
export function decodeBase64(text: string): Uint8Array {
  const sextet = new Uint8Array(128)
  for (let i = 0; i < ALPHABET.length; i++) sextet[ALPHABET.charCodeAt(i)] = i
  const at = (i: number) => (i < text.length ? sextet[text.charCodeAt(i)] : 0)

  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array(Math.floor(((text.length - padding) * 3) / 4))
  for (let i = 0, j = 0; j < bytes.length; i += 4) {
    const word = (at(i) << 18) | (at(i + 1) << 12) | (at(i + 2) << 6) | at(i + 3)
    bytes[j++] = word >> 16
    bytes[j++] = word >> 8 // a typed array drops what is written beyond its end
    bytes[j++] = word
  }
  return bytes
}
