// One number for all bits that training makes: each rule, in each precision, after 200 steps on a small fixed task.
// The same on every runtime, or the promise is broken; test/digests.json holds what they are.
import { floatArray, type DType, type FloatArray } from '../core/dtype.js'
import { philox } from '../core/philox.js'
import { dense } from '../layers/dense.js'
import { sequential } from '../layers/network.js'
import type { Batch } from '../learners/estimator.js'
import type { Learner } from '../learners/learner.js'
import { registry } from '../learners/registry.js'
import { crossEntropy } from '../losses/cross-entropy.js'
import { sgd } from '../optimizers/sgd.js'
import { createTrainer } from '../training/trainer.js'

const inputs = 6
const outputs = 3
const samples = 8
const steps = 200

/** A digest for each variant of each rule and each precision, by `label/dtype`. */
export function ruleDigests(): Record<string, string> {
  const digests: Record<string, string> = {}
  for (const { variants } of registry)
    for (const { label, learner } of variants)
      for (const dtype of ['f32', 'f64'] as const) digests[`${label}/${dtype}`] = digestOf(learner, dtype)
  return digests
}

/** The digest of all parameters, the network's and the rule's own, after training. */
export function digestOf(learner: Learner, dtype: DType): string {
  // So weakly coupled that networks that settle stay far from where their fixed points split.
  const initialization = { law: 'lecunNormal', gain: 0.3 } as const
  const layers = [dense(7, 'tanh', { initialization }), dense(5, 'sigmoid', { initialization }), dense(outputs, 'identity', { initialization })]
  const network = sequential(inputs, layers).build({ dtype, seed: 1 })
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
