// What rules without feedback promise, on examples whose correlations are known: in n dimensions, n examples that lie along the
// columns of an orthogonal Q, x_i = sqrt(n lambda_i) q_i, so that C = <x x^T> = Q diag(lambda) Q^T, and the eigenvectors are at hand.
import { dense } from '../../layers/dense.js'
import type { Examples } from '../../learners/batch.js'
import { oja } from '../../learners/hebbian/oja.js'
import { sequential } from '../../models/network.js'
import { sgd } from '../../optimizers/sgd.js'
import { createTrainer, type Trainer } from '../../training/trainer.js'
import { norm, relativeError } from '../distance.js'
import { differences } from '../oracles/models.js'
import { dot, product, type Rows, rowsOf, transposed } from '../oracles/plain-network.js'
import type { Draws } from '../random-setting.js'
import { exact, farFrom, type Property } from './property.js'

const conditions = '1 to 3 units, 4 to 6 inputs, eigenvalues a fifth apart'

export const hebbianClaims: readonly Property[] = [
  {
    rule: 'oja',
    kind: 'fixedPoint',
    claim: 'fixed point: orthonormal rows that span the leading eigenvectors, for eta lambda_1 < 1',
    expected: 'distance <= 1e-8',
    conditions,
    holds: (distance) => distance <= 1e-8,
    text: (distance) => distance.toExponential(1),
    measure: (draws) => onKnownCorrelations(draws, draws.integer(1, 3), draws.uniform(0.3, 0.8), fixedPointDistance),
  },
  {
    ...farFrom(0.05),
    rule: 'oja',
    claim: 'no fixed point: one unit, 1.05 <= eta lambda_1 <= 1.95',
    conditions: 'one unit, 4 to 6 inputs',
    measure: (draws) => onKnownCorrelations(draws, 1, draws.uniform(1.05, 1.95), (task) => -farthestFromUnit(task)),
  },
  {
    ...exact,
    rule: 'oja',
    claim: 'exact: -(Y^T X / N - (Y^T Y / N) W)',
    conditions,
    measure: (draws) =>
      onKnownCorrelations(draws, draws.integer(1, 3), 0.1, ({ direction, weights, examples }) =>
        relativeError(direction(), subspaceDirection(weights(), examples)),
      ),
  },
  {
    ...exact,
    rule: 'oja',
    claim: 'exact: gradient of the distortion, where W W^T = I',
    conditions,
    measure: (draws) => onKnownCorrelations(draws, draws.integer(1, 3), 0.5, (task) => distortionError(task, draws)),
  },
]

interface Task {
  readonly trainer: Trainer
  readonly batch: Examples
  readonly examples: Rows
  /** Of descending eigenvalues, from lambda_1 = 1. */
  readonly eigenvectors: Rows
  /** W, by rows. */
  readonly weights: () => number[][]
  /** Of W, flat. */
  readonly direction: () => number[]
}

/** The figure of a network of linear units at the learning rate given, which is eta lambda_1. */
function onKnownCorrelations(draws: Draws, units: number, learningRate: number, figure: (task: Task) => number): number {
  const inputs = draws.integer(4, 6)
  const eigenvectors = orthonormal(rowsOf(draws.list(inputs * inputs, -1, 1), inputs))
  const examples = eigenvectors.map((vector, i) => vector.map((value) => value * Math.sqrt(inputs * (1 - i / 5))))
  const batch = { x: examples.flat(), size: inputs }
  const network = sequential(inputs, [dense(units)]).build({ dtype: 'f64', seed: draws.seed })
  const trainer = createTrainer(network, { learner: oja(), optimizer: sgd({ learningRate }) })
  const weights = (): number[][] => rowsOf(network.parameters[0].read(), inputs)
  const direction = (): number[] => Array.from(trainer.direction(batch).of('layers.0.weight'))
  try {
    return figure({ trainer, batch, examples, eigenvectors, weights, direction })
  } finally {
    trainer.dispose()
    network.dispose()
  }
}

/** How far W W^T is from I, and W^T W from the projector on as many leading eigenvectors, once it has settled. */
function fixedPointDistance({ trainer, batch, eigenvectors, weights }: Task): number {
  for (let step = 0; step < 1000; step++) trainer.step(batch)
  const w = weights()
  const leading = eigenvectors.slice(0, w.length)
  const identity = w.map((_, i) => w.map((_, j) => (i === j ? 1 : 0)))
  const off = (a: Rows, b: Rows): number => norm(a.flatMap((row, i) => row.map((value, j) => value - b[i][j])))
  return Math.max(off(product(w, transposed(w)), identity), off(product(transposed(w), w), product(transposed(leading), leading)))
}

/**
 * The most that |w| was off 1 in the last 100 of many steps: at one of them alone it may be near. From a short w: along e_1 the rule is
 * a <- a (1 + eta lambda_1 (1 - a^2)), which grows without bound from a^2 > 1 + 2 / (eta lambda_1).
 */
function farthestFromUnit({ trainer, batch, weights }: Task): number {
  const [w] = weights()
  trainer.network.parameters[0].write(w.map((value) => value / (2 * norm(w))))
  let farthest = 0
  for (let step = 0; step < 600; step++) {
    trainer.step(batch)
    if (step >= 500) farthest = Math.max(farthest, Math.abs(norm(weights()[0]) - 1))
  }
  return farthest
}

/** -(Y^T X / N - (Y^T Y / N) W), in plain arithmetic. */
function subspaceDirection(w: Rows, examples: Rows): number[] {
  const y = product(examples, transposed(w))
  const [yx, yy] = [product(transposed(y), examples), product(transposed(y), y)]
  const decay = product(yy, w)
  return yx.flatMap((row, i) => row.map((value, j) => (decay[i][j] - value) / examples.length))
}

/** By how much the direction differs from the gradient of the distortion, taken by differences, at orthonormal rows drawn anew. */
function distortionError({ trainer, direction, examples, weights }: Task, draws: Draws): number {
  const [units, inputs] = [weights().length, examples[0].length]
  const w = orthonormal(rowsOf(draws.list(units * inputs, -1, 1), inputs)).flat()
  trainer.network.parameters[0].write(w)
  const distortion = (flat: readonly number[]): number => {
    const rows = rowsOf(flat, inputs)
    const rest = examples.map((x) => {
      const y = rows.map((row) => dot(row, x))
      return x.map((value, j) => value - y.reduce((sum, yi, i) => sum + yi * rows[i][j], 0))
    })
    return rest.reduce((sum, one) => sum + dot(one, one), 0) / (2 * examples.length)
  }
  return relativeError(
    direction(),
    differences(({ w: at }) => distortion(at), { w }, 'w'),
  )
}

/** The rows made orthonormal, each in turn, twice (Gram & Schmidt; Giraud & Langou 2003: twice is enough). */
function orthonormal(rows: Rows): number[][] {
  const basis: number[][] = []
  for (const row of rows) {
    let rest = [...row]
    for (let pass = 0; pass < 2; pass++)
      for (const unit of basis) {
        const along = dot(unit, rest)
        rest = rest.map((value, j) => value - along * unit[j])
      }
    const length = norm(rest)
    basis.push(rest.map((value) => value / length))
  }
  return basis
}
