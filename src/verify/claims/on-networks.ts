// What rules promise on any network, a loss and a batch, beside the relation of their direction to a reference.
import type { Attached, Setting } from '../../learners/learner.js'
import { backprop } from '../../learners/gradient/backprop.js'
import { gaussNewton } from '../../learners/gradient/gauss-newton.js'
import { hebbian } from '../../learners/hebbian/hebbian.js'
import { directionsOf } from '../convergence.js'
import { relativeError } from '../distance.js'

/** By how much what a rule promises first is violated, by its name. */
export const violations: Readonly<Record<string, (setting: Setting) => number>> = {
  /** Clamped minus free Hebb is the gradient of the last layer: y^T h - p^T h = -(p - y)^T h. */
  hebbian: (setting) => {
    const ofLast = (learner: ReturnType<typeof hebbian>): number[] => directionsOf(learner, setting).slice(-2).flat()
    const [clamped, free, gradient] = [hebbian(), hebbian({ clamp: false }), backprop()].map(ofLast)
    return relativeError(
      clamped.map((value, i) => value - free[i]),
      gradient,
    )
  },
  /** J^T (J J^T + damping I)^-1 -> J^T / damping: the hidden layers become backprop over the damping. */
  gaussNewton: (setting) => {
    const damping = 1e10
    const [damped, gradient] = [gaussNewton({ damping }), backprop()].map((learner) => directionsOf(learner, setting).slice(0, -2).flat())
    return relativeError(
      damped.map((value) => damping * value),
      gradient,
    )
  },
}

/** What rules say that contracts, by name. */
export const distances: Readonly<Record<string, (attached: Attached) => number>> = {
  /** |W - R| over all layers that have feedback weights. */
  kolenPollack: ({ model, auxiliaries }) => {
    let sum = 0
    auxiliaries[0].values.parameters.forEach((feedback, i) => {
      const w = model.layers[i + 1].parameters.weight.read()
      const r = feedback.read()
      for (let j = 0; j < w.length; j++) sum += (w[j] - r[j]) * (w[j] - r[j])
    })
    return Math.sqrt(sum)
  },
}
