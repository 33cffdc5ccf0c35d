// Equilibrium propagation in the continuous Hopfield network, dynamics/potentials.ts: the statistics are those of the rates,
// Q_l = rho(s_l)^T rho(s_{l-1}) / N = -dE/dW_l, contrasted as in equilibrium-propagation.ts.
//
// Step by step it is backpropagation through time: as beta -> 0, what the t-th step of a nudged phase adds to the estimate
// is the gradient of the loss by the weights as they were used in the t-th step before the last of the free phase
// (Ernoult, Grollier, Querlioz, Bengio & Scellier 2019, NeurIPS), because -step d^2E/ds^2 is symmetric.
import type { Matrix } from '../../core/memory.js'
import { contrast } from './_contrast.js'
import type { Rule, TargetSite } from '../learner.js'
import { PotentialRelaxation } from '../../dynamics/potentials.js'
import type { RelaxationOptions } from '../../dynamics/relaxation.js'

/** @param nudges the strengths of the nudged phases; where there is one, it is compared with the free phase */
export function potentialRule(
  site: TargetSite,
  nudges: readonly [number] | readonly [number, number],
  settings: Required<RelaxationOptions>,
): Rule {
  const { network, ops, objective, direction, y } = site
  const relaxation = new PotentialRelaxation(
    site,
    network.layers.map(({ parameters }) => parameters),
    settings,
    Math.abs(nudges[0]),
  )
  const free = site.activities()
  const predictions = relaxation.activities(free)
  const s = site.activities()
  const plus = site.activities()
  const minus = site.activities()
  const [up, down = 0] = nudges
  const scale = (): number => up - down

  /** rates <- rho(s) at the end of a phase nudged by beta; without a nudge, the free one as it is. */
  const ratesOf = (beta: number, y: Matrix, rates: readonly Matrix[]): void => {
    for (let l = 1; l < s.length; l++) s[l].copy(free[l])
    if (beta !== 0) relaxation.nudged(s, beta, y)
    for (let l = 1; l < s.length; l++) ops.activate(network.layers[l - 1].code, s[l], rates[l])
  }
  return {
    get settling() {
      return relaxation.settling
    },
    estimate: () => {
      relaxation.free(free)
      const meanLoss = objective.mean(free.at(-1)!)
      ratesOf(down, y, minus)
      ratesOf(up, y, plus)
      contrast(network, plus, minus, scale, direction)
      return meanLoss
    },
    predict: () => {
      relaxation.free(free)
      return predictions
    },
  }
}
