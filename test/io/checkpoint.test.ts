// Training that was saved and resumed is training that was never stopped, to the bit.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bytesInUse } from '../../src/core/memory.js'
import { digits } from '../../src/data/index.js'
import {
  adam, backprop, chain, clipNorm, createTrainer, crossEntropy, dense, type Learner, type Optimizer, feedbackAlignment,
  readSafetensors, resume, save, sequential, sgd, squaredError, type Trainer, writeSafetensors,
} from '../../src/index.js'
import { registry } from '../../src/learners/registry.js'

const data = digits().train.first(30)
const fitting = { epochs: 3, batchSize: 8 }
const description = sequential(64, [
  dense(6, 'tanh'), dense(10, 'identity', { initialization: { law: 'lecunNormal', gain: 0.3 } }),
])

const optimizers: Record<string, () => Optimizer> = {
  sgd: () => sgd({ learningRate: 0.02 }),
  'sgd with momentum': () => sgd({ learningRate: 0.02, momentum: 0.9 }),
  adam: () => adam({ learningRate: 1e-3 }),
  'clipNorm and adam': () => chain(clipNorm(0.1), adam({ learningRate: 1e-3 })),
}

const start = (learner: Learner, optimizer: Optimizer, dtype: 'f32' | 'f64' = 'f32'): Trainer =>
  createTrainer(description.build({ dtype, seed: 3 }), { learner, loss: crossEntropy(), optimizer, seed: 5 })

/** Fits for `steps` steps at most. */
async function fit(trainer: Trainer, steps = Infinity): Promise<void> {
  if (steps === 0) return
  for await (const { step } of trainer.fit(data, { ...fitting, from: trainer.position })) if (step === steps) break
}

/** `toEqual` on long arrays takes a hundred times as long. */
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

function end(trainer: Trainer): void {
  trainer.dispose()
  trainer.network.dispose()
}

const cases = registry.flatMap(({ name, recipe: { learner } }) =>
  Object.entries(optimizers).flatMap(([optimizer, make]) => (['f32', 'f64'] as const).map((dtype) => ({ name, learner, optimizer, make, dtype }))),
)

describe('resumed training equals uninterrupted training', () => {
  it.each(cases)('$name, $optimizer, $dtype', async ({ learner, make, dtype }) => {
    const whole = start(learner, make(), dtype)
    await fit(whole)
    expect(whole.steps).toBe(12)
    const ended = save(whole)
    for (const stop of [0, 3, 4, 6]) { // before the first step, in an epoch, between two, in the second
      const first = start(learner, make(), dtype)
      await fit(first, stop)
      const bytes = save(first)
      end(first)
      const { network, trainer, position } = resume(bytes, { learner, loss: crossEntropy(), optimizer: make() })
      expect(position).toEqual({ epoch: stop < 4 ? 1 : 2, examples: (stop % 4) * 8 })
      expect(network.dtype).toBe(dtype)
      expect(same(save(trainer), bytes)).toBe(true)
      await fit(trainer)
      expect(same(save(trainer), ended)).toBe(true)
      end(trainer)
    }
    end(whole)
  })

  it('in a new process too', async () => {
    const options = { learner: feedbackAlignment(), optimizer: adam({ learningRate: 1e-3 }) }
    const whole = start(options.learner, options.optimizer)
    const first = start(options.learner, options.optimizer)
    await fit(whole)
    await fit(first, 6)
    const folder = mkdtempSync(join(tmpdir(), 'ngrad-'))
    writeFileSync(join(folder, 'begun.safetensors'), save(first))
    execFileSync(process.execPath, ['--input-type=module', '-e', `
      import { readFileSync, writeFileSync } from 'node:fs'
      import { adam, crossEntropy, feedbackAlignment, resume, save } from 'ngrad'
      import { digits } from 'ngrad/data'
      const { trainer, position } = resume(readFileSync('${folder}/begun.safetensors').subarray(), {
        learner: feedbackAlignment(), loss: crossEntropy(), optimizer: adam({ learningRate: 1e-3 }) })
      for await (const _ of trainer.fit(digits().train.first(30), { epochs: 3, batchSize: 8, from: position }));
      writeFileSync('${folder}/ended.safetensors', save(trainer))`])
    expect(same(readFileSync(join(folder, 'ended.safetensors')), save(whole))).toBe(true)
    rmSync(folder, { recursive: true })
    end(whole)
    end(first)
  })
})

describe('a checkpoint', () => {
  const options = { learner: backprop(), loss: crossEntropy(), optimizer: adam() }
  const trainer = start(backprop(), adam())
  const bytes = save(trainer)

  it('names the parameters as the network does, and describes it', () => {
    const { tensors, metadata } = readSafetensors(bytes)
    expect([...tensors.keys()].sort()).toEqual([
      'layers.0.bias', 'layers.0.weight', 'layers.1.bias', 'layers.1.weight', 'optimizer.network.m', 'optimizer.network.v',
    ])
    expect(tensors.get('layers.0.weight')).toMatchObject({ dtype: 'F32', shape: [6, 64] })
    expect(JSON.parse(metadata.get('network')!).layers[0].slice(0, 2)).toEqual(['dense', 6])
  })

  it('is refused, and nothing is kept, for another learner, loss or optimizer', () => {
    const before = bytesInUse()
    const wrong = [
      { ...options, learner: feedbackAlignment() }, { ...options, loss: squaredError() }, { ...options, optimizer: sgd({ learningRate: 1 }) },
    ]
    for (const other of wrong) expect(() => resume(bytes, other)).toThrow(expect.objectContaining({ code: 'FORMAT' }))
    expect(() => resume(bytes, {} as never)).toThrow(expect.objectContaining({ code: 'TYPE' }))
    expect(bytesInUse()).toBe(before)
  })

  it('is refused when a description asks for more than the file holds, before memory is taken', () => {
    const { tensors, metadata } = readSafetensors(bytes)
    const network = JSON.stringify({ inputs: [2 ** 24], layers: [['dense', 2 ** 24], ['dense', 10]] })
    const hostile = writeSafetensors({ tensors, metadata: new Map([...metadata, ['network', network]]) })
    expect(() => resume(hostile, options)).toThrow(expect.objectContaining({ code: 'FORMAT' }))
  })

  it('is not made of a disposed trainer', () => {
    end(trainer)
    expect(() => save(trainer)).toThrow(expect.objectContaining({ code: 'DISPOSED' }))
  })
})
