// What the guards of the guarded core have to say: assembly/guards.ts.
import { getCore } from '../../src/core/wasm.js'

/** Throws when something was written that nobody was handed. For any other core it does nothing. */
export function requireGuards(): void {
  const address = (getCore().kernels.touchedGuard?.() ?? 0) >>> 0
  if (address !== 0) throw new Error(`a guard was written, at ${address}`)
}
