// The core for hosts in which a library may compile bytes: Node, Deno, Bun, browsers.
import { decodeBase64 } from './base64.js'
import { base64 } from './wasm-bytes.js'

/** The module, or the bytes to compile it from. */
export const source = (): Uint8Array | object => decodeBase64(base64)
