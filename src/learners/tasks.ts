// The small tasks that rules are taught to see what they make of them: a model, a batch, an objective. All numbers are told to
// either precision exactly.
import { philox } from '../core/philox.js'
import { dense } from '../layers/dense.js'
import { crossEntropy } from '../losses/cross-entropy.js'
import type { Objective } from '../losses/loss.js'
import { reward } from '../losses/reward.js'
import { squaredError } from '../losses/squared-error.js'
import { associativeMemory } from '../models/associative-memory.js'
import { boltzmannMachine } from '../models/boltzmann-machine.js'
import { helmholtzMachine } from '../models/helmholtz-machine.js'
import type { Model, ModelDescription } from '../models/model.js'
import { type NetworkDescription, sequential } from '../models/network.js'
import { predictiveHierarchy } from '../models/predictive-hierarchy.js'
import { rbm } from '../models/rbm.js'
import { synapses } from '../models/synapses.js'
import type { Batch, Examples } from './batch.js'

export interface Task {
  readonly model: ModelDescription<Model>
  /** Of networks. */
  readonly loss?: Objective
  readonly batch: Batch | Examples
}

const inputs = 6
const outputs = 3
const samples = 8

/** So weakly coupled that networks that settle stay far from where their fixed points split. */
export const weak = { law: 'lecunNormal', gain: 0.3 } as const

/** Eight samples in [-1, 1), in 24 bits that both precisions hold, each of the class of its number modulo 3. */
export const classes: Batch = {
  x: Float64Array.from({ length: samples * inputs }, (_, i) => (philox([i, 0, 0, 0], [7, 7])[0] >>> 8) / 0x80_0000 - 1),
  y: Float64Array.from({ length: samples * outputs }, (_, i) => (Math.floor(i / outputs) % outputs === i % outputs ? 1 : 0)),
  size: samples,
}
/** The samples, at 0 where they are below 0, else at 1. */
const binary: Examples = { x: Array.from(classes.x, (value) => (value < 0 ? 0 : 1)), size: samples }

const layered: NetworkDescription = sequential(inputs, [
  dense(7, 'tanh', { initialization: weak }),
  dense(5, 'sigmoid', { initialization: weak }),
  dense(outputs, 'identity', { initialization: weak }),
])

export const tasks = {
  classes: { model: layered, loss: crossEntropy(), batch: classes },
  values: { model: layered, loss: squaredError(), batch: classes },
  autoencoder: {
    model: sequential(inputs, [dense(4, 'sigmoid'), dense(inputs)]),
    loss: squaredError(),
    batch: { ...binary, y: binary.x },
  },
  patterns: { model: sequential(inputs, [dense(2)]), batch: { x: classes.x, size: samples } },
  payoffs: { model: sequential(inputs, [dense(4, 'sigmoid'), dense(outputs)]), loss: reward(), batch: classes },
  memory: {
    model: associativeMemory({ units: inputs }),
    batch: { x: Array.from(classes.x, (value) => (value < 0 ? -1 : 1)), size: samples },
  },
  trains: { model: synapses({ pre: 4, post: 2 }), batch: binary },
  boltzmann: { model: boltzmannMachine({ visible: inputs, hidden: 4, inputs: 2 }), batch: binary },
  rbm: { model: rbm({ visible: inputs, hidden: 4, deviation: 0.1 }), batch: binary },
  helmholtz: { model: helmholtzMachine({ layers: [inputs, 3, 2] }), batch: binary },
  hierarchy: { model: predictiveHierarchy({ layers: [inputs, 4, 2] }), batch: binary },
} as const satisfies Record<string, Task>

export type TaskName = keyof typeof tasks
