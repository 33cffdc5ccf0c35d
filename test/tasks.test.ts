// What every form of every rule must do on its task, whatever model it is for: a new row is tested here without a new line.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { bytesInUse, memoryViews } from '../src/core/memory.js'
import { createTrainer, type DType, type Examples, type Learner, type Model, resume, save, sgd, type Trainer } from '../src/index.js'
import * as library from '../src/index.js'
import { registry } from '../src/learners/registry.js'
import { type Task, tasks } from '../src/learners/tasks.js'
import { failEach } from './support/fail-each.js'
import { everyTask } from './support/rules.js'

afterEach(() => vi.restoreAllMocks())

const optimizer = () => sgd({ learningRate: 0.01, momentum: 0.9 })

function begin({ model, loss }: Task, learner: Learner<Model>, dtype: DType, seed = 3): Trainer<Model> {
  return createTrainer<Model>(model.build({ dtype, seed: 1 }), { learner, optimizer: optimizer(), seed, ...(loss && { loss }) } as never)
}

/** A network's checkpoint says its layers; the description of another model is given. */
function goOn(bytes: Uint8Array, { model, loss }: Task, learner: Learner<Model>): Trainer<Model> {
  const options = { learner, optimizer: optimizer() }
  return ('layers' in model ? resume(bytes, { ...options, ...(loss && { loss }) } as never) : resume(bytes, { ...options, model })).trainer
}

function end(trainer: Trainer<Model>): void {
  trainer.dispose()
  trainer.model.dispose()
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** As many samples of the task, from the first. */
function first(task: Task, size: number): Examples {
  const { x, y = [] } = task.batch as Examples & { y?: ArrayLike<number> }
  const part = (values: ArrayLike<number>): number[] => Array.from(values).slice(0, (values.length / task.batch.size) * size)
  return { x: part(x), size, ...(task.loss && { y: part(y) }) }
}

describe('the list of rules', () => {
  // What makes a learner is told by what it makes: each function is called without options, if it can be.
  const makers = Object.entries(library).filter(([, value]) => {
    try {
      return typeof value === 'function' && typeof (value as () => { attach?: unknown })()?.attach === 'function'
    } catch {
      return false
    }
  })

  it('is all functions that make learners, each once', () => {
    expect(registry.map(({ name }) => name).sort()).toEqual(makers.map(([name]) => name).sort())
  })

  it('calls them by their names', () => {
    for (const { name, variants } of registry) for (const { learner } of variants) expect(learner.name).toBe(name)
  })
})

describe.each(everyTask)('$name', ({ learner, task: named, dtype }) => {
  const task: Task = tasks[named]
  const batch = task.batch
  const run = (steps: number, seed?: number): Uint8Array => {
    const trainer = begin(task, learner, dtype, seed)
    for (let step = 0; step < steps; step++) trainer.step(batch)
    const bytes = save(trainer)
    end(trainer)
    return bytes
  }

  it('gives the same bits for the same seed, and learns', () => {
    const [before, after] = [run(0), run(20)]
    expect(same(after, run(20))).toBe(true)
    expect(same(before, after)).toBe(false)
  })

  it('changes nothing when it only estimates', () => {
    const trainer = begin(task, learner, dtype)
    for (let step = 0; step < 5; step++) {
      trainer.direction(first(task, 1 + step))
      trainer.step(batch)
    }
    expect(same(save(trainer), run(5))).toBe(true)
    end(trainer)
  })

  it.each([0, 1, 3])('resumed after %i steps it goes on to the bit', (steps) => {
    const trainer = goOn(run(steps), task, learner)
    expect(trainer.steps).toBe(steps)
    for (let step = steps; step < 6; step++) trainer.step(batch)
    expect(same(save(trainer), run(6))).toBe(true)
    end(trainer)
  })

  it('returns every byte, and keeps none from step to step', () => {
    const held = bytesInUse()
    const trainer = begin(task, learner, dtype)
    for (const size of [3, 8]) trainer.step(first(task, size))
    const before = [bytesInUse(), memoryViews().u8.length]
    for (let step = 0; step < 100; step++) trainer.step(batch)
    expect([bytesInUse(), memoryViews().u8.length]).toEqual(before)
    end(trainer)
    expect(bytesInUse()).toBe(held)
  })

  it.runIf(dtype === 'f32')('is as it was where memory runs out, at any moment', () => {
    const bytes = run(1)
    const held = bytesInUse()
    const unleaked = (): void => expect(bytesInUse()).toBe(held)
    expect(
      failEach(
        () => task.model.build({ dtype, seed: 1 }),
        unleaked,
        (model) => model.dispose(),
      ),
    ).toBeGreaterThan(0)
    const model = task.model.build({ dtype, seed: 1 })
    const withModel = bytesInUse()
    const options = { learner, optimizer: optimizer(), ...(task.loss && { loss: task.loss }) } as never
    const create = (): Trainer<Model> => createTrainer<Model>(model, options)
    expect(
      failEach(
        create,
        () => expect(bytesInUse()).toBe(withModel),
        (trainer) => trainer.dispose(),
      ),
    ).toBeGreaterThan(0)
    model.dispose()
    expect(failEach(() => goOn(bytes, task, learner), unleaked, end)).toBeGreaterThan(1)
    const [trainer, untouched] = [begin(task, learner, dtype), begin(task, learner, dtype)]
    const before = save(trainer)
    failEach(
      () => trainer.step(batch),
      () => expect(same(save(trainer), before)).toBe(true),
      () => {},
    )
    untouched.step(batch)
    expect(same(save(trainer), save(untouched))).toBe(true)
    end(trainer)
    end(untouched)
    unleaked()
  })
})
