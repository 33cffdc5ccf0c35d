// The guarded core, in the place of '#wasm': `NGRAD_CORE=guarded npx vitest run` runs the tests with it.
import { readFileSync } from 'node:fs'

let used = false

export const source = (): Uint8Array => {
  used = true
  return readFileSync('build/core-guarded.wasm')
}

/** Whether the library has asked for its core. */
export const asked = (): boolean => used
