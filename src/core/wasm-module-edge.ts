// The core for Vercel's edge functions, which refuse to compile bytes too, and whose bundler wants to be asked for the
// module of a .wasm file by `?module`.
// @ts-expect-error: only such hosts import a .wasm file, and they need no types
import module from './core.wasm?module'

/** The module, or the bytes to compile it from. */
export const source = (): Uint8Array | object => module as object
