// What recirculation promises beside its limit.
import type { Setting } from '../../learners/learner.js'
import { backprop } from '../../learners/gradient/backprop.js'
import { recirculation } from '../../learners/contrastive/recirculation.js'
import { relativeError } from '../distance.js'
import { directionOf, directionsOf, logSlopes } from '../convergence.js'
import { randomAutoencoder } from './other-forms.js'
import { exact, ofOrder, type Property } from './property.js'
import type { Draws } from '../random-setting.js'

const rule = 'recirculation'
const conditions = 'random autoencoders of two layers, squared error and binary cross-entropy'

export const recirculationClaims: readonly Property[] = [
  {
    ...exact,
    rule,
    claim: 'exact: the decoder, at any regression',
    conditions,
    measure: onAutoencoders((setting, draws) => {
      const [own, gradient] = [recirculation({ regression: draws.uniform(0, 0.95) }), backprop()].map((each) =>
        directionsOf(each, setting).slice(2).flat(),
      )
      return relativeError(own, gradient)
    }),
  },
  {
    ...ofOrder(1),
    rule,
    claim: 'limit(1 - regression, 1): backprop, V = W^T',
    conditions,
    measure: onAutoencoders((setting) => {
      const [encoder, , decoder] = setting.network.parameters
      const [hidden, inputs] = encoder.shape as [number, number]
      const weights = encoder.read()
      decoder.write(Array.from({ length: inputs * hidden }, (_, at) => weights[(at % hidden) * inputs + Math.floor(at / hidden)]))
      const gradient = directionOf(backprop(), setting)
      const points = [0.004, 0.002, 0.001].map((at) => ({
        at,
        error: relativeError(directionOf(recirculation({ regression: 1 - at }), setting), gradient),
      }))
      return Math.max(...logSlopes(points).map((slope) => Math.abs(slope - 1)))
    }),
  },
]

function onAutoencoders(figure: (setting: Setting, draws: Draws) => number): (draws: Draws) => number {
  return (draws) => {
    const setting = randomAutoencoder(draws.seed)
    try {
      return figure(setting, draws)
    } finally {
      setting.network.dispose()
    }
  }
}
