// One number for all bits that training makes: each rule and each model, in each precision, after 200 steps on a small
// fixed task. The same on every runtime, or the promise is broken; test/digests.json holds what they are.
import { floatArray, type DType, type FloatArray } from '../core/dtype.js'
import { digits } from '../data/digits.js'
import { type Activation, activations } from '../layers/activation.js'
import { averagePool2d } from '../layers/average-pool2d.js'
import { conv2d } from '../layers/conv2d.js'
import { dense } from '../layers/dense.js'
import { randomWalk } from '../environments/random-walk.js'
import { sequential } from '../models/network.js'
import { recurrent } from '../layers/recurrent.js'
import { backprop } from '../learners/gradient/backprop.js'
import { equilibriumPropagation } from '../learners/contrastive/equilibrium-propagation.js'
import type { Learner } from '../learners/learner.js'
import { reinforce } from '../learners/reward/reinforce.js'
import { recurrentBackprop } from '../learners/gradient/recurrent-backprop.js'
import { everyVariant, models } from '../learners/registry.js'
import { type Task, tasks, weak } from '../learners/tasks.js'
import type { Model } from '../models/model.js'
import { binaryCrossEntropy } from '../losses/binary-cross-entropy.js'
import { adam } from '../optimizers/adam.js'
import { chain } from '../optimizers/chain.js'
import { clipNorm } from '../optimizers/clip-norm.js'
import { sgd } from '../optimizers/sgd.js'
import { createTrainer } from '../training/trainer.js'

const inputs = 6
const outputs = 3
const steps = 200

const precisions = ['f32', 'f64'] as const

/** All digests of this host, by name: of every form of every rule, of every model, and what no rule alone comes through. */
export const digests = (): Record<string, string> => ({ ...ruleDigests(), ...modelDigests(), ...otherDigests() })

/** A digest for each variant of each rule and each precision, by `label/dtype`. */
const ruleDigests = (): Record<string, string> =>
  inBoth(everyVariant.map(({ label, learner, task }) => [label, (dtype) => digestOf(learner, dtype, tasks[task])]))

/** A digest for each model and each precision, as it is built. */
const modelDigests = (): Record<string, string> =>
  inBoth(
    models.map(({ name, make, example }) => [
      name,
      (dtype) => {
        const model = make(example as never).build({ dtype, seed: 1 })
        try {
          return hash(model.parameters.map((parameter) => parameter.read()))
        } finally {
          model.dispose()
        }
      },
    ]),
  )

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
      ['images', (dtype) => digestOf(equilibriumPropagation(), dtype, { ...tasks.classes, model: images })],
      ['random walk', walking],
      ['lateral weights', (dtype) => digestOf(recurrentBackprop({ gamma: 0 }), dtype, { ...tasks.classes, model: lateral })],
    ]),
    digits: hash([train.x, train.y, test.x, test.y]),
  }
}

function inBoth(tasks: readonly (readonly [name: string, digest: (dtype: DType) => string])[]): Record<string, string> {
  return Object.fromEntries(tasks.flatMap(([name, digest]) => precisions.map((dtype) => [`${name}/${dtype}`, digest(dtype)])))
}

/** The digest of all parameters, the model's and the rule's own, after training. @internal */
export function digestOf(learner: Learner<Model>, dtype: DType, { model: description, loss, batch }: Task): string {
  const model = description.build({ dtype, seed: 1 })
  const optimizer = sgd({ learningRate: 0.05, momentum: 0.9, weightDecay: loss ? 1e-3 : 0 })
  const trainer = createTrainer<Model>(model, { learner, optimizer, seed: 2, ...(loss && { loss }) } as never)
  try {
    for (let step = 0; step < steps; step++) trainer.step(batch)
    return hash([...model.parameters, ...trainer.auxiliaryParameters].map((parameter) => parameter.read()))
  } finally {
    trainer.dispose()
    model.dispose()
  }
}

function everyActivation(dtype: DType): string {
  const layers = activations.map((activation: Activation) => dense(5, activation))
  const network = sequential(inputs, [...layers, dense(outputs)]).build({ dtype, seed: 1 })
  const optimizer = chain(clipNorm(0.5), adam({ learningRate: 0.01 }))
  const trainer = createTrainer(network, { learner: backprop(), loss: binaryCrossEntropy(), optimizer })
  try {
    for (let step = 0; step < steps; step++) trainer.step(tasks.classes.batch)
    return hash(network.parameters.map((parameter) => parameter.read()))
  } finally {
    trainer.dispose()
    network.dispose()
  }
}

/** A rule that acts, in an environment of chance. */
function walking(dtype: DType): string {
  const network = sequential(5, [dense(3, 'sigmoid'), dense(2)]).build({ dtype, seed: 1 })
  const optimizer = sgd({ learningRate: 0.1 })
  const trainer = createTrainer(network, { learner: reinforce(), environment: randomWalk({ slip: 0.25 }), optimizer, seed: 2 })
  try {
    for (let step = 0; step < steps; step++) trainer.step()
    return hash(network.parameters.map((parameter) => parameter.read()))
  } finally {
    trainer.dispose()
    network.dispose()
  }
}

/** Of the numbers; the sign of a NaN is the machine's, and left out. */
const hash = (arrays: readonly FloatArray[]): string =>
  hashOf(
    arrays.map((array) => {
      const canonical = floatArray(array instanceof Float32Array ? 'f32' : 'f64', array.length)
      array.forEach((value, i) => (canonical[i] = Number.isNaN(value) ? NaN : value))
      return new Uint8Array(canonical.buffer)
    }),
  )

/** FNV-1a (Fowler, Noll & Vo) over bytes, in two lanes of 32 bits with their own beginnings. @internal */
export function hashOf(parts: readonly Uint8Array[]): string {
  let a = 0x811c9dc5
  let b = 0xc59d1c81
  for (const bytes of parts)
    for (const byte of bytes) {
      a = Math.imul(a ^ byte, 0x01000193)
      b = Math.imul(b ^ byte, 0x01000193)
    }
  return [a, b].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('')
}
