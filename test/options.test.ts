// Options that there are not are refused by name, with the nearest that there is: none is silently ignored.
import { describe, expect, it } from 'vitest'
import * as ngrad from '../src/index.js'
import { registry } from '../src/learners/registry.js'

const network = () => ngrad.sequential(3, [ngrad.dense(2)]).build()
const trainer = () => ngrad.createTrainer(network(), { learner: ngrad.backprop(), loss: ngrad.squaredError(), optimizer: ngrad.adam() })
const batch = { x: [1, 2, 3], y: [1, 2], size: 1 }

describe('an unknown option', () => {
  it.each<[string, () => unknown, string, string]>([
    ['adam', () => ngrad.adam({ lr: 1e-3 } as never), 'lr', 'learningRate'],
    ['fit', () => trainer().fit(batch, { epoch: 5 } as never), 'epoch', 'epochs'],
    ['build', () => ngrad.sequential(3, [ngrad.dense(2)]).build({ type: 'f64' } as never), 'type', 'dtype'],
    ['sgd', () => ngrad.sgd({ learningrate: 1 } as never), 'learningrate', 'learningRate'],
    ['equilibriumPropagation', () => ngrad.equilibriumPropagation({ freeSweps: 3 } as never), 'freeSweps', 'freeSweeps'],
    ['conv2d', () => ngrad.conv2d(2, { kernel: 1, strides: 2 } as never), 'strides', 'stride'],
    ['createTrainer', () => ngrad.createTrainer(network(), { optimiser: ngrad.adam() } as never), 'optimiser', 'optimizer'],
    [
      'measureClaim',
      () => ngrad.measureClaim(network(), ngrad.backprop(), ngrad.squaredError(), batch, { seeds: 1 } as never),
      'seeds',
      'seed',
    ],
    ['an initialization', () => ngrad.dense(3, 'tanh', { initialization: { law: 'heNormal', gains: 2 } as never }), 'gains', 'gain'],
  ])('of %s is refused, and the nearest named', async (_, make, name, nearest) => {
    const error = await Promise.resolve()
      .then(make)
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
    expect(error).toMatchObject({ code: 'RANGE', got: `an option "${name}"` })
    expect((error as ngrad.NgradError).expected).toMatch(new RegExp(`perhaps ${nearest},$`))
  })

  it('that is like none is refused with all that there are', () => {
    expect(() => ngrad.dense(3, 'tanh', { trainable: false } as never)).toThrow(
      'dense(_, _, options): expected initialization, got an option "trainable"',
    )
    expect(() => ngrad.kolenPollack({ zzz: 1 } as never)).toThrow('expected one of decay, scale, got an option "zzz"')
  })

  // What takes no options takes no notice of an argument either, as any function does.
  const without = ['backprop', 'hopfield', 'oja', 'rbmLikelihood']
  it.each(registry.map(({ name }) => name).filter((name) => !without.includes(name)))('of %s is refused', (name) => {
    const make = (ngrad as unknown as Record<string, (options: object) => unknown>)[name]
    expect(() => make({ nonsense: 1 })).toThrow(expect.objectContaining({ code: 'RANGE' }))
    expect(() => make({})).not.toThrow()
  })

  it('may be inherited, as the methods of an instance are, or a symbol', () => {
    class Settings {
      learningRate = 0.1
      describe(): string {
        return 'mine'
      }
    }
    expect(() => ngrad.sgd(Object.assign(new Settings(), { [Symbol('note')]: 1 }))).not.toThrow()
  })
})
