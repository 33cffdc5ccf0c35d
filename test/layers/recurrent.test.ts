// A layer at a fixed point, and recurrent backprop through it (Almeida 1987; Pineda 1987).
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesInUse } from '../../src/core/memory.js'
import {
  averagePool2d,
  backprop,
  binaryCrossEntropy,
  centralDifferences,
  conv2d,
  createTrainer,
  crossEntropy,
  dense,
  type Loss,
  measureClaim,
  type Network,
  NgradError,
  recurrent,
  recurrentBackprop,
  sequential,
  sgd,
  squaredError,
  weightPerturbation,
} from '../../src/index.js'
import { toRounding } from '../../src/dynamics/relaxation.js'
import { dot, norm, relativeError, uniform } from '../support/numbers.js'
import { variants } from '../support/rules.js'
import { batchFor, directionOf, dtypes, goneOnAfter, predictionsOf, targetsOf, withTrainer } from '../support/teaching.js'

const exactly = { sweeps: 3000, tolerance: 4e-16 }
const build = ({
  inputs = 3,
  units = 6,
  outputs = 2,
  gain = 0.5,
  seed = 1,
  dtype = 'f64',
  activation = 'tanh',
}: {
  inputs?: number
  units?: number
  outputs?: number
  gain?: number
  seed?: number
  dtype?: 'f32' | 'f64'
  activation?: 'tanh' | 'sigmoid' | 'softplus'
} = {}): Network => {
  const network = sequential(inputs, [
    recurrent(units, activation, { lateral: { law: 'lecunNormal', gain }, ...(dtype === 'f64' && exactly) }),
    dense(outputs),
  ]).build({ dtype, seed })
  for (const { name, shape, write } of network.parameters.map((p) => ({ name: p.name, shape: p.shape, write: p.write.bind(p) })))
    if (name.endsWith('bias')) write(uniform(shape[0], seed + 77, 0.3))
  return network
}
const parameter = (network: Network, name: string) => network.parameters.find((p) => p.name === name)!
const matrix = (values: ArrayLike<number>, columns: number): number[][] =>
  Array.from({ length: values.length / columns }, (_, i) => Array.from({ length: columns }, (_, j) => values[i * columns + j]))
const times = (w: number[][], x: readonly number[]): number[] => w.map((row) => dot(row, x))

/** The fixed point of one sample in plain arithmetic. */
function fixedPoint(network: Network, x: readonly number[]): number[] {
  const [u, b, v] = ['weight', 'bias', 'lateral'].map((name) => parameter(network, `layers.0.${name}`).read())
  let h = new Array<number>(b.length).fill(0)
  const drive = times(matrix(u, x.length), x).map((value, i) => value + b[i])
  for (let t = 0; t < 3000; t++) h = times(matrix(v, h.length), h).map((value, i) => Math.tanh(value + drive[i]))
  return h
}

/** The spectral radius of diag(f') V at the fixed point: how fast powers of it grow. */
function spectralRadius(network: Network, x: readonly number[]): number {
  const h = fixedPoint(network, x)
  const jacobian = matrix(parameter(network, 'layers.0.lateral').read(), h.length).map((row, i) =>
    row.map((value) => value * (1 - h[i] ** 2)),
  )
  let u = uniform(h.length, 1)
  let logarithm = 0
  for (let t = 0; t < 4000; t++) {
    u = times(jacobian, u)
    if (t >= 1000) logarithm += Math.log(norm(u))
    const size = norm(u)
    u = u.map((value) => value / size)
  }
  return Math.exp(logarithm / 3000)
}

it('has the parameters weight, bias and lateral, drawn by their laws', () => {
  const network = build({ units: 40 })
  expect(network.parameters.map(({ name, shape }) => [name, shape])).toEqual([
    ['layers.0.weight', [40, 3]],
    ['layers.0.bias', [40]],
    ['layers.0.lateral', [40, 40]],
    ['layers.1.weight', [2, 40]],
    ['layers.1.bias', [2]],
  ])
  const lateral = parameter(network, 'layers.0.lateral').read()
  expect(norm(lateral) / 40).toBeCloseTo(0.5 / Math.sqrt(40), 2)
  network.dispose()
})

it.each(dtypes)('predicts from the fixed point, in %s', (dtype) => {
  const network = build({ dtype })
  const { x } = batchFor(network, 4)
  const [w, b] = [parameter(network, 'layers.1.weight').read(), parameter(network, 'layers.1.bias').read()]
  const expected = [0, 1, 2, 3].flatMap((n) =>
    times(matrix(w, 6), fixedPoint(network, Array.from(x).slice(3 * n, 3 * n + 3))).map((value, i) => value + b[i]),
  )
  expect(relativeError(network.predict(x), expected)).toBeLessThan(dtype === 'f64' ? 1e-13 : 1e-5)
  withTrainer(network, { learner: recurrentBackprop({ gamma: 0, freeSweeps: 500, tolerance: 0 }) }, (trainer) => {
    expect(relativeError(predictionsOf(trainer, batchFor(network, 4)), expected)).toBeLessThan(dtype === 'f64' ? 1e-13 : 1e-5)
  })
  network.dispose()
})

describe.each([squaredError(), crossEntropy(), binaryCrossEntropy()])('under $name', (loss: Loss) => {
  it('recurrent backprop is the gradient at the fixed point, with feedback from the layers above and without', () => {
    fc.assert(
      fc.property(
        fc.record({
          units: fc.integer({ min: 1, max: 7 }),
          inputs: fc.integer({ min: 1, max: 4 }),
          outputs: fc.integer({ min: 2, max: 3 }),
          seed: fc.nat(1e6),
          activation: fc.constantFrom('tanh', 'sigmoid', 'softplus'),
        }),
        fc.constantFrom(0, 0.5, 1),
        (spec, gamma) => {
          const network = build({ ...spec, gain: 0.3 })
          parameter(network, 'layers.1.weight').write(uniform(spec.units * spec.outputs, spec.seed, 0.15))
          const { passed, measured } = measureClaim(
            network,
            recurrentBackprop({ gamma }),
            loss,
            batchFor(network, 3, targetsOf(loss), spec.seed),
          )
          network.dispose()
          expect(passed, measured).toBe(true)
        },
      ),
      { numRuns: 25 },
    )
  })

  it('without feedback it is the gradient of what the network predicts', () => {
    const network = build()
    const batch = batchFor(network, 3, targetsOf(loss))
    const numerical = directionOf(network, { learner: centralDifferences(), loss }, batch)
    expect(
      relativeError(directionOf(network, { learner: recurrentBackprop({ ...toRounding, gamma: 0 }), loss }, batch), numerical),
    ).toBeLessThan(1e-9)
    network.dispose()
  })
})

it.each([
  [1, 0.6],
  [2, 0.8],
  [3, 0.9],
  [4, 1],
])('truncated after K sweeps the adjoint of network %i is off by rho^K', (seed, gain) => {
  const network = build({ units: 8, seed, gain })
  const batch = batchFor(network, 1)
  const radius = spectralRadius(network, Array.from(batch.x))
  expect(radius).toBeGreaterThan(0.2)
  const exact = directionOf(network, { learner: recurrentBackprop({ ...toRounding, gamma: 0 }) }, batch)
  const errorAfter = (adjointSweeps: number): number =>
    relativeError(directionOf(network, { learner: recurrentBackprop({ ...toRounding, gamma: 0, adjointSweeps }) }, batch), exact)
  // As many sweeps as take the error from about 1e-3 to 1e-11, so that a pair of complex eigenvalues turns many times.
  const [from, to] = [-3, -11].map((digits) => Math.round((digits * Math.LN10) / Math.log(radius))) as [number, number]
  const slope = Math.log(errorAfter(to) / errorAfter(from)) / (to - from)
  expect(Math.abs(slope - Math.log(radius))).toBeLessThan(0.1)
  network.dispose()
})

// The layers of a feedforward network of 4, 3 and 2 units as one recurrent layer, V strictly lower block-triangular: three
// sweeps of the adjoint are backpropagation, and exact.
it('with the weights of a feedforward network is backprop, after as many sweeps as there are layers', () => {
  const [n0, sizes] = [5, [4, 3, 2]]
  const layered = sequential(
    n0,
    sizes.map((units) => dense(units, 'tanh')),
  ).build({ dtype: 'f64', seed: 2 })
  layered.parameters.forEach((p, i) => p.write(uniform(p.read().length, i + 5, 0.8)))
  const starts = [0, 4, 7]
  const n = 9
  const whole = sequential(n0, [recurrent(n, 'tanh', exactly), dense(2)]).build({ dtype: 'f64' })
  const lateral = new Array<number>(n * n).fill(0)
  const [inward, bias] = [new Array<number>(n * n0).fill(0), new Array<number>(n).fill(0)]
  /** Where each parameter of the layered network is in the other, by parameter and index. */
  const places = sizes.flatMap((units, l) => {
    const width = l === 0 ? n0 : sizes[l - 1]
    const weight = Array.from({ length: units * width }, (_, at) => {
      const [i, j] = [starts[l] + Math.floor(at / width), at % width]
      return l === 0 ? (['layers.0.weight', i * n0 + j] as const) : (['layers.0.lateral', i * n + starts[l - 1] + j] as const)
    })
    return [weight, Array.from({ length: units }, (_, i) => ['layers.0.bias', starts[l] + i] as const)]
  })
  const target = { 'layers.0.weight': inward, 'layers.0.bias': bias, 'layers.0.lateral': lateral }
  places.forEach((list, p) => list.forEach(([name, at], i) => (target[name][at] = layered.parameters[p].read()[i]!)))
  for (const [name, values] of Object.entries(target)) parameter(whole, name).write(values)
  const readout = new Array<number>(2 * n).fill(0)
  readout[7] = readout[n + 8] = 1
  parameter(whole, 'layers.1.weight').write(readout)

  const batch = batchFor(layered, 4)
  expect(relativeError(whole.predict(batch.x), layered.predict(batch.x))).toBeLessThan(1e-15)
  const gradient = directionOf(layered, { learner: backprop() }, batch)
  const found = (adjointSweeps: number): number[] =>
    withTrainer(whole, { learner: recurrentBackprop({ ...toRounding, gamma: 0, adjointSweeps }) }, (trainer) => {
      const direction = trainer.direction(batch)
      const all = Object.fromEntries(Object.keys(target).map((name) => [name, direction.of(name)]))
      return places.flatMap((list) => list.map(([name, at]) => all[name][at]))
    })
  expect(relativeError(found(3), gradient)).toBeLessThan(1e-14)
  expect(relativeError(found(2), gradient)).toBeGreaterThan(0.01)
  layered.dispose()
  whole.dispose()
})

it('learns, and holds no more memory than at first; weight perturbation teaches it too', () => {
  for (const learner of [recurrentBackprop({ gamma: 0 }), recurrentBackprop(), weightPerturbation({ samples: 20 })]) {
    const network = build({ dtype: 'f32', gain: 0.4 })
    withTrainer(network, { learner, optimizer: sgd({ learningRate: 0.1 }) }, (trainer) => {
      const batch = batchFor(network, 8)
      const before = trainer.evaluate(batch).loss
      trainer.step(batch)
      const held = bytesInUse()
      for (let step = 0; step < 300; step++) trainer.step(batch)
      expect(bytesInUse()).toBe(held)
      expect(trainer.evaluate(batch).loss).toBeLessThan(0.5 * before)
    })
    network.dispose()
  }
})

it('settles behind a pooling as it does on what the pooling makes', () => {
  const options = { lateral: { law: 'lecunNormal', gain: 0.5 }, ...exactly } as const
  const pooled = sequential({ height: 2, width: 6, channels: 1 }, [averagePool2d(2), recurrent(4, 'tanh', options), dense(2)]).build({
    dtype: 'f64',
    seed: 1,
  })
  const bare = sequential(3, [recurrent(4, 'tanh', options), dense(2)]).build({ dtype: 'f64', seed: 1 })
  for (const from of pooled.parameters) parameter(bare, from.name).write(from.read())
  const x = uniform(12, 5)
  const means = [0, 2, 4].map((j) => (x[j] + x[j + 1] + x[6 + j] + x[7 + j]) / 4)
  expect(relativeError(pooled.predict(x), bare.predict(means))).toBeLessThan(1e-14)
  const one = { x, y: [0.2, -0.4], size: 1 }
  const [adjoint, numerical] = [recurrentBackprop({ ...toRounding, gamma: 0 }), centralDifferences()].map((learner) =>
    directionOf(pooled, { learner }, one),
  )
  expect(relativeError(adjoint, numerical)).toBeLessThan(1e-8)
  for (const network of [pooled, bare]) network.dispose()
})

it('is no readout outside of what settles', () => {
  const network = sequential(3, [dense(4, 'tanh'), recurrent(2)]).build({ dtype: 'f64', seed: 1 })
  const held = bytesInUse()
  const optimizer = sgd({ learningRate: 0.1 })
  expect(() => createTrainer(network, { learner: recurrentBackprop({ readout: 'outside' }), loss: squaredError(), optimizer })).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED', expected: 'a last layer without lateral weights', got: 'recurrent' }),
  )
  expect(bytesInUse()).toBe(held)
  network.dispose()
})

it('a checkpoint keeps it', () => {
  const options = { learner: recurrentBackprop({ gamma: 0 }), loss: squaredError(), optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }) }
  const [resumed, gone] = goneOnAfter(sequential(3, [recurrent(4, 'sigmoid', { sweeps: 50 }), dense(2)]), options)
  expect(Buffer.compare(resumed, gone)).toBe(0)
})

const refusing = variants.filter(({ learner }) => !['recurrentBackprop', 'weightPerturbation'].includes(learner.name))

it.each(refusing)('$label refuses it, and keeps nothing', ({ learner }) => {
  const network = build()
  const held = bytesInUse()
  const attach = (): unknown => createTrainer(network, { learner, loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }) })
  expect(attach).toThrow(NgradError)
  expect(attach).toThrow('expected a layer without lateral weights, got recurrent')
  expect(bytesInUse()).toBe(held)
  network.dispose()
})

it('stands among other layers, images as well', () => {
  const network = sequential(
    [4, 4, 1],
    [conv2d(2, { kernel: 2 }, 'tanh'), recurrent(5, 'tanh', exactly), recurrent(3, 'sigmoid', exactly), dense(2)],
  ).build({ dtype: 'f64', seed: 3 })
  const { passed, measured } = measureClaim(network, recurrentBackprop({ gamma: 0.3 }), squaredError(), batchFor(network, 3))
  expect(passed, measured).toBe(true)
  network.dispose()
})
