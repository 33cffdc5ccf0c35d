// Recurrent backpropagation: the exact gradient of the loss at a fixed point, by settling the adjoint network.
//
//   forward:  s_l = f_l(a_l),  a_l = W_l s_{l-1} + V_l s_l + gamma W_{l+1}^T s_{l+1} + b_l          to the fixed point
//   adjoint:  z_l = f'_l(a_l) ( dC/ds_l + z_{l+1} W_{l+1} + z_l V_l + gamma z_{l-1} W_l^T )          to its fixed point
//
//   G_{W_l} = ( z_l^T s_{l-1} + gamma s_l^T z_{l-1} ) / N        G_{V_l} = z_l^T s_l / N        G_{b_l} = mean of z_l
//
// The adjoint is linear, runs over the same connections reversed, and settles whenever the network does, as the network does. The
// second term of G is there because W_l serves both ways.
//
// Almeida 1987, ICNN; Pineda 1987, Phys. Rev. Lett. 59:2229. Their network of units that are all connected is one layer
// `recurrent`, V its weights; here for layered networks with symmetric feedback of gain gamma as well. After K sweeps the adjoint
// is off by about rho^K, rho the spectral radius of diag(f') V.
// Claim: exact, against high-order central differences of the loss at the fixed point.
import { defineRule } from '../define-rule.js'
import { SampleSettling } from '../../numerics/fixed-point.js'
import { mostRepeats } from '../../errors.js'
import { adjointSweep } from '../../dynamics/adjoint.js'
import { equilibrium } from '../../dynamics/equilibrium.js'
import { statistics } from '../../dynamics/passes.js'
import { Readout, type ReadoutOption, readouts } from '../../dynamics/readout.js'
import { Relaxation, type RelaxationOptions, relaxationTable, settlingSettings, toRounding } from '../../dynamics/relaxation.js'

/** Where the network has not settled its adjoint may diverge, without bound since it is linear: beyond this it goes no further. */
const mostGrowth = 10

/** Options of {@link recurrentBackprop}. */
export interface RecurrentBackpropOptions extends RelaxationOptions, ReadoutOption {
  /** The gain of the feedback connections; default 1, the symmetric network of equilibrium propagation. */
  readonly gamma?: number
  /** The most sweeps of the adjoint, up to 10^6; default as many as of the free phase. */
  readonly adjointSweeps?: number
}

/**
 * Recurrent backpropagation (Almeida-Pineda): the reference gradient of rules whose network settles.
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range
 */
export const recurrentBackprop = defineRule<RecurrentBackpropOptions, 'adjointSweeps'>(
  'recurrentBackprop',
  {
    ...relaxationTable,
    gamma: { kind: 'number', min: 0, default: 1 },
    adjointSweeps: { kind: 'integer', min: 1, max: mostRepeats },
    readout: { kind: 'choice', choices: readouts, default: 'within' },
  },
  ({ gamma, readout, adjointSweeps, ...settings }) => ({
    feedback: 'vector',
    lateral: true,
    settles: true,
    forward: equilibrium(gamma, settings, { readout, amplified: true }),
    claims: [{ kind: 'exact', of: 'the gradient of the settled loss', reference: 'centralDifferences', measured: toRounding }],
    attach: (site) => {
      const outside = readout === 'outside' ? new Readout(site) : null
      const settling = outside?.below ?? site
      const { network, ops, loss, direction } = settling
      const { x, y } = site
      const { layers } = network
      const last = layers.length
      const s = settling.activities()
      const predictions = outside?.activities(s) ?? s
      const z = settling.activities()
      const scratch = settling.activities()
      const error = site.batch(network.outputs)
      const relaxation = new Relaxation(
        settling,
        layers.map(({ parameters }) => parameters),
        gamma,
        settings,
        { amplified: true },
      )

      const layered = layers.every(({ parameters }) => !parameters.lateral) // else over-relaxing has no theory
      const adjoint = new SampleSettling({ ...settlingSettings(settings, network.dtype, layered), mostGrowth }, () => site.batchDoubles())
      const sweep = adjointSweep({ network, gamma, s, z, scratch, error, samples: adjoint })

      return {
        get settling() {
          return adjoint.converged ? relaxation.settling : adjoint
        },
        estimate: () => {
          relaxation.free(s)
          relaxation.clip()
          const meanLoss = loss.evaluate(ops, s.at(-1)!, y, error) / x.rows
          outside?.learn(s.at(-1)!, y)
          for (let l = 1; l <= last; l++) z[l].fill(0)
          adjoint.run(adjointSweeps ?? settings.freeSweeps, sweep)
          statistics(network, z, s, direction, 1 / x.rows)
          for (let l = 1; l <= last; l++) if (direction[l - 1].lateral) ops.multiplyTN(z[l], s[l], direction[l - 1].lateral!, 1 / x.rows)
          for (let l = 2; l <= last; l++) layers[l - 1].map.weightStatistic(s[l], z[l - 1], direction[l - 1].weight, gamma / x.rows, true)
          return meanLoss
        },
        predict: () => {
          relaxation.free(s)
          outside?.read(s.at(-1)!)
          return predictions
        },
      }
    },
  }),
)
