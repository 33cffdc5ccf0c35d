import { requireOneOf } from '../errors.js'

/** The codes of assembly/nn/activation.ts, where each function is defined. */
const codes = {
  identity: 0,
  tanh: 1,
  sigmoid: 2,
  relu: 3,
  softplus: 4,
  hardSigmoid: 5,
  shiftedSigmoid: 6,
} as const

/**
 * The nonlinearity of a layer: `identity`, `tanh`, `sigmoid` 1/(1+e^-z), `relu`, `softplus` ln(1+e^z),
 * `hardSigmoid` clip(z, 0, 1), `shiftedSigmoid` 1/(1+e^(2-4z)). The last two are the rates of the equilibrium
 * propagation papers (Scellier & Bengio 2017, Front. Comput. Neurosci.; Laborieux et al. 2021, Front. Neurosci.).
 */
export type Activation = keyof typeof codes

/** From here on codes are of `withActivation`'s, which the core does not know. */
export const firstOwnCode = 1000

export const activations = Object.keys(codes) as readonly Activation[]

/** Those that are functions of complex numbers too. */
export const holomorphic: readonly Activation[] = ['identity', 'tanh', 'sigmoid', 'shiftedSigmoid']

/** Whether its slope is that of a clip, 1 or 0, and tells only on which side of a kink a state is. */
export const isClip = (activation: Activation): boolean => activation === 'relu' || activation === 'hardSigmoid'

/** @throws NgradError `RANGE` for a name that is no activation */
export function activationCode(where: string, name: Activation): number {
  requireOneOf(where, name, activations)
  return codes[name]
}
