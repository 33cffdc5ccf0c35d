// One number for all bits that training makes: each rule and each model, in each precision, after 200 steps on a small
// fixed task. The same on every runtime, or the promise is broken; test/digests.json holds what they are.
import { floatArray, type DType, type FloatArray } from '../core/dtype.js'
import { philox } from '../core/philox.js'
import { digits } from '../data/digits.js'
import { type Activation, activations } from '../layers/activation.js'
import { averagePool2d } from '../layers/average-pool2d.js'
import { conv2d } from '../layers/conv2d.js'
import { dense } from '../layers/dense.js'
import { type NetworkDescription, sequential } from '../models/network.js'
import { recurrent } from '../layers/recurrent.js'
import { backprop } from '../learners/gradient/backprop.js'
import { equilibriumPropagation } from '../learners/contrastive/equilibrium-propagation.js'
import type { Batch } from '../learners/batch.js'
import type { Learner } from '../learners/learner.js'
import { recurrentBackprop } from '../learners/gradient/recurrent-backprop.js'
import { registry } from '../learners/registry.js'
import { binaryCrossEntropy } from '../losses/binary-cross-entropy.js'
import { crossEntropy } from '../losses/cross-entropy.js'
import { boltzmannLearning } from '../learners/generative/boltzmann-learning.js'
import { boltzmannMachine } from '../models/boltzmann-machine.js'
import { contrastiveDivergence } from '../learners/generative/contrastive-divergence.js'
import { helmholtzMachine } from '../models/helmholtz-machine.js'
import { meanFieldLearning } from '../learners/generative/mean-field-learning.js'
import type { BinaryModel, ModelDescription } from '../models/model.js'
import { rbm } from '../models/rbm.js'
import { rbmLikelihood } from '../learners/generative/rbm-likelihood.js'
import { wakeSleep } from '../learners/generative/wake-sleep.js'
import { adam } from '../optimizers/adam.js'
import { chain } from '../optimizers/chain.js'
import { clipNorm } from '../optimizers/clip-norm.js'
import { sgd } from '../optimizers/sgd.js'
import { createTrainer } from '../training/trainer.js'

const inputs = 6
const outputs = 3
const samples = 8
const steps = 200

const precisions = ['f32', 'f64'] as const

/** All digests of this host, by name: `ruleDigests`, `modelDigests`, and what no rule alone comes through. */
export const digests = (): Record<string, string> => ({ ...ruleDigests(), ...modelDigests(), ...otherDigests() })

/** A digest for each variant of each rule and each precision, by `label/dtype`. */
const ruleDigests = (): Record<string, string> =>
  inBoth(registry.flatMap(({ variants }) => variants.map(({ label, learner }) => [label, (dtype) => digestOf(learner, dtype)])))

/** The same for the rules of the stochastic models. */
const modelDigests = (): Record<string, string> => {
  const machine = boltzmannMachine({ visible: inputs, hidden: 4, inputs: 2 })
  const restricted = rbm({ visible: inputs, hidden: 4, deviation: 0.1 })
  const helmholtz = helmholtzMachine({ layers: [inputs, 3, 2] })
  return inBoth([
    ['boltzmannLearning', taught(machine, boltzmannLearning())],
    ['boltzmannLearning (gibbs)', taught(machine, boltzmannLearning({ expectations: 'gibbs' }))],
    ['meanFieldLearning', taught(machine, meanFieldLearning())],
    ['rbmLikelihood', taught(restricted, rbmLikelihood())],
    ['contrastiveDivergence', taught(restricted, contrastiveDivergence())],
    ['contrastiveDivergence (persistent)', taught(restricted, contrastiveDivergence({ persistent: 3 }))],
    ['wakeSleep', taught(helmholtz, wakeSleep())],
    ['wakeSleep (expected)', taught(helmholtz, wakeSleep({ expected: true }))],
  ])
}

/** Every activation, another loss and the other optimizers; the other kinds of layers; the embedded data and their split. */
const otherDigests = (): Record<string, string> => {
  const { train, test } = digits()
  const images = sequential(
    [3, 2, 1],
    [
      conv2d(3, { kernel: 2, padding: 1, pool: [2, 1], initialization: weak }, 'tanh'),
      averagePool2d([1, 2], { stride: 1 }),
      dense(outputs, 'identity', { initialization: weak }),
    ],
  )
  const lateral = sequential(inputs, [recurrent(7, 'tanh'), dense(outputs)])
  return {
    ...inBoth([
      ['every activation', everyActivation],
      ['images', (dtype) => digestOf(equilibriumPropagation(), dtype, images)],
      ['lateral weights', (dtype) => digestOf(recurrentBackprop({ gamma: 0 }), dtype, lateral)],
    ]),
    digits: hash([train.x, train.y, test.x, test.y]),
  }
}

function inBoth(tasks: readonly (readonly [name: string, digest: (dtype: DType) => string])[]): Record<string, string> {
  return Object.fromEntries(tasks.flatMap(([name, digest]) => precisions.map((dtype) => [`${name}/${dtype}`, digest(dtype)])))
}

/** So weakly coupled that networks that settle stay far from where their fixed points split. */
const weak = { law: 'lecunNormal', gain: 0.3 } as const

const layered = (): NetworkDescription =>
  sequential(inputs, [
    dense(7, 'tanh', { initialization: weak }),
    dense(5, 'sigmoid', { initialization: weak }),
    dense(outputs, 'identity', { initialization: weak }),
  ])

/** The digest of all parameters, the network's and the rule's own, after training. */
function digestOf(learner: Learner, dtype: DType, description = layered()): string {
  const network = description.build({ dtype, seed: 1 })
  const optimizer = sgd({ learningRate: 0.05, momentum: 0.9, weightDecay: 1e-3 })
  const trainer = createTrainer(network, { learner, loss: crossEntropy(), optimizer, seed: 2 })
  try {
    for (let step = 0; step < steps; step++) trainer.step(task)
    return hash([...network.parameters, ...trainer.auxiliaryParameters].map((parameter) => parameter.read()))
  } finally {
    trainer.dispose()
    network.dispose()
  }
}

function everyActivation(dtype: DType): string {
  const layers = activations.map((activation: Activation) => dense(5, activation))
  const network = sequential(inputs, [...layers, dense(outputs)]).build({ dtype, seed: 1 })
  const optimizer = chain(clipNorm(0.5), adam({ learningRate: 0.01 }))
  const trainer = createTrainer(network, { learner: backprop(), loss: binaryCrossEntropy(), optimizer })
  try {
    for (let step = 0; step < steps; step++) trainer.step(task)
    return hash(network.parameters.map((parameter) => parameter.read()))
  } finally {
    trainer.dispose()
    network.dispose()
  }
}

/** The digest of a model's parameters after training, at 0 where the task is below 0, else at 1. */
const taught =
  <M extends BinaryModel>(description: ModelDescription<M>, learner: Learner<M>) =>
  (dtype: DType): string => {
    const model = description.build({ dtype, seed: 1 })
    const trainer = createTrainer<BinaryModel>(model, { learner, optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }), seed: 2 })
    const binary = { x: Array.from(task.x, (value) => (value < 0 ? 0 : 1)), size: samples }
    try {
      for (let step = 0; step < steps; step++) trainer.step(binary)
      return hash(model.parameters.map((parameter) => parameter.read()))
    } finally {
      trainer.dispose()
      model.dispose()
    }
  }

/** Eight samples in [-1, 1), in 24 bits that both precisions hold, each of the class of its number modulo 3. */
const task: Batch = {
  x: Float64Array.from({ length: samples * inputs }, (_, i) => (philox([i, 0, 0, 0], [7, 7])[0] >>> 8) / 2 ** 23 - 1),
  y: Float64Array.from({ length: samples * outputs }, (_, i) => (Math.floor(i / outputs) % outputs === i % outputs ? 1 : 0)),
  size: samples,
}

/** FNV-1a (Fowler, Noll & Vo) over the bytes, little-endian, in two lanes of 32 bits with their own beginnings. */
function hash(arrays: readonly FloatArray[]): string {
  let a = 0x811c9dc5
  let b = 0xc59d1c81
  for (const array of arrays) {
    const canonical = floatArray(array instanceof Float32Array ? 'f32' : 'f64', array.length)
    array.forEach((value, i) => (canonical[i] = Number.isNaN(value) ? NaN : value)) // the sign of a NaN is the machine's
    for (const byte of new Uint8Array(canonical.buffer)) {
      a = Math.imul(a ^ byte, 0x01000193)
      b = Math.imul(b ^ byte, 0x01000193)
    }
  }
  return [a, b].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('')
}
