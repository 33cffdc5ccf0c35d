// Checkpoints that no training can have written: refused before anything is kept; and those that it can, at the ends of
// their counters, which go on.
import { describe, expect, it } from 'vitest'
import { byteArray, floatArray } from '../../src/core/dtype.js'
import { bytesInUse, Region } from '../../src/core/memory.js'
import { philox } from '../../src/core/philox.js'
import { Random } from '../../src/core/random.js'
import { dataset } from '../../src/data/index.js'
import {
  adam,
  averagePool2d,
  backprop,
  boltzmannLearning,
  boltzmannMachine,
  contrastiveDivergence,
  createTrainer,
  crossEntropy,
  dense,
  gaussNewton,
  helmholtzMachine,
  linearSchedule,
  meanFieldLearning,
  nodePerturbation,
  predictiveHierarchy,
  rbm,
  readSafetensors,
  recurrent,
  resume,
  save,
  sequential,
  sgd,
  stepSchedule,
  type Tensor,
  weightPerturbation,
  writeSafetensors,
} from '../../src/index.js'

const refused = expect.objectContaining({ name: 'NgradError', code: 'FORMAT' })
const outOfRange = expect.objectContaining({ name: 'NgradError', code: 'RANGE' })
const floats = (values: readonly number[], shape: readonly number[] = [values.length]): Tensor => ({
  dtype: 'F32',
  shape,
  bytes: new Uint8Array(Float32Array.from(values).buffer),
})

/** The file with some of its arrays and words exchanged. */
function changed(bytes: Uint8Array, arrays: Record<string, Tensor>, words: Record<string, string> = {}): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes)
  return writeSafetensors({
    tensors: new Map([...tensors, ...Object.entries(arrays)]),
    metadata: new Map([...metadata, ...Object.entries(words)]),
  })
}

const batch = { x: [0.5, -1, 2], y: [1, 0], size: 1 }

function withTrained<T>(options: Parameters<typeof createTrainer>[1], use: (bytes: Uint8Array) => T): T {
  const network = sequential(3, [dense(2)]).build({ seed: 1 })
  const trainer = createTrainer(network, options)
  trainer.step(batch)
  const bytes = save(trainer)
  trainer.dispose()
  network.dispose()
  return use(bytes)
}

describe('descriptions', () => {
  const options = { learner: backprop(), loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }) }
  const described = (layers: unknown, inputs: unknown = [4, 4, 1]) =>
    withTrained(options, (bytes) =>
      changed(bytes, {}, { network: typeof layers === 'string' ? layers : JSON.stringify({ inputs, layers }) }),
    )
  const chain = (length: number): unknown[] => [...Array.from({ length }, () => ['averagePool2d', 1]), ['dense', 2]]

  it.each([
    ['30,000 poolings', () => described(chain(30_000))],
    [
      'more layers than parameters',
      () =>
        described(
          Array.from({ length: 300_000 }, () => ['dense', 2]),
          [3],
        ),
    ],
    ['nested lists', () => described(`{"inputs":[3],"layers":${'['.repeat(3e6)}`)],
    ['nested objects', () => described(`{"inputs":[3],"layers":[["dense",2,"identity",${'{"a":'.repeat(1e6)}`)],
    ['many extents', () => described([['dense', 2]], new Array(100_000).fill(1))],
    ['many settings', () => described([['dense', 2, 'identity', ...new Array(100_000).fill({})]], [3])],
    ['a wide object', () => described([['dense', 2, 'identity', Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [i, 0]))]], [3])],
    [
      'many words of metadata',
      () =>
        withTrained(options, (bytes) => changed(bytes, {}, Object.fromEntries(Array.from({ length: 300_000 }, (_, i) => [`${i}`, ''])))),
    ],
    ['a long number', () => described(`{"inputs":[3],"layers":[["dense",2${'0'.repeat(1e6)}]]}`)],
    ['a layer of 2^53 sweeps', () => described([['recurrent', 2, 'tanh', { sweeps: 2 ** 53 - 1 }]], [3])],
  ])('%s are refused at once', (_what, make) => {
    const bytes = make()
    const [held, began] = [bytesInUse(), performance.now()]
    expect(() => resume(bytes, options)).toThrow(refused)
    expect(performance.now() - began).toBeLessThan(1000)
    expect(bytesInUse()).toBe(held)
  })

  it('are read no further than there are parameters for', () => {
    const bytes = described(
      Array.from({ length: 200 }, () => ['dense', 2]),
      [3],
    )
    expect(() => resume(bytes, options)).toThrow(/at most 25/) // 24 poolings and the one layer
  })

  it('of users are bounded too, and as many poolings as are allowed do their work', () => {
    expect(() => sequential([4, 4, 1], [...Array.from({ length: 25 }, () => averagePool2d(1)), dense(2)])).toThrow(outOfRange)
    expect(() =>
      sequential(
        1,
        Array.from({ length: 16_385 }, () => dense(1)),
      ),
    ).toThrow(outOfRange)
    const chained = (length: number) =>
      sequential([4, 4, 1], [...Array.from({ length }, () => averagePool2d(1)), averagePool2d(1).before(dense(2))])
    expect(() => chained(24)).toThrow(outOfRange)
    const network = chained(23).build()
    const plain = sequential(16, [dense(2)]).build()
    const x = Array.from({ length: 16 }, (_, i) => i / 16)
    expect(network.predict(x)).toEqual(plain.predict(x))
    network.dispose()
    plain.dispose()
  })
})

describe('counts have bounds', () => {
  it.each<[string, () => unknown]>([
    ['sweeps', () => recurrent(2, 'tanh', { sweeps: 10_001 })],
    ['samples', () => weightPerturbation({ samples: 1e6 + 1 })],
    ['k', () => contrastiveDivergence({ steps: 1e6 + 1 })],
    ['chains', () => contrastiveDivergence({ persistent: 1e6 + 1 })],
    ['temperatures', () => boltzmannLearning({ temperatures: new Array(1e6 + 1).fill(1) })],
    ['temperatures of mean fields', () => meanFieldLearning({ temperatures: new Array(1e6 + 1).fill(1) })],
    ['units whose pairs fill memory', () => boltzmannMachine({ visible: 20_000, hidden: 0 })],
    ['units together', () => boltzmannMachine({ visible: 10_000, hidden: 10_000 })],
    ['layers of a Helmholtz machine', () => helmholtzMachine({ layers: new Array(1025).fill(1) })],
    ['layers of a hierarchy', () => predictiveHierarchy({ layers: new Array(1025).fill(1) })],
  ])('%s', (_what, make) => expect(make).toThrow(outOfRange))
})

describe('numbers that are not finite', () => {
  it.each([NaN, Infinity, -Infinity])('%s, before anything is built', (value) => {
    const options = { learner: backprop(), loss: crossEntropy(), optimizer: adam() }
    withTrained(options, (bytes) => {
      const bad = changed(bytes, { 'layers.0.bias': floats([0, value]) }, { network: 'no description at all' })
      expect(() => resume(bad, options)).toThrow(/layers\.0\.bias.*finite numbers/)
    })
  })
})

describe('counters at their ends', () => {
  const most = Number.MAX_SAFE_INTEGER
  const options = { learner: nodePerturbation(), loss: crossEntropy(), optimizer: adam({ learningRate: linearSchedule(0.1, 0.01, 5) }) }
  const at = (words: Record<string, string>) => withTrained(options, (bytes) => changed(bytes, {}, words))

  it.each([
    ['random.noise', 2 ** 32 - 1],
    ['random.noise', 2 ** 32],
    ['random.noise', most - 100],
    ['steps', 2 ** 32],
    ['steps', most - 3],
    ['epoch', 2 ** 31],
    ['examples', most],
  ])('%s %d: goes on, and is loaded again', (key, value) => {
    const { trainer, network } = resume(at({ [key]: String(value) }), options)
    for (let step = 0; step < 3; step++) expect(trainer.step(batch)).toBeTypeOf('number')
    const again = save(trainer)
    const { trainer: second, network: other } = resume(again, options)
    expect(Buffer.compare(save(second), again)).toBe(0)
    for (const made of [trainer, network, second, other]) made.dispose()
  })

  it.each([
    ['random.noise', most],
    ['steps', most],
  ])('%s %d: loads, and a step says that it cannot be counted', (key, value) => {
    const { trainer, network } = resume(at({ [key]: String(value) }), options)
    const before = save(trainer)
    expect(() => trainer.step(batch)).toThrow(outOfRange)
    expect(Buffer.compare(save(trainer), before)).toBe(0)
    for (const made of [trainer, network]) made.dispose()
  })

  it.each([
    ['steps', '-0'],
    ['steps', '1.5'],
    ['steps', '007'],
    ['steps', '1e3'],
    ['epoch', '0'],
    ['epoch', '4294967296'],
    ['seed', '4294967296'],
    ['steps', String(2 ** 53)],
  ])('%s %s is refused', (key, value) => expect(() => resume(at({ [key]: value }), options)).toThrow(refused))

  it('biases of Adam and schedules are what they are at the end of time', () => {
    const rate = stepSchedule(1, 0.5, 1)
    expect(rate(most)).toBe(0)
    expect(linearSchedule(1, 0.25, 10)(most)).toBe(0.25)
  })
})

describe('random numbers beyond 2^32 draws', () => {
  const region = new Region('test')
  const draw = (position: number): number[] => {
    const random = new Random(7, 2)
    random.position = position
    const out = region.matrix('f32', 1, 4)
    random.uniform(out, 0, 1)
    return [...out.read()]
  }
  /** As assembly/random/uniform.ts says, of Philox in TypeScript. */
  const expected = (low: number, high: number): number[] => philox([0, 0, low, high], [7, 2]).map((word) => (word >>> 8) / 2 ** 24)

  it.each([
    [5, 5, 0],
    [2 ** 32 - 1, 0xffffffff, 0],
    [2 ** 32, 0, 1],
    [2 ** 32 + 5, 5, 1],
    [2 ** 53 - 2, 0xfffffffe, 2 ** 21 - 1],
  ])('place %d is step %d of substream %d', (position, low, high) => expect(draw(position)).toEqual(expected(low, high)))

  it('end before they repeat', () => expect(() => draw(2 ** 53 - 1)).toThrow(outOfRange))
})

describe('structure', () => {
  const description = boltzmannMachine({ visible: 3, hidden: 1, connected: (i, j) => i + j !== 1 }) // all but 0 with 1
  const options = { learner: boltzmannLearning(), optimizer: adam({ learningRate: 0.05, weightDecay: 0.01 }) }
  const model = description.build({ seed: 2 })
  const trainer = createTrainer(model, options)
  for (let step = 0; step < 5; step++) trainer.step({ x: [1, 0, 1, 0, 1, 1], size: 2 })
  const bytes = save(trainer)
  const weights = [...model.parameters[0].read()]
  const moments = [...new Float32Array(readSafetensors(bytes).tensors.get('optimizer.machine.m')!.bytes.slice().buffer)]
  const set = (values: readonly number[], ...pairs: readonly (readonly [number, number])[]): number[] => {
    const copy = [...values]
    for (const [at, value] of pairs) copy[at] = value
    return copy
  }

  it('of a good machine is accepted, its unconnected pairs zero', () => {
    expect([weights[1], weights[4], weights[0]]).toEqual([expect.closeTo(0), expect.closeTo(0), expect.closeTo(0)])
    const { trainer: again, model: other } = resume(bytes, { model: description, ...options })
    expect(Buffer.compare(save(again), bytes)).toBe(0)
    again.dispose()
    other.dispose()
  })

  it.each<[string, Record<string, Tensor>]>([
    ['asymmetric weights', { weight: floats(set(weights, [2, 0.5]), [4, 4]) }],
    ['a self-connection', { weight: floats(set(weights, [5, 0.5]), [4, 4]) }],
    ['a pair that is not connected', { weight: floats(set(weights, [1, 0.5], [4, 0.5]), [4, 4]) }],
    ['asymmetric moments', { 'optimizer.machine.m': floats(set(moments, [2, 0.5])) }],
    ['moments of no pair', { 'optimizer.machine.m': floats(set(moments, [1, 0.5], [4, 0.5])) }],
  ])('%s in a file are refused', (_what, arrays) => {
    const held = bytesInUse()
    expect(() => resume(changed(bytes, arrays), { model: description, ...options })).toThrow(refused)
    expect(bytesInUse()).toBe(held)
  })

  it('is kept by write too', () => {
    const before = [...model.parameters[0].read()]
    expect(() => model.parameters[0].write(set(weights, [2, 0.5]))).toThrow(outOfRange)
    expect([...model.parameters[0].read()]).toEqual(before)
  })

  it('gaps between parameters hold zeros', () => {
    const options = { learner: backprop(), loss: crossEntropy(), optimizer: adam() }
    withTrained(options, (saved) => {
      const m = [...new Float32Array(readSafetensors(saved).tensors.get('optimizer.network.m')!.bytes.slice().buffer)]
      expect(m.length).toBe(12) // a weight of 6 in 8 places, a bias of 2 in 4
      for (const gap of [6, 7, 10, 11])
        expect(() => resume(changed(saved, { 'optimizer.network.m': floats(set(m, [gap, 0.5])) }), options)).toThrow(refused)
    })
  })

  it.each([0.5, -1, 2])('chains hold states, not %d', (value) => {
    const description = rbm({ visible: 2, hidden: 1 })
    const options = { learner: contrastiveDivergence({ persistent: 2 }), optimizer: sgd({ learningRate: 0.1 }) }
    const model = description.build()
    const trainer = createTrainer(model, options)
    const bytes = save(trainer)
    trainer.dispose()
    model.dispose()
    expect(() => resume(changed(bytes, { 'kept.chains': floats([0, 1, value, 1], [2, 2]) }), { model: description, ...options })).toThrow(
      refused,
    )
  })
})

describe('more memory than the host gives', () => {
  it.each<[string, () => unknown]>([
    ['numbers', () => floatArray('f64', 2 ** 45)],
    ['bytes', () => byteArray(2 ** 52)],
  ])('%s: OUT_OF_MEMORY', (_what, make) => expect(make).toThrow(expect.objectContaining({ name: 'NgradError', code: 'OUT_OF_MEMORY' })))

  it('a list of rows for each output is refused before it is made', () => {
    const network = sequential(1, [dense(5000)]).build()
    expect(() => createTrainer(network, { learner: gaussNewton(), loss: crossEntropy(), optimizer: adam() })).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED' }),
    )
    network.dispose()
  })

  it('indices are looked at before there is room for them', () => {
    const set = dataset({ x: [1, 2], y: [1, 2], size: 2 })
    expect(() => set.subset({ length: 2 ** 45, 0: 7 })).toThrow(outOfRange)
  })

  it('a description of large images takes memory when data come', () => {
    const options = { learner: backprop(), loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }) }
    const bytes = withTrained(options, (bytes) =>
      changed(
        bytes,
        {},
        {
          network: JSON.stringify({
            inputs: [4096, 4096, 1],
            layers: [
              ['averagePool2d', [4096, 1365]],
              ['dense', 2],
            ],
          }),
        },
      ),
    )
    const held = bytesInUse()
    const { trainer, network } = resume(bytes, options)
    expect(bytesInUse() - held).toBeLessThan(10_000)
    expect(() => trainer.step(batch)).toThrow(expect.objectContaining({ code: 'SHAPE' }))
    trainer.dispose()
    network.dispose()
  })
})
