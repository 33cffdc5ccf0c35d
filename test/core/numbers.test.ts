// Arrays that are not what they say, at every door that takes numbers: read once, counted by their true length, then used.
import { describe, expect, it, vi } from 'vitest'
import {
  angles,
  backprop,
  boltzmannMachine,
  contrastiveDivergence,
  createTrainer,
  dense,
  gradientCheck,
  helmholtzMachine,
  hebbian,
  measureClaim,
  ngrad,
  NgradError,
  predictiveHierarchy,
  rbm,
  sequential,
  sgd,
  squaredError,
  readSafetensors,
  type Rbm,
  type Trainer,
  writeSafetensors,
} from '../../src/index.js'
import { bytesInUse } from '../../src/core/memory.js'
import { dataset, parseIdx } from '../../src/data/index.js'

type Values = ArrayLike<number>
interface Door {
  readonly columns: number
  readonly values: readonly number[]
  /** What comes of these values, with objects of their own; `owner` can be disposed of while they are read. */
  readonly call: (values: Values, owner?: { dispose?: () => void }) => unknown
}

const build = () => sequential(2, [dense(3, 'tanh'), dense(1)]).build({ dtype: 'f64', seed: 1 })
const options = { learner: backprop(), loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }) }
const x = [0, 1, 1, 0, 1, 1]
const y = [0.25, 0.5, 0.75]

/** A door of a trainer: what it gives, and the parameters afterwards. */
const ofTrainer = (use: (trainer: Trainer, values: Values) => unknown, own: 'x' | 'y' = 'x'): Door => ({
  columns: own === 'x' ? 2 : 1,
  values: own === 'x' ? x : y,
  call: (values, owner = {}) => {
    const network = build()
    const trainer = createTrainer(network, options)
    owner.dispose = () => (trainer.dispose(), network.dispose())
    try {
      const result = use(trainer, values)
      return [result, network.parameters.map((parameter) => parameter.read())]
    } finally {
      trainer.dispose()
      network.dispose()
    }
  },
})

const ofModel = (
  model: { build(options: { dtype: 'f64' }): { dispose(): void } },
  use: (model: never, values: Values) => unknown,
): Door => ({
  columns: 2,
  values: x,
  call: (values, owner = {}) => {
    const built = model.build({ dtype: 'f64' })
    owner.dispose = () => built.dispose()
    try {
      return use(built as never, values)
    } finally {
      built.dispose()
    }
  },
})

const ofModelTrainer = (use: (trainer: Trainer<Rbm>, values: Values) => unknown): Door =>
  ofModel(rbm({ visible: 2, hidden: 2, deviation: 1 }), (model: Rbm, values) => {
    const trainer = createTrainer(model, { learner: contrastiveDivergence(), optimizer: sgd({ learningRate: 0.1 }) })
    try {
      return use(trainer, values)
    } finally {
      trainer.dispose()
    }
  })

const states = [[0, 1, 1, 0, 1, 1]]
const doors: Record<string, Door> = {
  'predict(x)': ofTrainer(({ network }, values) => network.predict(values)),
  'write(values)': { ...ofTrainer(({ network }, values) => network.parameters[0].write(values)), columns: 2 },
  'step(batch): x': ofTrainer((trainer, values) => trainer.step({ x: values, y, size: 3 })),
  'step(batch): y': ofTrainer((trainer, values) => trainer.step({ x, y: values, size: 3 }), 'y'),
  'direction(batch)': ofTrainer((trainer, values) => trainer.direction({ x: values, y, size: 3 }).of('layers.0.weight')),
  'evaluate(data): x': ofTrainer((trainer, values) => trainer.evaluate({ x: values, y, size: 3 })),
  'evaluate(data): y': ofTrainer((trainer, values) => trainer.evaluate({ x, y: values, size: 3 }), 'y'),
  angles: ofTrainer((trainer, values) => angles(trainer, hebbian(), { x: values, y, size: 3 })),
  gradientCheck: ofTrainer(({ network }, values) => gradientCheck(network, backprop(), squaredError(), { x: values, y, size: 3 })),
  measureClaim: ofTrainer(({ network }, values) => measureClaim(network, backprop(), squaredError(), { x: values, y, size: 3 })),
  dataset: { columns: 2, values: x, call: (values) => [...dataset({ x: values, y, size: 3 }).first(2).subset([1, 0]).x] },
  ngrad: { columns: 6, values: x, call: (values) => ngrad([values], [[1, 1, 1, 1, 1, 1]], states) },
  'freeEnergy(x)': ofModel(rbm({ visible: 2, hidden: 2 }), (model: { freeEnergy(x: Values): unknown }, values) => model.freeEnergy(values)),
  'logLikelihood(x)': ofModel(helmholtzMachine({ layers: [2, 2] }), (model: { logLikelihood(x: Values): unknown }, values) =>
    model.logLikelihood(values),
  ),
  'infer(x)': ofModel(predictiveHierarchy({ layers: [2, 2] }), (model: { infer(x: Values): unknown }, values) => model.infer(values)),
  'probabilities(inputs)': ofModel(
    boltzmannMachine({ visible: 3, hidden: 1, inputs: 2 }),
    (model: { probabilities(x: Values): unknown }, values) => model.probabilities(values),
  ),
  'step(batch) of a model': ofModelTrainer(
    (trainer, values) => (trainer.step({ x: values, size: 3 }), trainer.model.parameters.map((one) => one.read())),
  ),
  'direction(batch) of a model': ofModelTrainer((trainer, values) => trainer.direction({ x: values, size: 3 }).of('weight')),
}
const cases = Object.entries(doors)

/** What is refused, by its code; anything but an NgradError is thrown again. */
function refusal(f: () => unknown): string {
  try {
    f()
    return 'none'
  } catch (error) {
    if (error instanceof NgradError) return error.code
    throw error
  }
}

/** An array whose element 1 runs something when it is read. */
function tripping(values: readonly number[], act: () => void): Values {
  const array = [...values]
  Object.defineProperty(array, 1, { get: () => (act(), values[1]) })
  return array
}

describe.each(cases)('%s', (_, { columns, values, call }) => {
  const right = call(values)

  it('counts typed arrays by their true length, whatever was put upon them', () => {
    for (const length of [0, 1, values.length - 1, values.length + 6, 2 ** 40, -1, NaN, 'x'])
      expect(call(Object.defineProperty(Float64Array.from(values), 'length', { value: length }))).toEqual(right)
    class Odd extends Float64Array {
      static get [Symbol.species](): never {
        throw new Error('species')
      }
      override subarray(): never {
        throw new Error('subarray')
      }
    }
    expect(call(Odd.from(values))).toEqual(right)
    const short = Object.defineProperty(Float64Array.from(values.slice(1)), 'length', { value: values.length })
    expect(refusal(() => call(short))).toBe('SHAPE')
  })

  it('reads what grows as it is read once', () => {
    let reads = 0
    const growing = new Proxy([...values], {
      get: (of, key) => (key === 'length' ? values.length + 2 * values.length * reads++ : Reflect.get(of, key)),
    })
    expect(call(growing)).toEqual(right)
    expect(reads).toBe(1)
  })

  it('reads each number once', () => {
    const reads = values.map(() => 0)
    const counted = new Proxy([...values], {
      get: (of, key) => (typeof key === 'string' && /^\d+$/.test(key) && reads[Number(key)]++, Reflect.get(of, key)),
    })
    expect(call(counted)).toEqual(right)
    expect(reads).toEqual(values.map(() => 1))
  })

  it('takes numbers while networks are built, which moves the memory', () => {
    const held: { dispose(): void }[] = []
    try {
      expect(call(tripping(values, () => held.push(sequential(1000, [dense(4000)]).build())))).toEqual(right)
    } finally {
      for (const one of held) one.dispose()
    }
  })

  it('refuses what is disposed of meanwhile, and holds nothing', () => {
    const before = bytesInUse()
    const owner: { dispose?: () => void } = {}
    const code = refusal(() =>
      call(
        tripping(values, () => owner.dispose?.()),
        owner,
      ),
    )
    expect(code).toBe(owner.dispose ? 'DISPOSED' : 'none')
    expect(bytesInUse()).toBe(before)
  })

  it('refuses bigints, views without numbers, and what has lost its memory', () => {
    const taken = Float64Array.from(values)
    structuredClone(taken, { transfer: [taken.buffer] })
    const buffer = new (ArrayBuffer as unknown as new (bytes: number, options: object) => ArrayBuffer & { resize(bytes: number): void })(
      8 * values.length,
      { maxByteLength: 64 * values.length },
    )
    const shrunk = new Float64Array(buffer, 8, values.length - 1)
    buffer.resize(8)
    const { proxy, revoke } = Proxy.revocable([...values], {})
    revoke()
    const bits = new ArrayBuffer(8 * values.length)
    for (const array of [
      new BigInt64Array(values.length),
      new BigUint64Array(values.length),
      taken,
      shrunk,
      proxy,
      new DataView(bits),
      bits,
      null,
      5,
      'abc',
      () => 0,
    ])
      expect(refusal(() => call(array as never))).toMatch(/TYPE|SHAPE/)
    expect([shrunk, taken, proxy].map((array) => refusal(() => call(array)))).toEqual(['TYPE', 'TYPE', 'TYPE'])
  })

  it('refuses holes, other things than numbers, and lengths that are none', () => {
    const at = values.length - 1
    const place = `row ${Math.floor(at / columns)}, column ${at % columns}`
    for (const odd of [undefined, '1', 1n, NaN, Infinity, Symbol('one'), {}]) {
      const array = [...values] as unknown[]
      if (odd === undefined) delete array[at]
      else array[at] = odd
      expect(() => call(array as never)).toThrow(
        expect.objectContaining({ name: 'NgradError', code: 'NOT_FINITE', where: expect.stringContaining(place) as string }),
      )
    }
    for (const length of [2 ** 40 * values.length, -1, 1.5, NaN, '3', 2n])
      expect(refusal(() => call({ length } as never))).toMatch(/TYPE|SHAPE|OUT_OF_MEMORY|RANGE|NOT_FINITE/)
  })

  it('takes memory that is shared, and any type of numbers', () => {
    const shared = new Float64Array(new SharedArrayBuffer(8 * values.length))
    shared.set(values)
    expect(call(shared)).toEqual(right)
    const growable = new (SharedArrayBuffer as unknown as new (bytes: number, options: object) => SharedArrayBuffer)(8 * values.length, {
      maxByteLength: 80 * values.length,
    })
    const tracking = new Float64Array(growable)
    tracking.set(values)
    expect(call(tracking)).toEqual(right)
    if (values.every(Number.isInteger))
      for (const type of [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array])
        expect(call(type.from(values))).toEqual(right)
  })
})

describe('a batch', () => {
  const trainerOf = () => {
    const network = build()
    return { network, trainer: createTrainer(network, options) }
  }
  const weights = (network: ReturnType<typeof build>) => network.parameters.map((parameter) => parameter.read())

  it('is read once: x, y and size', () => {
    const reads: string[] = []
    const batch = new Proxy({ x, y, size: 3 }, { get: (of, key) => (reads.push(String(key)), Reflect.get(of, key)) })
    const { network, trainer } = trainerOf()
    for (const use of [
      () => trainer.step(batch),
      () => trainer.direction(batch),
      () => trainer.evaluate(batch),
      () => angles(trainer, hebbian(), batch),
      () => dataset(batch),
    ]) {
      reads.length = 0
      use()
      expect(reads.filter((key) => key !== 'shape' && key !== 'weights').sort()).toEqual(['size', 'x', 'y'])
    }
    trainer.dispose()
    network.dispose()
  })

  it('may dispose of its trainer, whose memory is not used any more then, though it had room', () => {
    for (const use of ['step', 'direction', 'evaluate'] as const) {
      const { network, trainer } = trainerOf()
      trainer.step({ x, y, size: 3 })
      const before = weights(network)
      expect(
        refusal(() => trainer[use]({ x: tripping(x, () => trainer.dispose()), y, size: 3 })),
        use,
      ).toBe('DISPOSED')
      expect(weights(network)).toEqual(before)
      network.dispose()
    }
  })

  it('may not use its trainer while it is read; the step then does not happen', () => {
    const { network, trainer } = trainerOf()
    const honest = { x, y, size: 3 }
    for (const use of [() => trainer.step(honest), () => trainer.direction(honest), () => trainer.evaluate(honest)]) {
      const before = weights(network)
      expect(refusal(() => trainer.step({ x: tripping(x, use), y, size: 3 }))).toBe('STATE')
      expect(
        refusal(() =>
          trainer.step({
            get x() {
              use()
              return x
            },
            y,
            size: 3,
          }),
        ),
      ).toBe('STATE')
      expect(weights(network)).toEqual(before)
      expect(trainer.steps).toBe(0)
    }
    trainer.step(honest)
    expect(trainer.steps).toBe(1)
    trainer.dispose()
    network.dispose()
  })

  it('may not dispose of its trainer, nor of its network alone', () => {
    for (const which of ['trainer', 'network'] as const) {
      const made = trainerOf()
      made.trainer.step({ x, y, size: 3 }) // which makes room for as many rows
      expect(refusal(() => made.trainer.step({ x: tripping(x, () => made[which].dispose()), y, size: 3 }))).toBe('DISPOSED')
      made.trainer.dispose()
      made.network.dispose()
    }
  })

  it('may write parameters while it is read: the step is that of the new ones', () => {
    const [one, other] = [trainerOf(), trainerOf()]
    const write = ({ network }: typeof one) => network.parameters[0].write([1, 2, 3, 4, 5, 6])
    write(other)
    const right = other.trainer.step({ x, y, size: 3 })
    expect(one.trainer.step({ x: tripping(x, () => write(one)), y, size: 3 })).toBe(right)
    expect(weights(one.network)).toEqual(weights(other.network))
    for (const { trainer, network } of [one, other]) {
      trainer.dispose()
      network.dispose()
    }
  })

  it('whose getter throws something of its own makes an NgradError', () => {
    const { network, trainer } = trainerOf()
    const cause = new Error('mine')
    const throwing = {
      get x(): never {
        throw cause
      },
      y,
      size: 3,
    }
    for (const use of [
      () => trainer.step(throwing),
      () => trainer.evaluate(throwing),
      () =>
        trainer.step({
          x: tripping(x, () => {
            throw cause
          }),
          y,
          size: 3,
        }),
    ])
      expect(use).toThrow(expect.objectContaining({ name: 'NgradError', code: 'TYPE', cause }))
    trainer.dispose()
    network.dispose()
  })
})

describe('numbers beyond single precision', () => {
  it('are refused where they are infinite, by row and column, and nothing has changed', () => {
    const network = sequential(2, [dense(3)]).build({ dtype: 'f32' })
    const [weight] = network.parameters
    const before = weight.read()
    const error = (where: string) =>
      expect.objectContaining({ name: 'NgradError', code: 'NOT_FINITE', where: expect.stringContaining(where) as string })
    for (const values of [[0, 0, 0, 1e39, 0, 0], Float64Array.of(0, 0, 0, 1e39, 0, 0)]) {
      expect(() => weight.write(values)).toThrow(error('row 1, column 1'))
      expect(() => network.predict(values)).toThrow(error('row 1, column 1'))
    }
    expect(weight.read()).toEqual(before)
    network.dispose()
  })

  it('are found in the row of the data, not of a part of it', () => {
    const network = build()
    const trainer = createTrainer(network, options)
    const data = { x: new Float64Array(600).fill(0.5), y: new Float64Array(300), size: 300 }
    data.x[2 * 290 + 1] = Infinity
    expect(() => trainer.evaluate(data)).toThrow(expect.objectContaining({ where: 'evaluate(data): batch.x, row 290, column 1' }))
    trainer.dispose()
    network.dispose()
  })
})

describe('a data set', () => {
  it('whose memory was taken away says so', () => {
    const data = dataset({ x: Float64Array.from(x), y, size: 3 })
    structuredClone(data.x, { transfer: [data.x.buffer] })
    for (const use of [() => data.first(1), () => data.subset([0]), () => data.split(1)]) expect(refusal(use)).toBe('TYPE')
  })

  it('takes indices of any kind, by their true number', () => {
    const data = dataset({ x, y, size: 3 })
    expect(data.subset(Object.assign(new Uint8Array([2, 1]))).y).toEqual(Float64Array.of(0.75, 0.5))
    for (const indices of [{ length: 2 ** 50 }, { length: 1.5, 0: 0, 1: 0 }, BigInt64Array.of(1n), { length: 1n }, []])
      expect(refusal(() => data.subset(indices as never))).toMatch(/TYPE|SHAPE|RANGE|OUT_OF_MEMORY/)
  })
})

describe('a host without TextEncoder', () => {
  it('is told so by what needs it', () => {
    const file = writeSafetensors({ tensors: new Map(), metadata: new Map() })
    vi.stubGlobal('TextEncoder', undefined)
    vi.stubGlobal('TextDecoder', undefined)
    try {
      expect(refusal(() => readSafetensors(file))).toBe('UNSUPPORTED')
      expect(refusal(() => writeSafetensors({ tensors: new Map(), metadata: new Map() }))).toBe('UNSUPPORTED')
    } finally {
      vi.unstubAllGlobals()
    }
  })
})

describe('bytes of a file', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
  const tensor = { dtype: 'F32' as const, shape: [2], bytes }
  const written = writeSafetensors({ tensors: new Map([['a', tensor]]), metadata: new Map() })

  it('are counted by their true length, and copied where they are shared', () => {
    const odd = Object.defineProperties(Uint8Array.from(written), {
      length: { value: 3 },
      subarray: { value: () => bytes },
      buffer: { value: null },
    })
    const shared = new Uint8Array(new SharedArrayBuffer(written.length))
    shared.set(written)
    for (const file of [odd, shared]) expect([...readSafetensors(file).tensors.get('a')!.bytes]).toEqual([...bytes])
    const lying = { ...tensor, bytes: Object.defineProperty(Uint8Array.of(1, 2), 'length', { value: 8 }) }
    expect(refusal(() => writeSafetensors({ tensors: new Map([['a', lying]]), metadata: new Map() }))).toBe('SHAPE')
    const idx = Object.defineProperty(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 5, 6), 'length', { value: 9 })
    expect([...parseIdx(idx).values]).toEqual([5, 6])
  })

  it('are refused where their memory is gone, or they only claim to be bytes', () => {
    const taken = Uint8Array.from(written)
    structuredClone(taken, { transfer: [taken.buffer] })
    for (const file of [taken, { [Symbol.toStringTag]: 'Uint8Array' }, new Proxy(written, {})]) {
      expect(refusal(() => readSafetensors(file as never))).toBe('TYPE')
      expect(refusal(() => parseIdx(file as never))).toBe('TYPE')
    }
    for (const file of [{ tensors: { forEach() {} }, metadata: new Map() }, { tensors: new Map(), metadata: null }, null, {}])
      expect(refusal(() => writeSafetensors(file as never))).toBe('TYPE')
  })
})

describe('a rule that attaches to nothing', () => {
  it('is refused, and holds nothing', () => {
    const network = build()
    const model = rbm({ visible: 2, hidden: 2 }).build()
    const before = bytesInUse()
    for (const rule of [undefined, null, {}, { estimate: () => 0 }, 5]) {
      const learner = { ...backprop(), attach: (site: { batch(columns: number): unknown }) => (site.batch(100), rule) } as never
      expect(refusal(() => createTrainer(network, { ...options, learner }))).toBe('TYPE')
      expect(refusal(() => gradientCheck(network, learner, squaredError(), { x, y, size: 3 }))).toBe('TYPE')
    }
    for (const rule of [undefined, {}]) {
      const learner = { ...contrastiveDivergence(), attach: () => rule } as never
      expect(refusal(() => createTrainer(model, { learner, optimizer: options.optimizer }))).toBe('TYPE')
    }
    expect(refusal(() => createTrainer(network, { ...options, optimizer: { prepare: () => undefined } as never }))).toBe('TYPE')
    expect(bytesInUse()).toBe(before)
    network.dispose()
    model.dispose()
  })
})
