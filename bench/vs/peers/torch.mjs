import { openInPython } from '../python/child.mjs'

export const name = 'torch'

export const open = (settings) => openInPython('torch', settings)
