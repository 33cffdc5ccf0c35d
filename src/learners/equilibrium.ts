import type { Forward } from './forward.js'
import { Relaxation, type RelaxationOptions } from './relaxation.js'

/** The outputs h_L of the network with symmetric feedback of gain gamma, settled without a target. */
export const equilibrium =
  (gamma: number, options: Required<RelaxationOptions>, linked = false): Forward =>
  (site, parameters) => {
    const s = site.activities()
    const relaxation = new Relaxation(site, parameters, gamma, options, linked)
    return () => {
      relaxation.free(s)
      return relaxation.outputs(s)
    }
  }
