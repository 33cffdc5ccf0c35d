// Mean-field learning in a Boltzmann machine: each unit's state is replaced by its mean, that of independent units,
//
//   m_i = sigmoid((sum_j w_ij m_j + b_i) / T),    F(m) = -1/2 m^T W m - b^T m + sum_i m_i ln m_i + (1 - m_i) ln(1 - m_i)
//   G_W = -(m^+ m^+T - m^- m^-T),                 G_b = -(m^+ - m^-),
//
// annealed and then settled at T = 1, with the visible units held (+) and with the inputs alone (-). Peterson & Anderson
// 1987, Complex Systems 1:995; Hinton 1989, Neural Computation 1:143.
// Claim: exact for F^+ - F^- (at a minimum of F only its explicit dependence on the parameters counts), which is not the
// KL divergence; the means agree with the true ones to second order in the weights. With nothing held in the model
// phase it cannot represent several modes: sound for P(outputs | inputs), not for generating (Welling & Hinton 2002).
// Departs from the papers in settling unit after unit, which lowers F at every step and needs no damping.
import { defineRule } from '../define-rule.js'
import { mostRepeats } from '../../errors.js'
import { temperatures } from './boltzmann-learning.js'
import type { BoltzmannMachine } from '../../models/boltzmann-machine.js'
import { boltzmannContrast, settled } from './_boltzmann-phases.js'

/** Options of {@link meanFieldLearning}. */
export interface MeanFieldLearningOptions {
  /** The temperature of each annealing sweep, of at most 10^6; default as for `boltzmannLearning`. */
  readonly temperatures?: readonly number[]
  /** The most sweeps at temperature 1, up to 10^6; default 200. */
  readonly sweeps?: number
  /** A phase ends when no mean changes by more in a sweep; default 1e-6. */
  readonly tolerance?: number
}

/**
 * Mean-field learning of a Boltzmann machine.
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range
 */
export const meanFieldLearning = defineRule<MeanFieldLearningOptions, never, BoltzmannMachine>(
  'meanFieldLearning',
  {
    temperatures,
    sweeps: { kind: 'integer', min: 1, max: mostRepeats, default: 200 },
    tolerance: { kind: 'number', min: 0, default: 1e-6 },
  },
  ({ temperatures: cooling, sweeps, tolerance }) => ({
    feedback: 'none',
    weighs: true,
    settles: true,
    claims: [{ kind: 'exact', of: 'the gradient of F+ - F-' }],
    attach: (site) => {
      const phase = (held: number) => settled(site, held, cooling, sweeps, tolerance)
      return boltzmannContrast(site, phase(site.model.visible), phase(site.model.inputs))
    },
  }),
)
