// Random networks, rules, optimizers, losses and batches, by the public functions, each of whose calls is counted.
import * as ngrad from '../../dist/index.js'
import { recipeNetwork, classifiers } from '../../dist/learners/registry.js'

const activations = ['identity', 'tanh', 'sigmoid', 'relu', 'softplus', 'hardSigmoid', 'shiftedSigmoid']
/** Weak enough that networks that settle stay bounded. */
const initialization = (draw) => ({ law: draw.oneOf(['lecunNormal', 'glorotUniform', 'heNormal']), gain: draw.number(0.01, 0.5) })

const fully = (call, draw, units) =>
  call('dense', () => ngrad.dense(units, draw.oneOf(activations), { initialization: initialization(draw) }))

/** Layers over a vector: dense ones, recurrent ones, wide and flat ones. */
function overVectors(call, draw, { kinds }) {
  // How many multiplications a sample may take.
  const budget = draw.chance(0.02) ? 1 << 20 : 1 << 15
  if (draw.chance(0.01)) {
    const wide = draw.widest()
    const inputs = draw.between(1, 2)
    return draw.chance(0.7)
      ? [inputs, [fully(call, draw, wide)], 1]
      : [wide, [fully(call, draw, draw.between(1, 2)), fully(call, draw, draw.between(1, 3))], 1]
  }
  const inputs = draw.size()
  let width = inputs
  const layers = draw.list(draw.between(1, 3), () => {
    const units = draw.size(Math.max(1, Math.floor(budget / width)))
    width = units
    if (kinds.includes('recurrent') && units <= 64 && draw.chance(0.2))
      return call('recurrent', () =>
        ngrad.recurrent(units, draw.oneOf(activations), {
          initialization: initialization(draw),
          lateral: { law: 'lecunNormal', gain: 0.1 },
          sweeps: draw.between(1, 5),
        }),
      )
    return fully(call, draw, units)
  })
  return [inputs, layers, Math.max(1, Math.floor((budget << 3) / (inputs * width)))]
}

const extent = (draw, most) => (draw.chance(0.5) ? draw.between(1, most) : [draw.between(1, most), draw.between(1, most)])

/** Layers over images: convolutions, poolings, a dense one behind. */
function overImages(call, draw) {
  const [height, width] = draw.chance(0.1) ? [28, 28] : [draw.between(1, 10), draw.between(1, 10)]
  const channels = draw.oneOf([1, 1, 2, 3, 4, 5, 8, 9])
  const most = Math.min(height, width, 4)
  const layers = []
  if (draw.chance(0.3)) layers.push(call('averagePool2d', () => ngrad.averagePool2d(extent(draw, most), { stride: extent(draw, 2) })))
  layers.push(
    call('conv2d', () =>
      ngrad.conv2d(
        draw.oneOf([1, 2, 3, 4, 5, 7, 8, 9, 16]),
        {
          kernel: extent(draw, most),
          stride: extent(draw, 3),
          padding: 0,
          initialization: initialization(draw),
          ...draw.some({ pool: extent(draw, 2) }),
        },
        draw.oneOf(activations),
      ),
    ),
  )
  if (draw.chance(0.3)) layers.push(call('averagePool2d', () => ngrad.averagePool2d(draw.between(1, 2))))
  if (draw.chance(0.3))
    layers.push(
      call('conv2d', () =>
        ngrad.conv2d(draw.between(1, 5), { kernel: draw.between(2, 3), padding: 1, initialization: initialization(draw) }, 'tanh'),
      ),
    )
  layers.push(fully(call, draw, draw.oneOf([1, 2, 3, 5, 9, 10, 17])))
  return [{ height, width, channels }, layers, height > 10 ? 40 : 300]
}

export const ofRecipes = (call, draw) =>
  call('recipeNetwork', () =>
    recipeNetwork(
      draw.size(),
      draw.list(draw.between(1, 2), () => draw.size(65)),
      draw.between(1, 10),
    ),
  )

/** A description, and how many samples a batch of it may have. Undefined where it is refused: pools beyond their images. */
export function describe(call, draw, { kinds = ['conv2d', 'recurrent'] } = {}) {
  const [inputs, layers, most] = kinds.includes('conv2d') && draw.chance(0.25) ? overImages(call, draw) : overVectors(call, draw, { kinds })
  if (layers.includes(undefined)) return undefined
  const description = call('sequential', () => ngrad.sequential(inputs, layers))
  return description && { description, most: Math.max(1, most) }
}

export const build = (call, draw, description, dtype = draw.oneOf(['f32', 'f64'])) =>
  call('NetworkDescription.build', () => description.build({ dtype, seed: draw.below(2 ** 32) }))

/** Samples in a batch: around the blocks of rows, and of those that are evaluated at once. */
export const batchSize = (draw, most) =>
  Math.min(most, draw.chance(0.7) ? draw.between(1, 9) : draw.oneOf([31, 32, 33, 95, 96, 97, 193, 255, 256, 257, 300, 513]))

export function batchFor(draw, { inputs, outputs }, size, loss) {
  const y = loss.name === 'squaredError' ? draw.numbers(size * outputs) : new Float32Array(size * outputs)
  for (let row = 0; row < size && loss.name !== 'squaredError'; row++) y[row * outputs + draw.below(outputs)] = 1
  return { x: draw.numbers(size * inputs), y, size }
}

export const lossOf = (call, draw) => {
  const name = draw.oneOf(['squaredError', 'crossEntropy', 'binaryCrossEntropy'])
  return call(name, () => ngrad[name]())
}

const settling = (draw) => ({
  freeSweeps: draw.between(1, 6),
  nudgedSweeps: draw.between(1, 4),
  tolerance: draw.oneOf([1e-1, 1e-3, 1e-6]),
  ...draw.some({ step: draw.oneOf([0.5, 1, 'adaptive']) }),
})

/** The rules that are functions of options, each with options drawn. */
export const rules = {
  backprop: () => [],
  hebbian: (draw) => [draw.some({ clamp: draw.chance(0.5) })],
  centralDifferences: (draw) => [draw.some({ step: draw.oneOf([1e-3, 1e-2]) })],
  contrastiveHebbian: (draw) => [{ gamma: draw.number(0.01, 1), ...settling(draw) }],
  differenceTargetPropagation: (draw) => [
    draw.some({ from: draw.oneOf(['outputs', 'lastHidden']), decoder: draw.oneOf(['learned', 'transposed']), eta: 0.1, noise: 0.1 }),
  ],
  directFeedbackAlignment: (draw) => [draw.some({ scale: draw.number(0.1, 1) })],
  equilibriumPropagation: (draw) => [
    {
      nudging: draw.oneOf(['symmetric', 'positive', 'negative']),
      readout: draw.oneOf(['within', 'within', 'outside']),
      states: draw.oneOf(['rates', 'rates', 'potentials']),
      beta: draw.number(0.05, 0.5),
      ...settling(draw),
    },
  ],
  feedbackAlignment: (draw) => [draw.some({ scale: draw.number(0.1, 1) })],
  gaussNewton: (draw) => [draw.some({ damping: draw.number(0.01, 1) })],
  generec: (draw) => [{ variant: draw.oneOf(['symmetric', 'asymmetric', 'midpoint', 'contrastive']), ...settling(draw) }],
  kolenPollack: (draw) => [draw.some({ decay: 0.01, scale: 0.5 })],
  nodePerturbation: (draw) => [
    draw.some({
      sigma: 0.01,
      samples: draw.between(1, 3),
      noise: draw.oneOf(['gaussian', 'rademacher']),
      difference: draw.oneOf(['forward', 'central']),
    }),
  ],
  predictiveCoding: (draw) => [
    draw.some({
      variant: draw.oneOf(['strict', 'fixedPrediction', 'zeroDivergence']),
      precision: draw.number(0.5, 2),
      steps: draw.between(1, 5),
      rate: 0.1,
    }),
  ],
  recirculation: (draw) => [draw.some({ regression: 0.5 })],
  recurrentBackprop: (draw) => [
    {
      gamma: draw.oneOf([0, 0.5, 1]),
      adjointSweeps: draw.between(1, 4),
      ...(({ freeSweeps, tolerance }) => ({ freeSweeps, tolerance }))(settling(draw)),
    },
  ],
  postRateHebbian: (draw) => [{ beta: 0.1, ...settling(draw) }],
  targetPropagation: (draw) => [draw.some({ eta: 0.1 })],
  weightPerturbation: (draw) => [
    draw.some({
      sigma: 0.01,
      samples: draw.between(1, 3),
      noise: draw.oneOf(['gaussian', 'rademacher']),
      difference: draw.oneOf(['forward', 'central']),
    }),
  ],
}
/** For small networks only: their time grows with the number of parameters, or its square. */
export const slow = ['centralDifferences', 'gaussNewton']

export function ruleOf(call, draw, name = draw.oneOf(Object.keys(rules).filter((each) => !slow.includes(each)))) {
  const options = rules[name](draw)
  return call(name, () => ngrad[name](...options))
}

export const variantOf = (draw) => draw.oneOf(draw.oneOf(classifiers).variants.filter(({ task }) => task === undefined)).learner

/** A learning rate: a number, or a schedule. */
function rateOf(call, draw) {
  const kind = draw.below(6)
  const rate = draw.number(1e-5, 1e-2)
  if (kind === 0) return call('linearSchedule', () => ngrad.linearSchedule(rate, 0, draw.between(1, 10)))
  if (kind === 1) return call('stepSchedule', () => ngrad.stepSchedule(rate, 0.5, draw.between(1, 10)))
  if (kind === 2) return call('warmup', () => ngrad.warmup(draw.between(1, 10), rate))
  return rate
}

export function ofRecipe(call, draw) {
  const { recipe } = draw.oneOf(classifiers)
  return call('Recipe.optimizer', () => recipe.optimizer(draw.between(1, 100)))
}

export function optimizerOf(call, draw) {
  const kind = draw.below(8)
  const learningRate = rateOf(call, draw)
  if (kind < 3)
    return call('adam', () => ngrad.adam({ learningRate, ...draw.some({ beta1: 0.8, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.01 }) }))
  if (kind < 6) return call('sgd', () => ngrad.sgd({ learningRate, ...draw.some({ momentum: 0.9, nesterov: true, weightDecay: 0.01 }) }))
  if (kind === 6) return ofRecipe(call, draw)
  const clip = call('clipNorm', () => ngrad.clipNorm(draw.number(0.1, 10)))
  const then = call('adam', () => ngrad.adam({ learningRate }))
  return call('chain', () => ngrad.chain(clip, then))
}
