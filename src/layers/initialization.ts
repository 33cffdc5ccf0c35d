import { describe, NgradError, requireNumber, requireOneOf } from '../errors.js'
import type { Initialization } from './layer.js'

const laws = ['lecunNormal', 'heNormal', 'glorotUniform', 'zeros'] as const

/** A copy. Throws `TYPE`, `RANGE` or `NOT_FINITE` for what is no law of initial weights. */
export function requireInitialization(where: string, initialization: Initialization): Initialization {
  if (typeof initialization !== 'object' || initialization === null)
    throw new NgradError('TYPE', `${where}: initialization`, '{ law, gain }', describe(initialization))
  const { law, gain } = initialization
  requireOneOf(`${where}: initialization.law`, law, laws)
  if (gain === undefined) return { law }
  return { law, gain: requireNumber(`${where}: initialization.gain`, gain, 0) }
}
