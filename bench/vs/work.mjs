// What every peer is asked to do, in one place: products of matrices, training steps, predictions, a relaxation. The
// weights are those that ngrad starts from and the data are the same numbers for all; the answers that peers must
// give are ngrad's in double precision.
import { backprop, createTrainer, crossEntropy, dense, equilibriumPropagation, sequential, sgd, squaredError } from '../../dist/index.js'

/** Steps whose losses are compared, from the same weights. */
export const comparedSteps = 10

/**
 * How far a loss or an output may be from ours in double precision, relatively. A sum of n products is off by n u at
 * worst and by about sqrt(n) u in general, with u = 2^-24 in f32 and 2^-53 in f64; for n = 784 the latter is 2e-6 and
 * 3e-15. Ten steps add such errors up, with signs of their own: allowed is three times as much in f32. Products are compared with the sum of the sizes of their terms.
 */
const tolerances = { network: { f32: 5e-6, f64: 1e-14 }, product: { f32: 1e-6, f64: 1e-14 } }
export const toleranceOf = ({ kind }, dtype) => tolerances[kind === 'product' ? 'product' : 'network'][dtype]

/** For timing: what is timed is the same network in every round. */
const restingRate = 1e-6

const product = (n, dtype) => ({ name: `product ${n} x ${n} x ${n}, ${dtype}`, kind: 'product', dtype, shape: [n, n, n] })

const large = [784, 500, 500, 10]
const network = (kind, sizes, batch, activation, { loss = 'crossEntropy', ...more } = {}) => ({
  name: `${{ step: 'step', samples: 'steps of one sample,', predict: 'predict', relax: 'relax' }[kind]} ${sizes.join('-')} ${activation}, batch ${batch}`,
  kind,
  dtype: 'f32',
  sizes,
  batch,
  activation,
  outputActivation: 'identity',
  loss,
  learningRate: 0.05,
  ...more,
})

const descriptions = [
  ...[256, 512, 1024].map((n) => product(n, 'f32')),
  ...[256, 512, 1024].map((n) => product(n, 'f64')),
  network('step', large, 64, 'relu'),
  network('step', large, 64, 'tanh'),
  network('step', [64, 128, 10], 32, 'tanh'),
  network('step', [2, 16, 1], 4, 'tanh', { loss: 'squaredError' }),
  // brain.js knows no batches: each sample is a step of its own, and sigmoids are everywhere.
  ...[
    [[64, 128, 10], 32],
    [[2, 16, 1], 4],
  ].map(([sizes, batch]) => network('samples', sizes, batch, 'sigmoid', { outputActivation: 'sigmoid', loss: 'squaredError' })),
  network('predict', large, 64, 'relu'),
  network('relax', large, 64, 'tanh', { sweeps: 20 }),
]

export const workNames = descriptions.map(({ name }) => name)

/** Numbers in [-1, 1) as if drawn (Lehmer's generator, modulo 2^31 - 1), the same everywhere. */
function numbers(count, seed) {
  let state = seed
  return Float32Array.from({ length: count }, () => {
    state = Number((BigInt(state) * 48271n) % 2147483647n)
    return (2 * state) / 2147483647 - 1
  })
}

/** The work of that name with all its numbers, and the answer to it. */
export function prepare(name) {
  const work = { ...descriptions.find((description) => description.name === name) }
  if (work.kind === 'product') {
    const [m, n, k] = work.shape
    const kept = work.dtype === 'f32' ? (values) => values : (values) => Float64Array.from(values)
    return { ...work, a: kept(numbers(m * k, 1)), b: kept(numbers(k * n, 2)) }
  }
  const { sizes, batch, loss } = work
  const initial = describe(work).build({ dtype: 'f32', seed: 1 })
  const parameters = initial.parameters.map((parameter) => parameter.read())
  initial.dispose()
  work.layers = sizes.slice(1).map((_, l) => ({ weight: parameters[2 * l], bias: parameters[2 * l + 1] }))
  work.x = numbers(batch * sizes[0], 3)
  const outputs = sizes.at(-1)
  work.y =
    loss === 'crossEntropy'
      ? Float32Array.from({ length: batch * outputs }, (_, i) => (((i / outputs) | 0) % outputs === i % outputs ? 1 : 0))
      : numbers(batch * outputs, 4).map((value) => (1 + value) / 2)
  return { ...work, answer: answerTo(work) }
}

export const forTiming = (work) => ({ ...work, learningRate: restingRate })

const describe = ({ sizes: [inputs, ...units], activation, outputActivation }) =>
  sequential(
    inputs,
    units.map((n, l) => dense(n, l === units.length - 1 ? outputActivation : activation)),
  )

/** The network of a work in ngrad, with the weights that everyone starts from. */
export function networkOf(work, dtype = work.dtype) {
  const network = describe(work).build({ dtype })
  work.layers.forEach(({ weight, bias }, l) => {
    network.parameters[2 * l].write(weight)
    network.parameters[2 * l + 1].write(bias)
  })
  return network
}

export const trainerOf = (work, network) =>
  createTrainer(network, {
    learner:
      work.kind === 'relax'
        ? equilibriumPropagation({ nudging: 'positive', freeSweeps: work.sweeps, nudgedSweeps: 1, tolerance: 0, step: 1 })
        : backprop(),
    loss: work.loss === 'crossEntropy' ? crossEntropy() : squaredError(),
    optimizer: sgd({ learningRate: work.learningRate }),
  })

/** The samples of a batch as batches of their own. */
export const samplesOf = ({ sizes, batch, x, y }) =>
  Array.from({ length: batch }, (_, row) => {
    const cut = (values, width) => values.slice(row * width, (row + 1) * width)
    return { x: cut(x, sizes[0]), y: cut(y, sizes.at(-1)), size: 1 }
  })

/** The mean loss of one step for each sample. */
export function stepsOverSamples(trainer, samples) {
  let sum = 0
  for (const sample of samples) sum += trainer.step(sample)
  return sum / samples.length
}

function answerTo(work) {
  const network = networkOf(work, 'f64')
  const trainer = trainerOf(work, network)
  const batch = { x: work.x, y: work.y, size: work.batch }
  const samples = samplesOf(work)
  const answer = {
    step: () => Array.from({ length: comparedSteps }, () => trainer.step(batch)),
    samples: () => Array.from({ length: comparedSteps }, () => stepsOverSamples(trainer, samples)),
    predict: () => Array.from(network.predict(work.x)),
    relax: () => [trainer.evaluate(batch).loss],
  }[work.kind]()
  trainer.dispose()
  network.dispose()
  return answer
}

/** What a peer answers to a prepared work. */
export async function answerOf(work, trial) {
  if (work.kind === 'step' || work.kind === 'samples') {
    const losses = []
    while (losses.length < comparedSteps) losses.push(await trial.run(1))
    return losses
  }
  const value = await trial.run(1)
  return work.kind === 'relax' ? [value] : Array.from(await trial.result())
}

/**
 * How far an answer is from the right one. Losses are compared one by one, outputs with their largest. A product C =
 * A B is right where C v = A (B v), with the sizes of the terms as the measure: no product is taken for the truth.
 */
export function difference(work, answer) {
  if (work.kind !== 'product') {
    if (answer.length !== work.answer.length) return NaN
    const largest = work.kind === 'predict' ? Math.max(...work.answer.map(Math.abs)) : null
    return Math.max(...answer.map((value, i) => Math.abs(value - work.answer[i]) / (largest ?? Math.abs(work.answer[i]))))
  }
  const [m, n, k] = work.shape
  if (answer.length !== m * n) return NaN
  const v = numbers(n, 5)
  const times = (matrix, rows, columns, vector, of = (value) => value) =>
    Float64Array.from({ length: rows }, (_, i) => {
      let sum = 0
      for (let j = 0; j < columns; j++) sum += of(matrix[i * columns + j]) * of(vector[j])
      return sum
    })
  const left = times(answer, m, n, v)
  const right = times(work.a, m, k, times(work.b, k, n, v))
  const size = times(work.a, m, k, times(work.b, k, n, v, Math.abs), Math.abs)
  return Math.max(...left.map((value, i) => Math.abs(value - right[i]) / size[i]))
}
