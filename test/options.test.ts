// Options that there are not are refused by name, with the nearest that there is: none is silently ignored.
import { describe, expect, it } from 'vitest'
import * as ngrad from '../src/index.js'
import type { NgradError } from '../src/errors.js'
import type { Option } from '../src/options.js'
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

  it.each(registry.map(({ name }) => name))('of %s is refused', (name) => {
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

/** Values that are none of an option's, by what it is. */
function wrong(option: Option): unknown[] {
  if (option.kind === 'choice') return ['nonsense', 1, null, {}]
  if (option.kind === 'flag') return ['true', 1, null]
  if (option.kind === 'function') return ['f', 1, null, {}]
  if (option.kind === 'numbers') return ['1', null, {}, [NaN], ['1'], ...outside(option).map((value) => [value])]
  return ['1', null, [], NaN, Infinity, ...(option.kind === 'integer' ? [1.5] : []), ...outside(option)]
}

const outside = ({ min, max, above, below }: { min?: number; max?: number; above?: number; below?: number }): number[] =>
  [min === undefined ? undefined : min - 1, max === undefined ? undefined : max + 1, above, below].filter((value) => value !== undefined)

/** The least that must be so for an option to apply. */
const needed = (option: Option): Record<string, unknown> =>
  Object.fromEntries(Object.entries(option.when ?? {}).map(([name, [value]]) => [name, value]))

const options = registry.flatMap(({ name, make }) => Object.entries(make.options).map(([option, entry]) => ({ name, make, option, entry })))

describe('the table of every rule', () => {
  it.each(options)('says what $name takes for $option, and what not', ({ name, make, option, entry }) => {
    const at = (value: unknown) => make({ ...needed(entry), [option]: value } as never)
    for (const value of wrong(entry)) {
      const refusal = (error: NgradError) =>
        ['TYPE', 'RANGE', 'NOT_FINITE'].includes(error.code) && error.where.startsWith(`${name}(options): ${option}`)
      expect(() => at(value), String(value)).toThrow(expect.toSatisfy(refusal))
    }
    if (entry.default !== undefined) expect(at(entry.default)).toMatchObject({ name })
  })

  it.each(options.filter(({ entry }) => entry.when !== undefined))(
    'refuses $option of $name where it does not apply',
    ({ make, option, entry }) => {
      const value = entry.default ?? entry.defaults?.[0].default ?? 1
      for (const [other, allowed] of Object.entries(entry.when!)) {
        const { choices = [], max } = make.options[other] as { choices?: readonly string[]; max?: number }
        for (const chosen of [...choices, ...(max === undefined ? [] : [3])].filter((one) => !allowed.includes(one)))
          expect(() => make({ ...needed(make.options[other]), [other]: chosen, [option]: value } as never)).toThrow(
            expect.objectContaining({ code: 'UNSUPPORTED' }),
          )
      }
    },
  )

  it.each(registry.map(({ name, make }) => [name, make] as const))(
    'of %s gives options that are JSON and make the same rule',
    (_name, make) => {
      const { options } = make()
      expect(JSON.parse(JSON.stringify(options))).toEqual(options)
      expect(make(options as never).options).toEqual(options)
      for (const [name, { internal, when }] of Object.entries(make.options))
        if (internal) expect(Object.keys(options)).not.toContain(name)
        else if (!when && make.options[name].default !== undefined) expect(options[name]).toEqual(make.options[name].default)
    },
  )
})

describe('with', () => {
  it('changes some options and keeps the others, but those that no longer apply', () => {
    const holomorphic = ngrad.equilibriumPropagation({ nudging: 'holomorphic', phases: 6, beta: 0.1 })
    expect(holomorphic.options).toMatchObject({ nudging: 'holomorphic', phases: 6, beta: 0.1 })
    const positive = holomorphic.with({ nudging: 'positive' })
    expect(positive.options).toMatchObject({ nudging: 'positive', beta: 0.1, states: 'rates' })
    expect(positive.options).not.toHaveProperty('phases')
    expect(() => positive.with({ phases: 3 })).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED', where: 'equilibriumPropagation(options): phases' }),
    )
    expect(() => positive.with({ phase: 3 })).toThrow(expect.objectContaining({ code: 'RANGE' }))
  })

  it('has the defaults that go with what is chosen, not those that went with what was', () => {
    const potentials = ngrad.equilibriumPropagation({ states: 'potentials' })
    expect(potentials.options.step).toBe(0.5)
    expect(potentials.with({ states: 'rates' }).options.step).toBe('adaptive')
    expect(ngrad.predictiveCoding().with({ variant: 'fixedPrediction' }).options).toEqual({
      variant: 'fixedPrediction',
      rate: 1,
      tolerance: 0,
    })
  })

  it('teaches the same bits as the rule made at once', () => {
    const direction = (learner: ngrad.Learner): number[] => {
      const network = ngrad.sequential(3, [ngrad.dense(4, 'tanh'), ngrad.dense(2)]).build({ dtype: 'f64', seed: 2 })
      const trainer = ngrad.createTrainer(network, { learner, loss: ngrad.squaredError(), optimizer: ngrad.sgd({ learningRate: 0.1 }) })
      const { of } = trainer.direction({ x: [0.1, 0.2, 0.3], y: [1, 0], size: 1 })
      return network.parameters.flatMap(({ name }) => Array.from(of(name)))
    }
    expect(direction(ngrad.contrastiveHebbian().with({ gamma: 0.2 }))).toEqual(direction(ngrad.contrastiveHebbian({ gamma: 0.2 })))
  })
})

it('reads options once, and keeps no array of its caller', () => {
  const temperatures = [3, 2, 1]
  let reads = 0
  const learner = ngrad.meanFieldLearning({
    get temperatures() {
      reads++
      return temperatures
    },
  })
  temperatures[0] = 9
  expect(learner.options.temperatures).toEqual([3, 2, 1])
  expect(reads).toBe(1)
})
