// The core for Cloudflare's workerd, which refuses to compile bytes: its loader compiles the file when it deploys
// the program, and the import yields the module.
// @ts-expect-error: only such hosts import a .wasm file, and they need no types
import module from './core.wasm'

/** The module, or the bytes to compile it from. */
export const source = (): Uint8Array | object => module as object
