// Training that was saved and resumed is training that was never stopped, to the bit.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bytesInUse } from '../../src/core/memory.js'
import { digits } from '../../src/data/index.js'
import * as ngrad from '../../src/index.js'
import {
  adam,
  backprop,
  createTrainer,
  crossEntropy,
  dense,
  type Learner,
  type Optimizer,
  feedbackAlignment,
  readSafetensors,
  resume,
  save,
  sequential,
  sgd,
  squaredError,
  type Trainer,
  writeSafetensors,
} from '../../src/index.js'
import { classifiers } from '../../src/learners/registry.js'
import { dataOf, fit, optimizersOf } from './teaching.mjs'
import { variants } from '../support/rules.js'
import { scratchFolder } from '../support/scratch.js'

const data = dataOf({ digits })
const optimizers: Record<string, () => Optimizer> = optimizersOf(ngrad)
const description = sequential(64, [dense(6, 'tanh'), dense(10, 'identity', { initialization: { law: 'lecunNormal', gain: 0.3 } })])

const start = (learner: Learner, optimizer: Optimizer, dtype: 'f32' | 'f64' = 'f32'): Trainer =>
  createTrainer(description.build({ dtype, seed: 3 }), { learner, loss: crossEntropy(), optimizer, seed: 5 })

/** `toEqual` on long arrays takes a hundred times as long. */
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

function end(trainer: Trainer): void {
  trainer.dispose()
  trainer.network.dispose()
}

const dtypes = ['f32', 'f64'] as const
const cases = classifiers.flatMap(({ name, recipe: { learner } }) =>
  Object.entries(optimizers).flatMap(([optimizer, make]) => dtypes.map((dtype) => ({ name, learner, optimizer, make, dtype }))),
)
const otherForms = variants.flatMap(({ label, learner }) =>
  dtypes.map((dtype) => ({ name: label, learner, optimizer: 'adam', make: optimizers.adam, dtype })),
)
/** Stopped before the first step, in an epoch, between two, and in the second. */
const stops = [0, 3, 4, 6]

describe('resumed training equals uninterrupted training', () => {
  const folder = scratchFolder()
  const inNewProcess = new Map<string, Uint8Array>()

  it.each([...cases, ...otherForms])('$name, $optimizer, $dtype', async (one) => {
    const { name, learner, optimizer, make, dtype } = one
    const whole = start(learner, make(), dtype)
    await fit(whole, data)
    expect(whole.steps).toBe(12)
    const ended = save(whole)
    for (const stop of stops) {
      const first = start(learner, make(), dtype)
      await fit(first, data, stop)
      const bytes = save(first)
      end(first)
      const { network, trainer, position } = resume(bytes, { learner, loss: crossEntropy(), optimizer: make() })
      expect(position).toEqual({ epoch: stop < 4 ? 1 : 2, examples: (stop % 4) * 8, before: 0 })
      expect(network.dtype).toBe(dtype)
      expect(same(save(trainer), bytes)).toBe(true)
      await fit(trainer, data)
      expect(same(save(trainer), ended)).toBe(true)
      end(trainer)
      if (stop !== 6 || !cases.includes(one)) continue
      const file = `${name}, ${optimizer}, ${dtype}`
      writeFileSync(join(folder, file), bytes)
      inNewProcess.set(file, ended)
    }
    end(whole)
  })

  it('in a new process too, every rule with every optimizer in either precision', () => {
    expect(inNewProcess.size).toBe(cases.length)
    execFileSync(process.execPath, ['test/io/resume-all.mjs', folder])
    const different = [...inNewProcess].filter(([file, ended]) => !same(readFileSync(join(folder, file)), ended)).map(([file]) => file)
    expect(different).toEqual([])
  })
})

describe('a checkpoint', () => {
  const options = { learner: backprop(), loss: crossEntropy(), optimizer: adam() }
  const trainer = start(backprop(), adam())
  const bytes = save(trainer)

  it('names the parameters as the network does, and describes it', () => {
    const { tensors, metadata } = readSafetensors(bytes)
    expect([...tensors.keys()].sort()).toEqual([
      'layers.0.bias',
      'layers.0.weight',
      'layers.1.bias',
      'layers.1.weight',
      'optimizer.network.m',
      'optimizer.network.v',
    ])
    expect(tensors.get('layers.0.weight')).toMatchObject({ dtype: 'F32', shape: [6, 64] })
    expect(JSON.parse(metadata.get('network')!).layers[0].slice(0, 2)).toEqual(['dense', 6])
  })

  it('is refused, and nothing is kept, for another learner, loss or optimizer', () => {
    const before = bytesInUse()
    const wrong = [
      { ...options, learner: feedbackAlignment() },
      { ...options, loss: squaredError() },
      { ...options, optimizer: sgd({ learningRate: 1 }) },
    ]
    for (const other of wrong) expect(() => resume(bytes, other)).toThrow(expect.objectContaining({ code: 'FORMAT' }))
    expect(() => resume(bytes, { ...options, model: sequential(64, [dense(10)]) } as never)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED', expected: 'none, for a network, which its file describes' }),
    )
    expect(() => resume(bytes, {} as never)).toThrow(expect.objectContaining({ code: 'TYPE' }))
    expect(bytesInUse()).toBe(before)
  })

  it('is refused when a description asks for more than the file holds, before memory is taken', () => {
    const { tensors, metadata } = readSafetensors(bytes)
    const network = JSON.stringify({
      inputs: [2 ** 24],
      layers: [
        ['dense', 2 ** 24],
        ['dense', 10],
      ],
    })
    const hostile = writeSafetensors({ tensors, metadata: new Map([...metadata, ['network', network]]) })
    expect(() => resume(hostile, options)).toThrow(expect.objectContaining({ code: 'FORMAT' }))
  })

  it('is not made of a disposed trainer', () => {
    end(trainer)
    expect(() => save(trainer)).toThrow(expect.objectContaining({ code: 'DISPOSED' }))
  })
})
