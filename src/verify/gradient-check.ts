import { requireNumber, requireOptions } from '../errors.js'
import { differencesOf } from '../learners/gradient/central-differences.js'
import { Estimator } from '../learners/estimator.js'
import { requireParts } from '../learners/parts.js'
import { type Batch, takeBatch } from '../learners/batch.js'
import { feedforward } from '../dynamics/forward.js'
import type { Learner } from '../learners/learner.js'
import type { Network } from '../models/network.js'
import type { Loss } from '../losses/loss.js'
import { relativeError } from './distance.js'

/** How a rule's direction compares with the numerical gradient of its own network's loss. */
export interface GradientCheck {
  /** Whether `relativeError` is at most `tolerance`. */
  readonly passed: boolean
  /** |direction - gradient| / |gradient|, over all parameters. */
  readonly relativeError: number
  readonly tolerance: number
  readonly parameters: readonly { readonly parameter: string; readonly relativeError: number }[]
}

/** Options of {@link gradientCheck}. */
export interface GradientCheckOptions {
  /** default 1e-7 in f64, 1e-2 in f32 */
  readonly tolerance?: number
  /** Seed of the rule's noise and random weights; default 0. */
  readonly seed?: number
}

/**
 * Compares a rule's direction with central differences of sixth order of the loss of the rule's own predictions
 * (settled ones for a rule that settles). Six forward passes a parameter: for small networks.
 *
 * @param network best built in f64 with smooth activations: in f32 rounding decides, and at a kink no gradient is
 * @throws NgradError for a batch that does not fit
 */
export function gradientCheck(
  network: Network,
  learner: Learner,
  loss: Loss,
  batch: Batch,
  options: GradientCheckOptions = {},
): GradientCheck {
  const where = 'gradientCheck(network, learner, loss, batch)'
  requireParts(where, network, learner, loss)
  const { tolerance = network.dtype === 'f64' ? 1e-7 : 1e-2, seed = 0 } = requireOptions(where, options, { tolerance: true, seed: true })
  requireNumber(`${where}: tolerance`, tolerance, 0)
  const forward = learner.forward ?? feedforward
  const numerical = differencesOf(forward, { step: network.dtype === 'f64' ? 5e-4 : 5e-2 })
  const taken = takeBatch(where, 'batch', batch, network, loss)
  const directions = [learner, numerical].map((rule) => {
    const estimator = new Estimator(network, rule, loss, seed, 'measurement')
    try {
      estimator.estimate(where, taken)
      return estimator.direction.parameters.map(({ matrix }) => Array.from(matrix.read()))
    } finally {
      estimator.dispose()
    }
  })
  const [direction, gradient] = directions as [number[][], number[][]]
  const error = relativeError(direction.flat(), gradient.flat())
  return {
    passed: error <= tolerance,
    relativeError: error,
    tolerance,
    parameters: network.parameters.map(({ name }, i) => ({
      parameter: name,
      relativeError: relativeError(direction[i], gradient[i]),
    })),
  }
}
