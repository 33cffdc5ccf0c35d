// Good checkpoints, made by the library itself: of every learner with every optimizer, in either precision, over every kind
// of layer that it teaches; and of every model with its rules.
import * as ngrad from 'ngrad'
import { classifiers } from 'ngrad/registry'
import { optimizersOf } from '../../io/teaching.mjs'
import { saveTraining } from '../../../dist/cli/train/saved-training.js'

const {
  averagePool2d,
  boltzmannLearning,
  boltzmannMachine,
  contrastiveDivergence,
  conv2d,
  dense,
  helmholtzMachine,
  rbm,
  recurrent,
  sequential,
} = ngrad

/** Kept small: the last layers start weak, so that networks of full feedback settle. */
const weak = { initialization: { law: 'lecunNormal', gain: 0.3 } }
const networks = {
  dense: sequential(4, [dense(3, 'tanh'), dense(2, 'identity', weak)]),
  deep: sequential(3, [dense(3, 'sigmoid'), dense(4, 'softplus'), dense(2, 'identity', weak)]),
  convolution: sequential([4, 4, 1], [conv2d(2, { kernel: 3, padding: 1, pool: 2 }, 'tanh'), averagePool2d(2), dense(2, 'identity', weak)]),
  recurrent: sequential(3, [recurrent(3, 'tanh', { sweeps: 30 }), dense(2, 'identity', weak)]),
  autoencoder: sequential(3, [dense(2, 'sigmoid'), dense(3, 'identity', weak)]),
}

const learners = [
  ...classifiers.flatMap(({ name, variants, recipe }) => [
    ...variants.filter(({ task }) => task === undefined),
    { label: `${name} (recipe)`, learner: recipe.learner },
  ]),
  ...[3, 4].map((phases) => ({
    label: `equilibriumPropagation (${phases} phases)`,
    learner: ngrad.equilibriumPropagation({ nudging: 'holomorphic', phases }),
  })),
  { label: 'recurrentBackprop (lateral)', learner: ngrad.recurrentBackprop({ gamma: 0 }) },
  { label: 'recurrentBackprop (readout outside)', learner: ngrad.recurrentBackprop({ readout: 'outside' }) },
  { label: 'centralDifferences', learner: ngrad.centralDifferences() },
  { label: 'gaussNewton', learner: ngrad.gaussNewton() },
  { label: 'recirculation', learner: ngrad.recirculation() },
  { label: 'targetPropagation', learner: ngrad.targetPropagation() },
]

const optimizers = {
  ...optimizersOf(ngrad),
  'adam with decay': () => ngrad.adam({ learningRate: 1e-2, weightDecay: 0.1 }),
  'clipNorm and momentum': () => ngrad.chain(ngrad.clipNorm(0.1), ngrad.sgd({ learningRate: 0.1, momentum: 0.9 })),
}

const machine = boltzmannMachine({ visible: 4, hidden: 2, inputs: 1, connected: (i, j) => i + j !== 3 })
const restricted = rbm({ visible: 4, hidden: 3 })
const models = [
  ['pairStdp', ngrad.synapses({ pre: 3, post: 1 }), ngrad.pairStdp()],
  ['hopfield', ngrad.associativeMemory({ units: 4 }), ngrad.hopfield()],
  ['boltzmannLearning', machine, boltzmannLearning()],
  ['boltzmannLearning (gibbs)', machine, boltzmannLearning({ expectations: 'gibbs' })],
  ['meanFieldLearning', machine, ngrad.meanFieldLearning()],
  ['rbmLikelihood', restricted, ngrad.rbmLikelihood()],
  ['contrastiveDivergence', restricted, contrastiveDivergence({ steps: 2 })],
  ['contrastiveDivergence (expected)', restricted, contrastiveDivergence({ expected: true })],
  ['contrastiveDivergence (persistent)', restricted, contrastiveDivergence({ persistent: 3 })],
  ['wakeSleep', helmholtzMachine({ layers: [4, 3, 2] }), ngrad.wakeSleep()],
  ['wakeSleep (expected)', helmholtzMachine({ layers: [4, 3, 2] }), ngrad.wakeSleep({ expected: true })],
  ['predictiveLearning', ngrad.predictiveHierarchy({ layers: [4, 3, 2] }), ngrad.predictiveLearning()],
]

const examples = 3
/** Any numbers, the same on every machine. */
const numbers = (length, modulus) => Float64Array.from({ length }, (_, i) => ((i * 37 + 11) % modulus) / modulus)
const oneHot = (size, outputs) =>
  Float64Array.from({ length: size * outputs }, (_, i) => Number(Math.floor(i / outputs) % outputs === i % outputs))

/** What a model learns from: zeros and ones, of a memory -1 and 1. */
const patternsFor = ({ width, examples: admissible }) => ({
  x: numbers(examples * width, 2).map((value) => ((admissible?.accepts(0) ?? true) || Math.round(value) ? Math.round(value) : -1)),
  size: examples,
})

/** The data for a network of that many inputs and outputs. */
export const batchFor = (inputs, outputs, size = examples) => ({ x: numbers(size * inputs, 101), y: oneHot(size, outputs), size })

const end = (...made) => made.forEach((one) => one.dispose())

function ofNetwork(label, learner, kind, optimizer, make, dtype, loss) {
  const options = () => ({ learner, loss, optimizer: make() })
  const description = networks[kind]
  return {
    name: `${label}, ${loss.name}, ${kind}, ${optimizer}, ${dtype}`,
    make() {
      const network = description.build({ dtype, seed: 3 })
      let trainer
      try {
        trainer = ngrad.createTrainer(network, { ...options(), seed: 5 })
        const batch = batchFor(network.inputs, network.outputs)
        for (let step = 0; step < 2; step++) trainer.step(batch)
        trainer.position = { epoch: 1, examples }
        return saveTraining(trainer, { data: 'digits', epochs: 2, batchSize: examples, history: [], sum: 0.5, seen: 1 })
      } finally {
        end(...(trainer ? [trainer] : []), network)
      }
    },
    open(bytes) {
      const { trainer, network } = ngrad.resume(bytes, options())
      const batch = batchFor(Math.min(network.inputs, 1 << 16), Math.min(network.outputs, 1 << 10))
      return {
        trainer,
        save: () => ngrad.save(trainer),
        step: () => trainer.step(batch),
        end: () => end(trainer, network),
        figures: () => {
          const { loss, accuracy, metrics } = trainer.evaluate(batch)
          return [...network.predict(batch.x), ...trainer.predict(batch.x), loss, accuracy, ...Object.values(metrics)]
        },
      }
    },
  }
}

function ofModel(label, description, learner, optimizer, make, dtype) {
  const options = () => ({ learner, optimizer: make() })
  return {
    name: `${label}, ${optimizer}, ${dtype}`,
    make() {
      const model = description.build({ dtype, seed: 3 })
      const trainer = ngrad.createTrainer(model, { ...options(), seed: 5 })
      const batch = patternsFor(model)
      for (let step = 0; step < 2; step++) trainer.step(batch)
      const bytes = ngrad.save(trainer)
      end(trainer, model)
      return bytes
    },
    open(bytes) {
      const { trainer, model } = ngrad.resume(bytes, { model: description, ...options() })
      const batch = patternsFor(model)
      return {
        trainer,
        save: () => ngrad.save(trainer),
        step: () => trainer.step(batch) ?? 0,
        end: () => end(trainer, model),
        figures: () => [],
      }
    },
  }
}

/** Of a network whose rule is told something else than targets, or nothing; `batch` makes what a step takes, of a network. */
function ofOtherTold(label, description, told, batch, optimizer, make, dtype) {
  const options = () => ({ ...told, optimizer: make() })
  return {
    name: `${label}, ${optimizer}, ${dtype}`,
    make() {
      const network = description.build({ dtype, seed: 3 })
      const trainer = ngrad.createTrainer(network, { ...options(), seed: 5 })
      for (let step = 0; step < 3; step++) trainer.step(batch(network))
      const bytes = ngrad.save(trainer)
      end(trainer, network)
      return bytes
    },
    open(bytes) {
      const { trainer, network } = ngrad.resume(bytes, options())
      return {
        trainer,
        save: () => ngrad.save(trainer),
        step: () => trainer.step(batch(network)),
        end: () => end(trainer, network),
        figures: () => [],
      }
    },
  }
}

const sized = ({ inputs, outputs }) => batchFor(Math.min(inputs, 1 << 16), Math.min(outputs, 1 << 10))
const acting = sequential(3, [dense(2, 'sigmoid'), dense(2)])
const others = [
  ['oja', sequential(4, [dense(2)]), { learner: ngrad.oja() }, sized],
  ['reinforce', acting, { learner: ngrad.reinforce(), loss: ngrad.reward() }, sized],
  [
    'reinforce (random walk)',
    acting,
    { learner: ngrad.reinforce(), environment: ngrad.randomWalk({ states: 3, slip: 0.1 }) },
    () => undefined,
  ],
]

/** Whether a rule teaches such a network: those that do not say so when they are attached. */
function teaches(combination) {
  try {
    combination.make()
    return true
  } catch (error) {
    if (error instanceof ngrad.NgradError) return false
    throw error
  }
}

const dtypes = ['f32', 'f64']
const [first] = Object.entries(optimizers)
const losses = [ngrad.crossEntropy(), ngrad.squaredError()]

/** Every combination; each makes its good checkpoint, and opens any. */
export const combinations = [
  ...learners.flatMap(({ label, learner }) =>
    Object.keys(networks).flatMap((kind) => {
      const loss = losses.find((loss) => teaches(ofNetwork(label, learner, kind, ...first, 'f64', loss)))
      if (loss === undefined) return []
      return Object.entries(optimizers).flatMap(([optimizer, make]) =>
        dtypes.map((dtype) => ofNetwork(label, learner, kind, optimizer, make, dtype, loss)),
      )
    }),
  ),
  ...models.flatMap(([label, description, learner]) =>
    Object.entries(optimizers).flatMap(([optimizer, make]) =>
      dtypes.map((dtype) => ofModel(label, description, learner, optimizer, make, dtype)),
    ),
  ),
  ...others.flatMap(([label, description, told, batch]) =>
    Object.entries(optimizers).flatMap(([optimizer, make]) =>
      dtypes.map((dtype) => ofOtherTold(label, description, told, batch, optimizer, make, dtype)),
    ),
  ),
]
