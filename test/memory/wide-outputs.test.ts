// Rows of outputs longer than any scratch the core has: 311,360 floats fill the workspace of the products.
import { afterEach, describe, expect, it } from 'vitest'
import { memoryViews, Region } from '../../src/core/memory.js'
import { operations } from '../../src/core/operations.js'
import { getCore } from '../../src/core/wasm.js'
import { createTrainer, crossEntropy, dense, type Network, sequential, sgd } from '../../src/index.js'
import { classifiers } from '../../src/learners/registry.js'
import { dtypes } from '../support/teaching.js'

const workspaceBytes = (): number => getCore().kernels.gemmWorkspace()
/** All weights' bits. */
const bytesOf = ({ parameters }: Network): Uint8Array[] => parameters.map((parameter) => new Uint8Array(parameter.read().buffer))
const made: { dispose(): void }[] = []
afterEach(() =>
  made
    .splice(0)
    .reverse()
    .forEach((one) => one.dispose()),
)
const keep = <T extends { dispose(): void }>(one: T): T => (made.push(one), one)

describe.each(dtypes)('in %s', (dtype) => {
  const outputs = workspaceBytes() / (dtype === 'f32' ? 4 : 8) + 1

  it('the workspace is as large as the tests of thresholds take it for', () =>
    expect(outputs - 1).toBe(dtype === 'f32' ? 311_360 : 155_680))

  it.each(['squaredError', 'crossEntropy', 'binaryCrossEntropy'] as const)('%s without errors writes nothing', (loss) => {
    const region = keep(new Region('test'))
    const ops = operations(dtype)
    const [h, y] = [region.matrix(dtype, 2, outputs), region.matrix(dtype, 2, outputs)]
    y.fill(1 / outputs)
    const everything = memoryViews().u8
    everything.fill(0x5a, ops.workspace, ops.workspace + workspaceBytes())
    const before = everything.slice()
    ops[loss](h, y, null, null)
    expect(Buffer.compare(memoryViews().u8, before)).toBe(0)
  })

  it.each(classifiers.map(({ name, variants }) => [name, variants.filter(({ task }) => task === undefined)] as const))(
    '%s: evaluate and direction change no weight',
    (_, variants) => {
      const y = new Float32Array(outputs).fill(0)
      y[outputs - 1] = 1
      for (const { learner } of variants) {
        const network: Network = keep(
          sequential(1, [dense(2, 'tanh'), dense(outputs, 'identity', { initialization: { law: 'lecunNormal', gain: 0.001 } })]).build({
            dtype,
            seed: 1,
          }),
        )
        const trainer = keep(createTrainer(network, { learner, loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }), seed: 1 }))
        const before = bytesOf(network)
        const { loss } = trainer.evaluate({ x: [1], y, size: 1 })
        expect(loss).toBeCloseTo(Math.log(outputs), 1)
        trainer.direction({ x: [1], y, size: 1 })
        expect(bytesOf(network).map((bytes, i) => Buffer.compare(bytes, before[i]))).toEqual(before.map(() => 0))
        made
          .splice(0)
          .reverse()
          .forEach((one) => one.dispose())
      }
    },
  )
})
