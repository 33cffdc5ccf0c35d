// The core with relaxed SIMD, for tests that need it.
import { readFileSync } from 'node:fs'

export const relaxedCore = 'build/core-relaxed.wasm'

/** Whether this engine can run it: Node 22 and later can. */
export const canRelax = WebAssembly.validate(readFileSync(relaxedCore))
