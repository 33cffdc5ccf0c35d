// The core for hosts that refuse to compile bytes (Cloudflare workerd, Vercel edge functions): the host's own
// loader compiles the file when it deploys the program, and the import yields the module.
// @ts-expect-error: only the hosts above can import a .wasm file, and they need no types
import module from './core.wasm'

/** The module, or the bytes to compile it from. */
export const source = (): Uint8Array | object => module as object
