import { openInPython } from '../python/child.mjs'

export const name = 'jax'

export const open = (settings) => openInPython('jax', settings)
