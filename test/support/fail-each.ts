import { vi } from 'vitest'
import { Region } from '../../src/core/memory.js'
import { NgradError } from '../../src/errors.js'

/** Runs `act` with the k-th allocation failing, for every k until none fails; then disposes of what it made. */
export function failEach<T>(act: () => T, check: () => void, dispose: (made: T) => void): number {
  for (let k = 0; ; k++) {
    let countdown = k
    const { allocate } = Region.prototype
    const spy = vi.spyOn(Region.prototype, 'allocate').mockImplementation(function (this: Region, bytes) {
      if (countdown-- === 0) throw new NgradError('OUT_OF_MEMORY', this.owner, `${bytes} bytes of WebAssembly memory`, 'no more memory')
      return allocate.call(this, bytes)
    })
    try {
      const made = act()
      spy.mockRestore()
      dispose(made)
      return k
    } catch (error) {
      spy.mockRestore()
      if (!(error instanceof NgradError) || error.code !== 'OUT_OF_MEMORY') throw error
      check()
    }
  }
}
