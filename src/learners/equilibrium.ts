import type { Forward } from './forward.js'
import { Relaxation, type RelaxationOptions } from './relaxation.js'

/** The outputs of the network with symmetric feedback of gain gamma, settled without a target. */
export const equilibrium =
  (gamma: number, options: Required<RelaxationOptions>): Forward =>
  (site, parameters) => {
    const s = site.activities()
    const relaxation = new Relaxation(site, parameters, gamma, options)
    return () => {
      relaxation.free(s)
      return relaxation.outputs(s)
    }
  }
