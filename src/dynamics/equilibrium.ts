import type { Forward } from './forward.js'
import { PotentialRelaxation } from './potentials.js'
import { Readout, type ReadoutOption } from './readout.js'
import { Relaxation, type RelaxationOptions } from './relaxation.js'

/** The outputs h_L of the network with symmetric feedback of gain gamma, settled without a target. */
export const equilibrium =
  (gamma: number, options: Required<RelaxationOptions>, linked = false): Forward =>
  (site, parameters) => {
    const s = site.activities()
    const relaxation = new Relaxation(site, parameters, gamma, options, { linked })
    return () => {
      relaxation.free(s)
      return relaxation.outputs(s)
    }
  }

/** The potentials s_L of the outputs of the continuous Hopfield network, settled without a target. */
export const potentialEquilibrium =
  (options: Required<RelaxationOptions>): Forward =>
  (site, parameters) => {
    const s = site.activities()
    const relaxation = new PotentialRelaxation(site, parameters, options)
    return () => {
      relaxation.free(s)
      return s.at(-1)!
    }
  }

/** The same as `equilibrium`, with a readout outside of what settles or within it. */
export const equilibriumWithReadout =
  (gamma: number, options: Required<RelaxationOptions>, where: ReadoutOption['readout']): Forward =>
  (site, parameters) => {
    if (where !== 'outside') return equilibrium(gamma, options)(site, parameters)
    const readout = new Readout(site, parameters)
    const s = readout.below.activities()
    const relaxation = new Relaxation(readout.below, parameters.slice(0, -1), gamma, options)
    return () => {
      relaxation.free(s)
      return readout.read(s.at(-1)!)
    }
  }
