// Learning in a Boltzmann machine: what units do together when the world holds the visible ones, less what they do when
// the machine is left alone,
//
//   G_{w_ij} = -(<s_i s_j>_data - <s_i s_j>_model),     G_{b_i} = -(<s_i>_data - <s_i>_model).
//
// Ackley, Hinton & Sejnowski 1985, Cognitive Science 9:147. With inputs both phases hold them (supervised learning).
// Claim: exact; the expectations at equilibrium give the gradient of KL(P_data || P_model), where w_ij and w_ji are one
// weight. `gibbs` estimates them from annealed chains: unbiased as far as the chains reach equilibrium.
// Departs from the paper, which moves each weight by the sign of the difference; and its noise on clamped units, which
// keeps weights finite where the data lack states, is left to weight decay.
import { defineRule } from '../define-rule.js'
import { mostRepeats } from '../../errors.js'
import type { Option } from '../../options.js'
import type { BoltzmannMachine } from '../../models/boltzmann-machine.js'
import { boltzmannContrast, enumerated, sampled } from './_boltzmann-phases.js'

/** Options of {@link boltzmannLearning}. */
export interface BoltzmannLearningOptions {
  /** By enumeration, for up to 12 units beside the inputs, or from samples; default `exact`. */
  readonly expectations?: 'exact' | 'gibbs'
  /** The temperature of each annealing sweep, of at most 10^6; default 2, 2, 1.5, 1.5, 1.2, 1.2, 1, 1, 1, 1 (the paper's, tenfold there; after). */
  readonly temperatures?: readonly number[]
  /** Sweeps at temperature 1 that are averaged over, after the annealing, up to 10^6; default 10. */
  readonly samples?: number
}

/** Cools from twice the temperature of the machine. */
export const annealing: readonly number[] = [2, 2, 1.5, 1.5, 1.2, 1.2, 1, 1, 1, 1]

/** @internal The temperature of each sweep. */
export const temperatures: Option & { readonly default: readonly number[] } = {
  kind: 'numbers',
  above: 0,
  most: mostRepeats,
  default: annealing,
}

/**
 * Boltzmann machine learning. A chain stands for each example, in either phase: repeat examples for more chains.
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range; when attached, `UNSUPPORTED` for too many units
 */
export const boltzmannLearning = defineRule<BoltzmannLearningOptions, never, BoltzmannMachine>(
  'boltzmannLearning',
  {
    expectations: { kind: 'choice', choices: ['exact', 'gibbs'], default: 'exact' },
    temperatures: { ...temperatures, when: { expectations: ['gibbs'] } },
    samples: { kind: 'integer', min: 1, max: mostRepeats, default: 10, when: { expectations: ['gibbs'] } },
  },
  ({ expectations, temperatures, samples }) => {
    const exact = expectations === 'exact'
    return {
      feedback: 'none',
      weighs: true,
      ...(!exact && { noise: 'step' as const }),
      claims: [exact ? { kind: 'exact', of: 'the gradient of KL(data || model)' } : { kind: 'unbiased', of: 'the same at equilibrium' }],
      attach: (site) => {
        const phase = (held: number) => (exact ? enumerated(site, held) : sampled(site, held, temperatures, samples))
        return boltzmannContrast(site, phase(site.model.visible), phase(site.model.inputs))
      },
    }
  },
)
