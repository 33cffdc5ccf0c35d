// REINFORCE: units that draw what they do, and make it likelier where the reward was more than usual.
//
//   p_l = sigmoid(W_l h_{l-1} + b_l),   h_l ~ Bernoulli(p_l)          hidden units
//   pi = softmax(W_L h_{L-1} + b_L),    a ~ pi                        the action, h_L = a one-hot
//   e_l = h_l - p_l,  e_L = a - pi      the gradient of ln P(h_l | h_{l-1}) by the potentials: each unit's own
//   G_{W_l} = -< (r - rbar) e_l h_{l-1}^T >,    rbar <- rbar + baseline (mean of r - rbar), after use
//
// Williams 1992, Mach. Learn. 8:229. No error comes down: all units hear of is the one r, and its variance grows with their number.
// In an environment, where r_t is what the actions up to then have earned, each weight keeps a trace of its eligibility,
//
//   G_t = -r_t E_t,    E_{t+1} = discount E_t + e_t h_t^T,  from 0 in each episode
//
// after Baxter & Bartlett 2001, J. Artif. Intell. Res. 15:319 (OLPOMDP). A mean reward taken off there would favour long episodes, or
// short ones: there is none.
// Claim: unbiased, exactly: over all that the units may draw, E[G] = -dE[r]/dW for any baseline; likewise summed over an episode.
import { Source } from '../../environments/source.js'
import { defineRule } from '../define-rule.js'
import { NgradError } from '../../errors.js'
import { statistics } from '../../dynamics/passes.js'
import type { Network } from '../../models/network.js'
import type { CostSite } from '../learner.js'

/** Options of {@link reinforce}. */
export interface ReinforceOptions {
  /** How fast the usual reward follows the rewards, in [0, 1]; default 0.02, and 0 in an environment, where no other is taken. */
  readonly baseline?: number
  /** How much of an eligibility is left a step later, in [0, 1]; default 1. Only in an environment. */
  readonly discount?: number
}

/**
 * REINFORCE, for dense networks whose hidden layers are `sigmoid`: the probabilities of their units to be 1; the linear outputs are
 * those of actions, before the softmax. It is told rewards: with `loss: reward()` the payoffs of a batch, or by an `environment`.
 * `predict` and `evaluate` are of the probabilities in the place of draws.
 *
 * ```ts
 * createTrainer(sequential(64, [dense(10)]).build(), { learner: reinforce(), loss: reward(), optimizer: sgd({ learningRate: 0.5 }) })
 * ```
 *
 * @throws NgradError `RANGE` or `TYPE` for a setting outside its range; `UNSUPPORTED`, when attached, for other layers
 */
export const reinforce = defineRule<ReinforceOptions, 'baseline', Network, CostSite>(
  'reinforce',
  {
    baseline: { kind: 'number', min: 0, max: 1 },
    discount: { kind: 'number', min: 0, max: 1, default: 1 },
  },
  ({ baseline, discount }) => ({
    feedback: 'scalar',
    told: 'cost',
    acts: Source,
    noise: 'step',
    claims: [{ kind: 'exact', of: 'in expectation, minus the gradient of the expected reward' }],
    attach: (site) => {
      requireStochastic(site.network)
      const { network, ops, objective, direction, stream, x } = site
      if (stream && baseline) throw new NgradError('UNSUPPORTED', 'reinforce(options): baseline', '0 in an environment', baseline)
      const rate = stream ? 0 : (baseline ?? 0.02)
      const last = network.layers.length
      const policy = site.random('policy')
      const h = site.activities()
      const e = site.activities()
      const uniforms = site.batch(1)
      const costs = site.batchDoubles()
      const usual = site.state('usual cost', 1, 1, { dtype: 'f64' })

      /** h_l drawn, and e_l, layer by layer. */
      const act = (): void => {
        for (const { index, map, parameters, code } of network.layers) {
          const p = e[index + 1]
          map.forward(h[index], parameters.weight, p)
          map.activate(code, parameters.bias, p)
          if (index + 1 < last) policy.bernoulliOf(p, h[index + 1])
          else {
            ops.softmax(p, p)
            policy.oneHotOf(p, uniforms, h[last])
          }
          ops.combine(1, h[index + 1], -1, p)
        }
      }
      const predict = (): typeof h => {
        network.forward(h)
        return h
      }
      if (stream) {
        const fresh = network.group.like(site.region, 'eligibility')
        const parameters = network.layerParameters(fresh)
        const trace = site.state('eligibility', 1, fresh.flat.length, { validity: fresh.structure })
        return {
          actions: h[last],
          predict,
          estimate: () => {
            ops.combine(-stream.reward, trace.now, 0, site.directions[0].flat)
            act()
            statistics(network, e, h, parameters, 1)
            trace.next.copy(trace.now)
            ops.combine(1, fresh.flat, stream.first ? 0 : discount, trace.next)
            usual.next.copy(usual.now)
            return -stream.reward
          },
        }
      }
      return {
        predict,
        estimate: () => {
          act()
          const mean = objective.mean(h[last], costs)
          ops.doubles.affine(1, -usual.now.views().f64[usual.now.pointer / 8], costs)
          for (let l = 1; l <= last; l++) ops.scaleRows(costs, e[l])
          statistics(network, e, h, direction, 1 / x.rows)
          usual.next.copy(usual.now)
          ops.doubles.affine(1 - rate, rate * mean, usual.next)
          return mean
        },
      }
    },
  }),
)

function requireStochastic({ layers }: Network): void {
  layers.forEach(({ kind, activation, index }) => {
    const expected = index + 1 < layers.length ? 'sigmoid' : 'identity'
    if (kind !== 'dense' || activation !== expected)
      throw new NgradError('UNSUPPORTED', `reinforce: layers[${index}]`, `a dense layer with ${expected}`, `${kind} with ${activation}`)
  })
}
