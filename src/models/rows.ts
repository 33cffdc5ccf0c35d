// The models that are taught without being networks, as the tools know them. Rules that teach them are rows of their own.
import type { Option } from '../options.js'
import { associativeMemory } from './associative-memory.js'
import { boltzmannMachine } from './boltzmann-machine.js'
import { helmholtzMachine } from './helmholtz-machine.js'
import type { Model, ModelDescription } from './model.js'
import { predictiveHierarchy } from './predictive-hierarchy.js'
import { rbm } from './rbm.js'
import { synapses } from './synapses.js'

/** What describes a model of whatever kind. */
export interface AnyModelMaker {
  (options: never): ModelDescription<Model>
  readonly model: string
  readonly options: Readonly<Record<string, Option>>
}

/** A model of the registry. */
export interface ModelRow {
  readonly kind: 'model'
  /** The name of its function. */
  readonly name: string
  readonly make: AnyModelMaker
  readonly paper: string
  /** Options of a small one: what its digest is taken of. */
  readonly example: Readonly<Record<string, unknown>>
  /** What holds of it, however it was taught: `ngrad verify` measures it. */
  readonly claims: readonly { readonly kind: 'closedForm' | 'monotone'; readonly of: string }[]
}

const row = <O extends object>(
  make: AnyModelMaker & ((options: O) => unknown),
  paper: string,
  example: O,
  claims: ModelRow['claims'],
): ModelRow => ({ kind: 'model', name: make.model, make, paper, example: example as ModelRow['example'], claims })

export const rows: readonly ModelRow[] = [
  row(associativeMemory, 'Hopfield 1982', { units: 6 }, [
    { kind: 'closedForm', of: 'E(s) = -1/2 sum_ij w_ij s_i s_j' },
    { kind: 'monotone', of: 'no sweep of recall raises the energy' },
  ]),
  row(boltzmannMachine, 'Ackley, Hinton & Sejnowski 1985', { visible: 6, hidden: 4, inputs: 2 }, [
    { kind: 'closedForm', of: 'P(v) is the sum of exp(-E) / Z over the hidden states' },
  ]),
  row(rbm, 'Smolensky 1986; Hinton 2002', { visible: 6, hidden: 4, deviation: 0.1 }, [
    { kind: 'closedForm', of: 'F(v) = -ln of the sum of exp(-E(v, h)) over the hidden states' },
  ]),
  row(helmholtzMachine, 'Dayan et al. 1995', { layers: [6, 3, 2] }, [
    { kind: 'closedForm', of: 'ln P(v) is that of the sum of P(v, h) over the hidden states' },
  ]),
  row(predictiveHierarchy, 'Rao & Ballard 1999; Friston 2005', { layers: [6, 4, 2] }, [
    { kind: 'closedForm', of: 'F = sum_k p_k |x_k - mu_k|^2 / 2 of the causes inferred' },
    { kind: 'monotone', of: 'no step of inference raises F' },
  ]),
  // It computes nothing: what there is to claim is claimed by what teaches it.
  row(synapses, 'Gerstner et al. 1996', { pre: 4, post: 2 }, []),
]
