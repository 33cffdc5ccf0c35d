// Networks that settle without a target, as ways to turn inputs into outputs.
import { NgradError } from '../errors.js'
import { type OptionTable, resolveOptions } from '../options.js'
import type { Forward } from './forward.js'
import { PotentialRelaxation } from './potentials.js'
import { Readout, type ReadoutOption, readouts } from './readout.js'
import { Relaxation, type RelaxationKind, type RelaxationOptions, relaxationTable } from './relaxation.js'

/** What kind of equilibrium it is. */
export interface EquilibriumKind extends Omit<RelaxationKind, 'engine'>, ReadoutOption {}

interface EquilibriumOptions extends RelaxationOptions, EquilibriumKind {
  /** The gain of the feedback. */
  readonly gamma?: number
}

const table: OptionTable<EquilibriumOptions> = {
  ...relaxationTable,
  gamma: { kind: 'number', min: 0, default: 1 },
  linked: { kind: 'flag', default: false },
  amplified: { kind: 'flag', default: false },
  strength: { kind: 'number', above: 0, default: 1 },
  weakening: { kind: 'number', above: 0, max: 1, default: 1 },
  readout: { kind: 'choice', choices: readouts, default: 'within' },
}

const potentialTable: OptionTable<RelaxationOptions & Pick<EquilibriumKind, 'strength'>> = { ...relaxationTable, strength: table.strength }

/**
 * The activities of the network with symmetric feedback of gain gamma, settled without a target. They are those of a
 * {@link Relaxation} of the same kind, to the bit.
 */
export const equilibrium = (gamma: number, options: Required<RelaxationOptions>, kind: EquilibriumKind = {}): Forward =>
  settled(resolveOptions('equilibrium(gamma, options, kind)', table, { ...options, ...kind, gamma }))

const settled = (options: Required<EquilibriumOptions>): Forward => ({
  kind: 'equilibrium',
  options: { ...options },
  attach: (site, parameters) => {
    const { gamma } = options
    const readout = options.readout === 'outside' ? new Readout(site, parameters) : null
    const settling = readout?.below ?? site
    const s = settling.activities()
    const relaxation = new Relaxation(settling, readout ? parameters.slice(0, -1) : parameters, gamma, options, options)
    const h = readout?.activities(s) ?? relaxation.activities(s)
    return () => {
      relaxation.free(s)
      readout?.read(s.at(-1)!)
      return h
    }
  },
})

/** The rates of the continuous Hopfield network, settled without a target, and the potentials of its outputs. */
export const potentialEquilibrium = (options: Required<RelaxationOptions>, strength = 1): Forward => ({
  kind: 'potentials',
  options: { ...options, strength },
  attach: (site, parameters) => {
    const s = site.activities()
    const relaxation = new PotentialRelaxation(site, parameters, options, strength)
    const h = relaxation.activities(s)
    return () => {
      relaxation.free(s)
      return h
    }
  },
})

/** The one of that kind with these options. Throws `RANGE` for a kind that does not settle, and what options throw. @internal */
export function settlingForward(where: string, kind: string, options: EquilibriumOptions): Forward {
  if (kind === 'equilibrium') return settled(resolveOptions(where, table, options))
  if (kind === 'potentials') {
    const { strength, ...settings } = resolveOptions(where, potentialTable, options)
    return potentialEquilibrium(settings, strength)
  }
  throw new NgradError('RANGE', where, 'equilibrium or potentials', kind)
}
