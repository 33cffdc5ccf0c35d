// Synapses between two groups of neurons whose spikes are given: no neuron is simulated. A row is a step of time, the spikes of the
// presynaptic neurons and then those of the postsynaptic ones.
import { defineModel } from './define-model.js'
import type { Admissible } from '../core/validity.js'
import { type BuildOptions, Model } from './model.js'

/** Options of {@link synapses}. */
export interface SynapsesOptions {
  /** Presynaptic neurons, up to 2^20. */
  readonly pre: number
  /** Postsynaptic neurons, up to 2^20. */
  readonly post: number
}

const mostNeurons = 1 << 20

/**
 * Synapses of all `pre` neurons with all `post` ones. Parameter `weight` [post, pre], at first zeros. What they learn from are the
 * spikes of both, 0 or 1: rows of pre + post numbers, one for each step of time, in their order.
 *
 * ```ts
 * const model = synapses({ pre: 2, post: 1 }).build({ dtype: 'f64' })
 * const trainer = createTrainer(model, { learner: pairStdp(), optimizer: sgd({ learningRate: 1 }) })
 * trainer.step({ x: [1, 0, 0, 0, 0, 1], size: 2 }) // the first presynaptic neuron fires 1 ms before the postsynaptic one
 * ```
 *
 * @throws NgradError `RANGE` or `TYPE` for numbers of neurons that make no synapses
 */
export const synapses = defineModel<SynapsesOptions, Synapses>(
  'synapses',
  {
    pre: { kind: 'integer', min: 1, max: mostNeurons, required: true },
    post: { kind: 'integer', min: 1, max: mostNeurons, required: true },
  },
  ({ pre, post }) =>
    (build) =>
      new Synapses(pre, post, build),
)

export class Synapses extends Model {
  readonly examples: Admissible = { expected: '0 or 1', accepts: (value) => value === 0 || value === 1 }

  /** @internal Use {@link synapses}. */
  constructor(
    readonly pre: number,
    readonly post: number,
    build: BuildOptions,
  ) {
    super('synapses', { synapses: [{ name: 'weight', shape: [post, pre] }] }, build)
  }

  get width(): number {
    return this.pre + this.post
  }
}
