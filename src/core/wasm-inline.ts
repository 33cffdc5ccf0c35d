// The core for hosts in which a library may compile bytes: Node, Deno, Bun, browsers.
import { decodeText } from './bytes-text.js'
import { common, text } from './wasm-bytes.js'

/** The module, or the bytes to compile it from. */
export const source = (): Uint8Array | object => decodeText(common, text)
