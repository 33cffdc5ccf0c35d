import { requireNumber, requireOneOf, requireOptions } from '../errors.js'
import type { Initialization } from './layer.js'

const laws = ['lecunNormal', 'heNormal', 'glorotUniform', 'zeros'] as const

/** A copy. Throws `TYPE`, `RANGE` or `NOT_FINITE` for what is no law of initial weights. */
export function requireInitialization(where: string, initialization: Initialization): Initialization {
  const { law, gain } = requireOptions(`${where}: initialization`, initialization, { law: true, gain: true })
  requireOneOf(`${where}: initialization.law`, law, laws)
  if (gain === undefined) return { law }
  return { law, gain: requireNumber(`${where}: initialization.gain`, gain, 0) }
}
