import { openInPython } from '../python/child.mjs'

export const name = 'numpy'

export const open = (settings) => openInPython('numpy', settings)
