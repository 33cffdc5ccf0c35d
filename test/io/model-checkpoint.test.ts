// Stochastic models that were saved and resumed are models that were never stopped, to the bit.
import { describe, expect, it } from 'vitest'
import { bytesInUse } from '../../src/core/memory.js'
import * as ngrad from '../../src/index.js'
import {
  boltzmannLearning,
  boltzmannMachine,
  contrastiveDivergence,
  createTrainer,
  helmholtzMachine,
  type Model,
  type ModelDescription,
  type Learner,
  type Trainer,
  type Optimizer,
  rbm,
  rbmLikelihood,
  resume,
  save,
  wakeSleep,
} from '../../src/index.js'
import { binary } from '../models/support.js'
import { optimizersOf } from './teaching.mjs'

const data = { x: binary(30 * 5, 1), size: 30 }
const fitting = { epochs: 3, batchSize: 8 }
const machine = boltzmannMachine({ visible: 5, hidden: 3 })
const restricted = rbm({ visible: 5, hidden: 4 })
const rules: [string, ModelDescription<Model>, Learner<never>][] = [
  ['contrastiveDivergence (persistent)', restricted, contrastiveDivergence({ persistent: 6 })],
  ['wakeSleep', helmholtzMachine({ layers: [5, 3, 2] }), wakeSleep()],
]
const optimizers: Record<string, () => Optimizer> = optimizersOf(ngrad)

async function fit(trainer: Trainer<Model>, steps = Infinity): Promise<void> {
  if (steps === 0) return
  for await (const { step } of trainer.fit(data, { ...fitting, from: trainer.position })) if (step === steps) return
}

function end(trainer: Trainer<Model>): void {
  trainer.dispose()
  trainer.model.dispose()
}

const cases = rules.flatMap(([name, description, learner]) =>
  Object.entries(optimizers).flatMap(([optimizer, make]) =>
    (['f32', 'f64'] as const).map((dtype) => ({ name, description, learner: learner, optimizer, make, dtype })),
  ),
)

describe('resumed training of a model equals uninterrupted training', () => {
  it.each(cases)('$name, $optimizer, $dtype', async ({ description, learner, make, dtype }) => {
    const start = () => createTrainer(description.build({ dtype, seed: 3 }), { learner, optimizer: make(), seed: 5 })
    const whole = start()
    await fit(whole)
    expect(whole.steps).toBe(12)
    const ended = save(whole)
    end(whole)
    for (const stop of [0, 3, 4, 6]) {
      const first = start()
      await fit(first, stop)
      const bytes = save(first)
      end(first)
      const { trainer, position } = resume(bytes, { model: description, learner, optimizer: make() })
      expect(position).toEqual({ epoch: stop < 4 ? 1 : 2, examples: (stop % 4) * 8, before: 0 })
      expect(Buffer.compare(save(trainer), bytes)).toBe(0)
      await fit(trainer)
      expect(Buffer.compare(save(trainer), ended)).toBe(0)
      end(trainer)
    }
  })
})

it('a checkpoint of another model, learner or optimizer is refused, and nothing is kept', () => {
  const make = optimizers.adam
  const trainer = createTrainer(restricted.build(), { learner: contrastiveDivergence({ persistent: 6 }), optimizer: make() })
  const bytes = save(trainer)
  const options = { learner: contrastiveDivergence({ persistent: 6 }), optimizer: make() }
  const before = bytesInUse()
  const refused: [ModelDescription<Model>, object][] = [
    [machine, { learner: boltzmannLearning(), optimizer: make() }],
    [rbm({ visible: 5, hidden: 3 }), options],
    [restricted, { ...options, learner: rbmLikelihood() }],
    [restricted, { ...options, learner: contrastiveDivergence({ persistent: 5 }) }],
    [restricted, { ...options, learner: contrastiveDivergence() }],
    [restricted, { ...options, optimizer: optimizers.sgd() }],
  ]
  for (const [description, others] of refused)
    expect(() => resume(bytes, { model: description, ...others } as never)).toThrow(expect.objectContaining({ code: 'FORMAT' }))
  expect(() => resume(bytes, { model: {}, ...options } as never)).toThrow(expect.objectContaining({ code: 'TYPE' }))
  expect(bytesInUse()).toBe(before)
  end(trainer)
  expect(() => save(trainer)).toThrow(expect.objectContaining({ code: 'DISPOSED' }))
})
