// What a model's trainer does around a rule.
import { expect, it } from 'vitest'
import { bytesInUse } from '../../src/core/memory.js'
import {
  boltzmannLearning,
  boltzmannMachine,
  contrastiveDivergence,
  createTrainer,
  helmholtzMachine,
  meanFieldLearning,
  rbm,
  rbmLikelihood,
  sgd,
  squaredError,
  wakeSleep,
} from '../../src/index.js'
import { binary, directionOf, withTrainer } from './support.js'

const machine = (seed = 1) => rbm({ visible: 4, hidden: 3 }).build({ dtype: 'f64', seed })
const batch = { x: binary(20, 1), size: 5 }

it('a direction changes nothing: neither parameters, nor what is drawn next', () => {
  for (const learner of [contrastiveDivergence(), contrastiveDivergence({ persistent: 3 })]) {
    const after = (looks: number) =>
      withTrainer(machine(), learner, (trainer) => {
        trainer.step(batch)
        for (let i = 0; i < looks; i++) trainer.direction(batch)
        trainer.step(batch)
        return trainer.model.parameters.flatMap((parameter) => [...parameter.read()])
      })
    expect(after(2)).toEqual(after(0))
  }
})

it('moves by the direction times the rate', () => {
  withTrainer(
    machine(),
    rbmLikelihood(),
    (trainer) => {
      const before = trainer.model.parameters.flatMap((parameter) => [...parameter.read()])
      const direction = directionOf(trainer, batch)
      trainer.step(batch)
      expect(trainer.steps).toBe(1)
      trainer.model.parameters
        .flatMap((parameter) => [...parameter.read()])
        .forEach((value, i) => expect(value).toBeCloseTo(before[i] - 0.25 * direction[i], 14))
    },
    sgd({ learningRate: 0.25 }),
  )
})

it('fits in epochs, the same for the same seed, and batches of any size', async () => {
  const run = async (seed: number) => {
    const model = machine()
    const trainer = createTrainer(model, { learner: contrastiveDivergence(), optimizer: sgd({ learningRate: 0.1 }), seed })
    const steps: number[][] = []
    for await (const { epoch, step, samples, loss } of trainer.fit(batch, { epochs: 2, batchSize: 3 })) {
      steps.push([epoch, step, samples])
      expect(loss).toBeUndefined()
    }
    expect(steps).toEqual([
      [1, 1, 3],
      [1, 2, batch.size - 3],
      [2, 3, 3],
      [2, 4, batch.size - 3],
    ])
    const all = model.parameters.flatMap((parameter) => [...parameter.read()])
    trainer.dispose()
    model.dispose()
    return all
  }
  expect(await run(1)).toEqual(await run(1))
  expect(await run(2)).not.toEqual(await run(1))
})

it('has no loss, and evaluates nothing', () => {
  withTrainer(machine(), rbmLikelihood(), (trainer) => {
    expect(trainer.loss).toBeUndefined()
    expect(trainer.direction(batch).loss).toBeUndefined()
    expect(() => trainer.evaluate({ ...batch, y: [] })).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }))
  })
  const model = machine()
  const taught = { learner: rbmLikelihood(), optimizer: sgd({ learningRate: 0.1 }), loss: squaredError() }
  expect(() => createTrainer(model, taught as never)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }))
  model.dispose()
})

it('weights stand for repetitions', () => {
  const x = binary(8, 3)
  withTrainer(machine(), rbmLikelihood(), (trainer) => {
    const weighted = directionOf(trainer, { x, size: 2, weights: [0.75, 0.25] })
    const repeated = directionOf(trainer, { x: [...x.slice(0, 4), ...x.slice(0, 4), ...x], size: 4 })
    weighted.forEach((value, i) => expect(value).toBeCloseTo(repeated[i], 14))
  })
})

it('leaves no memory behind', () => {
  // The shared workspace of products is made by the first one.
  withTrainer(machine(), rbmLikelihood(), (trainer) => trainer.step(batch))
  const before = bytesInUse()
  for (const learner of [
    contrastiveDivergence(),
    contrastiveDivergence({ expected: true }),
    contrastiveDivergence({ persistent: 2 }),
    rbmLikelihood(),
  ])
    withTrainer(machine(), learner, (trainer) => trainer.step(batch))
  for (const learner of [boltzmannLearning(), boltzmannLearning({ expectations: 'gibbs' }), meanFieldLearning()])
    withTrainer(boltzmannMachine({ visible: 4, hidden: 2 }).build(), learner, (trainer) => trainer.step(batch))
  for (const learner of [wakeSleep(), wakeSleep({ expected: true })])
    withTrainer(helmholtzMachine({ layers: [4, 3] }).build(), learner, (trainer) => {
      trainer.step(batch)
      trainer.model.logLikelihood(batch.x)
    })
  expect(bytesInUse()).toBe(before)
})

it('takes batches that grow and shrink, and writes every row of each', () => {
  const rules = [contrastiveDivergence({ expected: true }), rbmLikelihood()]
  const sizes = [5, 2, 9, 1, 5]
  for (const learner of rules)
    withTrainer(machine(), learner, (trainer) => {
      sizes.forEach((size, i) => {
        const next = { x: binary(4 * size, 10 + i), size }
        const fresh = withTrainer(machine(), learner, (other) => directionOf(other, next))
        expect(directionOf(trainer, next), `${learner.name}, ${size} rows`).toEqual(fresh)
      })
    })
})

it('a step that fails leaves no trace: the next one draws its samples', () => {
  const after = (failing: boolean) => {
    let broken = false
    const optimizer = sgd({ learningRate: () => (broken ? NaN : 0.1), momentum: 0.9 })
    return withTrainer(
      machine(),
      contrastiveDivergence({ persistent: 3 }),
      (trainer) => {
        trainer.step(batch)
        if (failing) {
          broken = true
          expect(() => trainer.step(batch)).toThrow('learningRate')
          broken = false
          expect(trainer.steps).toBe(1)
        }
        trainer.step(batch)
        return trainer.model.parameters.flatMap((parameter) => [...parameter.read()])
      },
      optimizer,
    )
  }
  expect(after(true)).toEqual(after(false))
})

it('checks at the door, and writes nothing then', () => {
  withTrainer(machine(), rbmLikelihood(), (trainer) => {
    const before = trainer.model.parameters[0].read()
    expect(() => trainer.step({ x: [1, 0, 1], size: 1 })).toThrow(expect.objectContaining({ code: 'SHAPE' }))
    expect(() => trainer.step({ x: [...batch.x, 1], size: 6 })).toThrow(expect.objectContaining({ code: 'SHAPE' }))
    expect(() => trainer.step({ x: [1, 0, 1, 2], size: 1 })).toThrow('row 0, column 3')
    expect(() => trainer.step({ x: [1, 0, 1, NaN], size: 1 })).toThrow(expect.objectContaining({ code: 'NOT_FINITE' }))
    expect(() => trainer.step({ x: [1, 0, 1, 0], size: 2 })).toThrow('size')
    expect(() => trainer.step({ ...batch, weights: [1, 1, 1, 1, 1] })).toThrow('a sum of 1')
    expect(() => trainer.direction(batch).of('nothing')).toThrow('weight, visibleBias, hiddenBias')
    expect(trainer.model.parameters[0].read()).toEqual(before)
  })
  const gone = machine()
  gone.dispose()
  expect(() => createTrainer(gone, { learner: rbmLikelihood(), optimizer: sgd({ learningRate: 1 }) })).toThrow(
    expect.objectContaining({ code: 'DISPOSED' }),
  )
  expect(() => createTrainer({} as never, { learner: rbmLikelihood(), optimizer: sgd({ learningRate: 1 }) })).toThrow('another model')
})
