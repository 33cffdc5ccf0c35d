// What target propagation promises of decoders that are set by hand, of those that its losses ask for, and of any: after
// Meulemans et al. 2020 (NeurIPS) and Lee et al. 2015 (ECML).
import { dense } from '../../layers/dense.js'
import { sequential } from '../../models/network.js'
import type { Setting } from '../../learners/learner.js'
import { differenceTargetPropagation } from '../../learners/targets/difference-target-propagation.js'
import { Estimator } from '../../learners/estimator.js'
import { gaussNewton } from '../../learners/gradient/gauss-newton.js'
import { squaredError } from '../../losses/squared-error.js'
import { relativeError } from '../distance.js'
import { directionsOf } from '../convergence.js'
import { largestDeviation } from '../measure-claim.js'
import { forward, plainLayers, product, type Rows, rowsOf, solve, times, transposed, type Vector } from '../oracles/plain-network.js'
import { exact, farFrom, ofOrder, onNetworks, type Property } from './property.js'
import { type Draws, firstExample } from '../random-setting.js'

const rule = 'differenceTargetPropagation'
/** Of the expectation over the decoders' noise. */
const noiseDraws = 400

export const targetClaims: readonly Property[] = [
  {
    ...exact,
    rule,
    kind: 'equals',
    claim: 'equals(gaussNewton), exact inverses',
    conditions: 'random square linear networks, squared error',
    measure: (draws) =>
      onLinear(draws, squareSizes(draws), (setting) =>
        relativeError(withInverses(setting).flat(), directionsOf(gaussNewton(), setting).flat()),
      ),
  },
  {
    ...farFrom(1e-3),
    rule,
    claim: 'layer inverses do not compose',
    conditions: 'random contracting linear networks, squared error',
    measure: (draws) =>
      onLinear(
        draws,
        contractingSizes(draws),
        (setting) => -relativeError(withInverses(setting)[0], directionsOf(gaussNewton(), setting)[0]),
      ),
  },
  {
    rule,
    kind: 'unbiased',
    claim: 'decoders rest at J^T (J J^T + decay)^-1',
    expected: `every |z| within its bound, ${noiseDraws} draws`,
    conditions: 'random linear networks of 2 layers, difference reconstruction',
    holds: (ratio) => ratio <= 1,
    measure: (draws) =>
      onLinear(
        draws,
        Array.from({ length: 3 }, () => draws.integer(2, 6)),
        (setting) => restDeviation(setting, draws),
      ),
  },
  {
    ...ofOrder(1),
    rule,
    claim: 'limit(eta, 1): f(t) - t+ = (1 - J_f J_g)(h+ - t+)',
    conditions: 'random networks, 3 or 4 layers, one example',
    measure: onNetworks({ layers: [3, 4] }, misfitSlope),
  },
]

const squareSizes = (draws: Draws): number[] => new Array<number>(draws.integer(4, 5)).fill(draws.integer(2, 5))

function contractingSizes(draws: Draws): number[] {
  const sizes = [draws.integer(2, 3)]
  for (let l = draws.integer(3, 4); l > 0; l--) sizes.unshift(sizes[0] + draws.integer(1, 2))
  return sizes
}

/** A linear network of these sizes with well-conditioned layers. */
function onLinear(draws: Draws, sizes: readonly number[], figure: (setting: Setting) => number): number {
  const network = sequential(
    sizes[0],
    sizes.slice(1).map((units) => dense(units)),
  ).build({ dtype: 'f64' })
  for (const { shape, write } of network.parameters.map((p) => ({ shape: p.shape, write: (values: number[]) => p.write(values) }))) {
    const columns = shape[1] ?? 1
    write(draws.list(shape[0] * columns, -0.4, 0.4).map((w, at) => w + (shape.length === 2 && at % (columns + 1) === 0 ? 1 : 0)))
  }
  const size = 4
  const batch = { x: draws.list(size * network.inputs, -1, 1), y: draws.list(size * network.outputs, -1, 1), size }
  try {
    return figure({ network, loss: squaredError(), batch, seed: draws.seed })
  } finally {
    network.dispose()
  }
}

/** A^+ = A^T (A A^T + damping I)^-1, row by row. */
function pseudoInverse(a: Rows, damping = 0): number[][] {
  const gram = product(a, transposed(a)).map((row, i) => row.map((value, j) => value + (i === j ? damping : 0)))
  return transposed(a).map((column) => solve(gram, column))
}

/** The decoder of layer l, row-major [units of l, units of l + 1], and its bias. */
const decoderOf = ({ auxiliaries }: Estimator, l: number) => {
  const { parameters } = auxiliaries[0].values
  return { weight: parameters[2 * l - 2], bias: parameters[2 * l - 1] }
}

/** The direction where every decoder is the (pseudo-)inverse of its layer. */
const withInverses = (setting: Setting): number[][] =>
  directionsOf(differenceTargetPropagation({ from: 'outputs' }), setting, (estimator) => {
    const layers = plainLayers(setting.network)
    for (let l = 1; l < layers.length; l++) decoderOf(estimator, l).weight.write(pseudoInverse(layers[l].weight).flat())
  })

/** The largest |z| of the decoder's mean direction at the minimum of its loss, over the bound. */
function restDeviation({ network, loss, batch, seed }: Setting, draws: Draws): number {
  const decay = draws.uniform(0.1, 1)
  const learner = differenceTargetPropagation({ from: 'outputs', reconstruction: 'difference', decay })
  const estimator = new Estimator(network, learner, loss, seed, 'measurement')
  try {
    decoderOf(estimator, 1).weight.write(pseudoInverse(plainLayers(network)[1].weight, decay).flat())
    const { matrix } = estimator.auxiliaries[0].direction!.parameters[0]
    const { worst, bound } = largestDeviation(new Array<number>(matrix.length).fill(0), noiseDraws, () => {
      estimator.estimate('measureClaim(network, learner, loss, batch)', batch)
      return Array.from(matrix.read())
    })
    return worst / bound
  } finally {
    estimator.dispose()
  }
}

/**
 * With its target for an input, layer l + 1 misses its own by (I - J_f J_g)(h_{l+1} - t_{l+1}) to first order in eta,
 * so that the target brings it nearer wherever that matrix has norm < 1 (the condition of Lee et al. 2015). The figure
 * is how far from 1 the slope of the relative error in eta is, of all layers together.
 */
function misfitSlope(setting: Setting): number {
  const one = firstExample(setting)
  const layers = plainLayers(one.network)
  const h = forward(layers, Array.from(one.batch.x))
  const z = layers.map(({ weight, bias }, l) => affine(weight, h[l], bias))
  const errorAt = (eta: number): number => {
    const decoders: { weight: number[][]; bias: number[] }[] = []
    const directions = directionsOf(differenceTargetPropagation({ from: 'outputs', eta }), one, (estimator) => {
      for (let l = 1; l < layers.length; l++) {
        const { weight, bias } = decoderOf(estimator, l)
        decoders.push({ weight: rowsOf(weight.read(), h[l + 1].length), bias: Array.from(bias.read()) })
      }
    })
    // For one example a bias direction is (h_l - t_l) f'_l / eta.
    const off = layers.map(({ slope }, l) => directions[2 * l + 1].map((value, i) => (eta * value) / slope(z[l][i])))
    const [missed, predicted]: [number[], number[]] = [[], []]
    for (let l = 1; l < layers.length; l++) {
      const { weight, bias, f, slope } = layers[l]
      const target = h[l].map((value, i) => value - off[l - 1][i])
      const reached = affine(weight, target, bias).map(f)
      missed.push(...reached.map((value, i) => (value - (h[l + 1][i] - off[l][i])) / eta))
      const inverse = decoders[l - 1]
      const decoded = affine(inverse.weight, h[l + 1], inverse.bias).map(layers[l - 1].slope)
      const back = times(inverse.weight, off[l]).map((value, i) => value * decoded[i])
      predicted.push(...times(weight, back).map((value, i) => (off[l][i] - value * slope(z[l][i])) / eta))
    }
    return relativeError(missed, predicted)
  }
  return Math.abs(Math.log2(errorAt(2e-3) / errorAt(1e-3)) - 1)
}

const affine = (weight: Rows, x: Vector, bias: Vector): number[] => times(weight, x).map((z, i) => z + bias[i])
