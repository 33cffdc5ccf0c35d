// Layers taught by optimizers of their own, or not at all; directions that the caller applies; steps over several batches.
import { describe, expect, it } from 'vitest'
import {
  adam,
  accumulate,
  apply,
  backprop,
  byLayer,
  contrastiveDivergence,
  createTrainer,
  crossEntropy,
  dense,
  type DType,
  equilibriumPropagation,
  feedbackAlignment,
  kolenPollack,
  type Learner,
  type Network,
  rbm,
  reinforce,
  resume,
  reward,
  save,
  sequential,
  sgd,
  squaredError,
  type Trainer,
  type TrainerOptions,
} from '../../src/index.js'
import { relativeError } from '../support/numbers.js'
import { batchFor, bits, everythingOf, parametersOf } from '../support/teaching.js'

const build = (dtype: DType = 'f64'): Network => sequential(4, [dense(6, 'tanh'), dense(5, 'tanh'), dense(3)]).build({ dtype, seed: 2 })
const teach = (options: Partial<TrainerOptions> = {}, dtype: DType = 'f64'): Trainer =>
  createTrainer(build(dtype), { learner: backprop(), loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }), seed: 4, ...options })
const batch = batchFor({ inputs: 4, outputs: 3 } as never, 10, 'classes')
const valuesOf = (trainer: Trainer, name: string): number[] =>
  Array.from(trainer.network.parameters.find((parameter) => parameter.name === name)!.read())

describe('layers', () => {
  it('of their own move by their own rates: theta - rate G', () => {
    const trainer = teach({ optimizer: byLayer(sgd({ learningRate: 0.1 }), { 1: sgd({ learningRate: 0.3 }), 2: 'frozen' }) })
    const before = trainer.network.parameters.map(({ name }) => [name, valuesOf(trainer, name)] as const)
    const direction = trainer.direction(batch)
    trainer.step(batch)
    const rates = [0.1, 0.3, 0]
    for (const [name, values] of before) {
      const rate = rates[Number(name.split('.')[1])]
      const g = direction.of(name)
      values.forEach((value, i) => expect(valuesOf(trainer, name)[i]).toBeCloseTo(value - rate * g[i], 14))
    }
  })

  it('that are frozen keep their bits through any number of steps, decay included', () => {
    const trainer = teach({ optimizer: byLayer(adam({ weightDecay: 0.1 }), { 0: 'frozen' }) })
    const before = [valuesOf(trainer, 'layers.0.weight'), valuesOf(trainer, 'layers.1.weight')]
    for (let step = 0; step < 20; step++) trainer.step(batch)
    expect(valuesOf(trainer, 'layers.0.weight')).toEqual(before[0])
    expect(valuesOf(trainer, 'layers.1.weight')).not.toEqual(before[1])
  })

  it('that all have the same optimizer do what one group does, to the bit', () => {
    for (const dtype of ['f32', 'f64'] as const) {
      const optimizer = adam({ learningRate: 0.03, weightDecay: 0.01 })
      const [one, three] = [
        teach({ optimizer }, dtype),
        teach({ optimizer: byLayer(optimizer, { 1: adam({ learningRate: 0.03, weightDecay: 0.01 }) }) }, dtype),
      ]
      for (let step = 0; step < 20; step++) for (const trainer of [one, three]) trainer.step(batch)
      expect(bits(parametersOf(three.network))).toBe(bits(parametersOf(one.network)))
    }
  })

  it('are resumed to the bit, with the same layers', () => {
    const options = {
      learner: equilibriumPropagation(),
      optimizer: byLayer(adam(), { 0: 'frozen', 2: sgd({ learningRate: 0.1, momentum: 0.9 }) }),
    } as const
    const trainer = teach(options)
    for (let step = 0; step < 5; step++) trainer.step(batch)
    const { trainer: resumed } = resume(save(trainer), { loss: crossEntropy(), ...options })
    for (let step = 0; step < 5; step++) for (const each of [trainer, resumed]) each.step(batch)
    expect(bits(everythingOf(resumed))).toBe(bits(everythingOf(trainer)))
    expect(() => resume(save(trainer), { loss: crossEntropy(), learner: options.learner, optimizer: adam() })).toThrow(
      expect.objectContaining({ code: 'FORMAT' }),
    )
  })

  it('refuse a step that would overflow in one of them, and change nothing', () => {
    const optimizer = byLayer(sgd({ learningRate: 0.1 }), { 2: sgd({ learningRate: 1e308 }) })
    const trainer = teach({ optimizer })
    const before = bits(everythingOf(trainer))
    const targets = { ...batch, y: Array.from(batch.y, () => 1e9) }
    const other = createTrainer(trainer.network, {
      learner: backprop(),
      loss: squaredError(),
      optimizer,
    })
    expect(() => other.step(targets)).toThrow(expect.objectContaining({ code: 'NOT_FINITE' }))
    expect(bits(everythingOf(trainer))).toBe(before)
  })

  it('are each looked at, whichever grows', () => {
    for (const fast of [0, 1, 2]) {
      const slow = sgd({ learningRate: 1e-30 })
      const trainer = teach({ optimizer: byLayer(slow, { [fast]: sgd({ learningRate: 1 }) }) }, 'f32')
      const upwards = {
        of: (name: string) =>
          trainer.network.parameters
            .find((one) => one.name === name)!
            .read()
            .fill(-1e38),
      }
      for (let step = 0; step < 3; step++) apply(trainer, upwards)
      expect(() => apply(trainer, upwards)).toThrow(expect.objectContaining({ code: 'NOT_FINITE' }))
      expect(trainer.steps).toBe(3)
      expect(parametersOf(trainer.network).every(Number.isFinite)).toBe(true)
    }
  })

  it('are refused where there are none such, and where a rule’s own parameters follow all', () => {
    const refused = (layers: unknown, learner: Learner = backprop()) =>
      expect(() => teach({ learner, optimizer: byLayer(adam(), layers as never) }))
    refused({ 3: 'frozen' }).toThrow(expect.objectContaining({ code: 'RANGE' }))
    refused({ first: 'frozen' }).toThrow(expect.objectContaining({ code: 'NOT_FINITE' }))
    refused({ 0: 'cold' }).toThrow(expect.objectContaining({ code: 'TYPE' }))
    refused('frozen').toThrow(expect.objectContaining({ code: 'TYPE' }))
    refused({ 0: 'frozen', 1: 'frozen', 2: 'frozen' }).toThrow(expect.objectContaining({ code: 'RANGE' }))
    refused({ 0: 'frozen' }, kolenPollack()).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }))
    const machine = rbm({ visible: 3, hidden: 2 }).build()
    expect(() => createTrainer(machine, { learner: contrastiveDivergence(), optimizer: byLayer(adam(), {}) })).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED' }),
    )
  })
})

describe('apply', () => {
  it('of what direction gave is a step, to the bit', () => {
    for (const learner of [backprop(), feedbackAlignment(), kolenPollack()]) {
      const [stepped, applied] = [teach({ learner, optimizer: adam() }), teach({ learner, optimizer: adam() })]
      for (let step = 0; step < 5; step++) {
        stepped.step(batch)
        apply(applied, applied.direction(batch))
      }
      expect(bits(everythingOf(applied))).toBe(bits(everythingOf(stepped)))
      expect(applied.steps).toBe(5)
    }
  })

  it('refuses what is no direction, and changes nothing', () => {
    const trainer = teach()
    const good = trainer.direction(batch)
    const before = bits(everythingOf(trainer))
    const spoilt = (values: unknown) =>
      expect(() => apply(trainer, { of: (name) => (name === 'layers.1.bias' ? (values as number[]) : good.of(name)) }))
    spoilt([1, 2]).toThrow(expect.objectContaining({ code: 'SHAPE' }))
    spoilt([1, 2, NaN, 4, 5]).toThrow(expect.objectContaining({ code: 'NOT_FINITE' }))
    spoilt(undefined).toThrow(expect.objectContaining({ code: 'TYPE' }))
    expect(() => apply(trainer, {} as never)).toThrow(expect.objectContaining({ code: 'TYPE' }))
    expect(() => apply(trainer, { of: (name) => (trainer.step(batch), good.of(name)) })).toThrow(expect.objectContaining({ code: 'STATE' }))
    expect(trainer.steps).toBe(0)
    expect(bits(everythingOf(trainer))).toBe(before)
    const actor = createTrainer(sequential(4, [dense(3, 'sigmoid'), dense(3)]).build(), {
      learner: reinforce(),
      loss: reward(),
      optimizer: adam(),
    })
    expect(() => apply(actor, actor.direction(batch))).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }))
  })
})

describe('a step over several batches', () => {
  const rows = (from: number, to: number) => ({
    x: Array.from(batch.x).slice(4 * from, 4 * to),
    y: Array.from(batch.y).slice(3 * from, 3 * to),
    size: to - from,
  })

  it('is that over all of their rows', () => {
    const [whole, parts] = [teach(), teach()]
    const loss = whole.step(batch)
    expect(accumulate(parts, [rows(0, 3), rows(3, 4), rows(4, 10)])).toBeCloseTo(loss, 14)
    expect(relativeError(parametersOf(parts.network), parametersOf(whole.network))).toBeLessThan(1e-14)
    expect(parts.steps).toBe(1)
  })

  it('is refused whole where one is wrong', () => {
    const trainer = teach()
    const before = bits(everythingOf(trainer))
    expect(() => accumulate(trainer, [rows(0, 3), { ...rows(3, 5), x: [1] }])).toThrow(expect.objectContaining({ code: 'SHAPE' }))
    expect(() => accumulate(trainer, [])).toThrow(expect.objectContaining({ code: 'RANGE' }))
    expect(bits(everythingOf(trainer))).toBe(before)
  })
})

describe('a loss that makes nothing of the outputs', () => {
  it.each([
    ['sigmoid', 3, crossEntropy()],
    ['hardSigmoid', 3, crossEntropy()],
    ['identity', 1, crossEntropy()],
  ] as const)('is refused: %s, %i, %o', (activation, outputs, loss) => {
    const network = sequential(4, [dense(outputs, activation)]).build()
    expect(() => createTrainer(network, { learner: backprop(), loss, optimizer: adam() })).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED' }),
    )
    createTrainer(network, { learner: backprop(), loss: squaredError(), optimizer: adam() }).dispose()
  })
})
