// Bad input of every kind at every public door: an NgradError that says where, what was expected and what came,
// and everything as it was. The kinds that matter one by one; bad-input-sweep.test.ts goes through all doors and all kinds.
import { describe, expect, it } from 'vitest'
import { bytesInUse } from '../src/core/memory.js'
import * as ngrad from '../src/index.js'
import {
  adam,
  angles,
  averagePool2d,
  backprop,
  centralDifferences,
  chain,
  clipNorm,
  contrastiveHebbian,
  conv2d,
  createTrainer,
  crossEntropy,
  dense,
  directFeedbackAlignment,
  equilibriumPropagation,
  feedbackAlignment,
  gradientCheck,
  init,
  kolenPollack,
  linearSchedule,
  measureClaim,
  NgradError,
  type NgradErrorCode,
  nodePerturbation,
  predictiveCoding,
  recurrentBackprop,
  sequential,
  sgd,
  squaredError,
  stepSchedule,
  type Trainer,
  warmup,
  weightPerturbation,
} from '../src/index.js'
import { bits, build, everythingOf } from './support/teaching.js'

/** Calls with arguments that no type allows. */
const wrongly = <F>(f: F) => f as unknown as (...args: unknown[]) => unknown

function expectRefusal(call: () => unknown, code: NgradErrorCode): void {
  let error: unknown
  try {
    call()
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(NgradError)
  const { code: got, where, expected, got: came, message } = error as NgradError
  expect(got, message).toBe(code)
  for (const part of [where, expected, came]) {
    expect(part).toBeTypeOf('string')
    expect(part.length).toBeGreaterThan(0)
    expect(message).toContain(part)
  }
}

type Case = [door: string, call: () => unknown, code: NgradErrorCode]

const numbers = (door: string, call: (value: unknown) => unknown, bad: readonly unknown[]): Case[] =>
  bad.map((value) => [
    `${door} of ${typeof value === 'string' ? `'${value}'` : String(value)}`,
    () => call(value),
    typeof value !== 'number' ? 'TYPE' : Number.isFinite(value) ? 'RANGE' : 'NOT_FINITE',
  ])

const notPositive = [0, -1, NaN, Infinity, '1', null]
const notCount = [0, -1, 1.5, NaN, Infinity, '3', {}]
const negative = [-0.1, NaN, Infinity, '1', null]

const settings: Case[] = [
  ...numbers('dense(units)', (value) => wrongly(dense)(value), notCount),
  ['dense(_, activation)', () => wrongly(dense)(3, 'swish'), 'RANGE'],
  ['dense(_, _, law)', () => wrongly(dense)(3, 'tanh', { initialization: { law: 'huge' } }), 'RANGE'],
  ...numbers('sequential(inputs)', (value) => wrongly(sequential)(value, [dense(1)]), [0, -1, 1.5, NaN, Infinity]),
  ...numbers('conv2d(channels)', (value) => wrongly(conv2d)(value, { kernel: 1 }), notCount),
  ...numbers('conv2d({ kernel })', (value) => wrongly(conv2d)(1, { kernel: value }), notCount),
  ...numbers('conv2d({ kernel: [1, _] })', (value) => wrongly(conv2d)(1, { kernel: [1, value] }), notCount),
  ...numbers('conv2d({ stride })', (value) => wrongly(conv2d)(1, { kernel: 3, stride: value }), notCount),
  ...numbers('conv2d({ padding })', (value) => wrongly(conv2d)(1, { kernel: 3, padding: value }), [-1, 3, 0.5, NaN, '1']),
  ...numbers('conv2d({ pool })', (value) => wrongly(conv2d)(1, { kernel: 3, pool: value }), notCount),
  ['conv2d({ kernel }) of three extents', () => wrongly(conv2d)(1, { kernel: [1, 2, 3] }), 'SHAPE'],
  ['conv2d(_, no options)', () => wrongly(conv2d)(3), 'TYPE'],
  ['conv2d(_, no kernel)', () => wrongly(conv2d)(3, {}), 'TYPE'],
  ['conv2d(_, _, activation)', () => wrongly(conv2d)(3, { kernel: 1 }, 'swish'), 'RANGE'],
  ['conv2d(_, law)', () => wrongly(conv2d)(3, { kernel: 1, initialization: { law: 'huge' } }), 'RANGE'],
  ['conv2d(_, initialization)', () => wrongly(conv2d)(3, { kernel: 1, initialization: 3 }), 'TYPE'],
  ['conv2d over no image', () => sequential(9, [conv2d(1, { kernel: 1 })]), 'SHAPE'],
  ['conv2d over an image smaller than its kernel', () => sequential([4, 2, 1], [conv2d(1, { kernel: 3 })]), 'SHAPE'],
  ['conv2d after a dense layer', () => sequential([4, 4, 1], [dense(4), conv2d(1, { kernel: 1 })]), 'SHAPE'],
  ['conv2d with more pooling than pixels', () => sequential([4, 4, 1], [conv2d(1, { kernel: 3, pool: 3 })]), 'SHAPE'],
  ...numbers('averagePool2d(size)', (value) => wrongly(averagePool2d)(value), notCount),
  ...numbers('averagePool2d({ stride })', (value) => wrongly(averagePool2d)(2, { stride: value }), notCount),
  ['averagePool2d over no image', () => sequential(9, [averagePool2d(1), dense(1)]), 'SHAPE'],
  ['averagePool2d larger than the image', () => sequential([4, 4, 1], [averagePool2d([1, 5]), dense(1)]), 'SHAPE'],
  ['sequential(_, a pooling at the end)', () => sequential([4, 4, 1], [dense(1), averagePool2d(1)]), 'RANGE'],
  ['sequential(_, a pooling before what is no layer)', () => wrongly(sequential)([4, 4, 1], [averagePool2d(1), undefined]), 'TYPE'],
  ['sequential(nothing)', () => wrongly(sequential)(null, [dense(1)]), 'TYPE'],
  ['sequential(an image without channels)', () => wrongly(sequential)({ height: 2, width: 2 }, [dense(1)]), 'TYPE'],
  ['sequential(no extents)', () => sequential([], [dense(1)]), 'SHAPE'],
  ['sequential(a huge image)', () => sequential([1 << 12, 1 << 12, 3], [dense(1)]), 'RANGE'],
  ...numbers('recurrent(units)', (value) => wrongly(ngrad.recurrent)(value), notCount),
  ['recurrent(_, activation)', () => wrongly(ngrad.recurrent)(3, 'swish'), 'RANGE'],
  ['recurrent(_, _, lateral law)', () => wrongly(ngrad.recurrent)(3, 'tanh', { lateral: { law: 'huge' } }), 'RANGE'],
  ['recurrent(_, _, no options)', () => wrongly(ngrad.recurrent)(3, 'tanh', null), 'TYPE'],
  ...numbers('recurrent({ sweeps })', (value) => wrongly(ngrad.recurrent)(3, 'tanh', { sweeps: value }), notCount),
  ...numbers('recurrent({ tolerance })', (value) => wrongly(ngrad.recurrent)(3, 'tanh', { tolerance: value }), negative),
  ...numbers('recurrentBackprop({ adjointSweeps })', (value) => wrongly(recurrentBackprop)({ adjointSweeps: value }), notCount),
  ['equilibriumPropagation({ states })', () => wrongly(equilibriumPropagation)({ states: 'spikes' }), 'RANGE'],
  ['sequential(_, no layers)', () => sequential(1, []), 'RANGE'],
  ['sequential(_, what is no layer)', () => wrongly(sequential)(1, [{}]), 'TYPE'],
  ['build({ dtype })', () => sequential(1, [dense(1)]).build({ dtype: 'f16' as never }), 'RANGE'],
  ...numbers('build({ seed })', (value) => sequential(1, [dense(1)]).build({ seed: value as number }), [-1, 0.5, 2 ** 32, NaN, '7']),
  ...numbers('sgd({ learningRate })', (value) => wrongly(sgd)({ learningRate: value }), negative),
  ...numbers('sgd({ momentum })', (value) => wrongly(sgd)({ learningRate: 1, momentum: value }), [-0.1, 1, NaN, '0']),
  ...numbers('sgd({ weightDecay })', (value) => wrongly(sgd)({ learningRate: 1, weightDecay: value }), negative),
  ...numbers('adam({ learningRate })', (value) => wrongly(adam)({ learningRate: value }), negative),
  ...numbers('adam({ beta1 })', (value) => wrongly(adam)({ beta1: value }), [-0.1, 1, NaN, '0']),
  ...numbers('adam({ beta2 })', (value) => wrongly(adam)({ beta2: value }), [-0.1, 1, NaN, '0']),
  ...numbers('adam({ epsilon })', (value) => wrongly(adam)({ epsilon: value }), notPositive),
  ...numbers('clipNorm(maximum)', (value) => wrongly(clipNorm)(value), notPositive),
  ['chain(what is no optimizer)', () => wrongly(chain)(adam(), {}), 'TYPE'],
  ...numbers('linearSchedule(steps)', (value) => wrongly(linearSchedule)(1, 0, value), notCount),
  ...numbers('stepSchedule(every)', (value) => wrongly(stepSchedule)(1, 0.5, value), notCount),
  ...numbers('warmup(steps)', (value) => wrongly(warmup)(value, 1), notCount),
  ...numbers('feedbackAlignment({ scale })', (value) => wrongly(feedbackAlignment)({ scale: value }), notPositive),
  ...numbers('directFeedbackAlignment({ scale })', (value) => wrongly(directFeedbackAlignment)({ scale: value }), notPositive),
  ...numbers('kolenPollack({ decay })', (value) => wrongly(kolenPollack)({ decay: value }), [-0.1, 1, NaN, '0']),
  ...numbers('contrastiveHebbian({ gamma })', (value) => wrongly(contrastiveHebbian)({ gamma: value }), [0, -1, 1.1, NaN, '1']),
  ...numbers('contrastiveHebbian({ freeSweeps })', (value) => wrongly(contrastiveHebbian)({ freeSweeps: value }), notCount),
  ...numbers('equilibriumPropagation({ beta })', (value) => wrongly(equilibriumPropagation)({ beta: value }), notPositive),
  ...numbers('equilibriumPropagation({ step })', (value) => wrongly(equilibriumPropagation)({ step: value }), [0, 1.5, NaN, '1']),
  ...numbers('equilibriumPropagation({ tolerance })', (value) => wrongly(equilibriumPropagation)({ tolerance: value }), negative),
  ['equilibriumPropagation({ nudging })', () => wrongly(equilibriumPropagation)({ nudging: 'both' }), 'RANGE'],
  ['equilibriumPropagation({ readout })', () => wrongly(equilibriumPropagation)({ readout: 'beside' }), 'RANGE'],
  [
    'equilibriumPropagation({ readout, nudging })',
    () => equilibriumPropagation({ readout: 'outside', nudging: 'holomorphic' }),
    'UNSUPPORTED',
  ],
  ['recurrentBackprop({ readout })', () => wrongly(recurrentBackprop)({ readout: true }), 'RANGE'],
  ...numbers('recurrentBackprop({ gamma })', (value) => wrongly(recurrentBackprop)({ gamma: value }), negative),
  ['predictiveCoding({ variant })', () => wrongly(predictiveCoding)({ variant: 'loose' }), 'RANGE'],
  ...numbers('predictiveCoding({ precision })', (value) => wrongly(predictiveCoding)({ precision: value }), notPositive),
  ...numbers('predictiveCoding({ steps })', (value) => wrongly(predictiveCoding)({ steps: value }), notCount),
  ...numbers('weightPerturbation({ sigma })', (value) => wrongly(weightPerturbation)({ sigma: value }), notPositive),
  ['weightPerturbation({ noise })', () => wrongly(weightPerturbation)({ noise: 'pink' }), 'RANGE'],
  ['weightPerturbation({ difference })', () => wrongly(weightPerturbation)({ difference: 'backward' }), 'RANGE'],
  ...numbers('nodePerturbation({ samples })', (value) => wrongly(nodePerturbation)({ samples: value }), notCount),
  ...numbers('centralDifferences({ step })', (value) => wrongly(centralDifferences)({ step: value }), notPositive),
  ['generec({ variant })', () => wrongly(ngrad.generec)({ variant: 'loose' }), 'RANGE'],
  ...numbers('postRateHebbian({ beta })', (value) => wrongly(ngrad.postRateHebbian)({ beta: value }), notPositive),
  ...numbers('recirculation({ regression })', (value) => wrongly(ngrad.recirculation)({ regression: value }), [-0.1, 1, NaN, '0']),
  ...numbers('targetPropagation({ eta })', (value) => wrongly(ngrad.targetPropagation)({ eta: value }), notPositive),
  ...numbers(
    'differenceTargetPropagation({ noise })',
    (value) => wrongly(ngrad.differenceTargetPropagation)({ noise: value }),
    notPositive,
  ),
  ['differenceTargetPropagation({ decoder })', () => wrongly(ngrad.differenceTargetPropagation)({ decoder: 'none' }), 'RANGE'],
  ...numbers('gaussNewton({ damping })', (value) => wrongly(ngrad.gaussNewton)({ damping: value }), negative),
  ['ngrad(what are no rows)', () => wrongly(ngrad.ngrad)(1, [[1]], [[1]], 1), 'TYPE'],
  ['ngrad(_, another number of rows)', () => wrongly(ngrad.ngrad)([[1]], [[1], [2]], [[1]], 1), 'SHAPE'],
  ['ngrad(_, _, _, scale)', () => wrongly(ngrad.ngrad)([[1]], [[1]], [[1]], 0), 'RANGE'],
  ['init(bytes)', () => init(new Uint8Array(8)), 'TYPE'],
  ['init(nothing)', () => wrongly(init)(), 'TYPE'],
]

it.each(settings)('%s is refused', (_door, call, code) => expectRefusal(call, code))

describe('a trainer', () => {
  const teaching = { learner: backprop(), loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }) }

  it.each([
    ['no network', (): unknown => wrongly(createTrainer)(null, teaching)],
    ['no options', (): unknown => wrongly(createTrainer)(build({ sizes: [2, 3] }))],
    ['no learner', (): unknown => wrongly(createTrainer)(build({ sizes: [2, 3] }), { ...teaching, learner: backprop })],
    ['no loss', (): unknown => wrongly(createTrainer)(build({ sizes: [2, 3] }), { ...teaching, loss: 'crossEntropy' })],
    ['no optimizer', (): unknown => wrongly(createTrainer)(build({ sizes: [2, 3] }), { ...teaching, optimizer: undefined })],
  ])('with %s is refused', (_what, call) => expectRefusal(call, 'TYPE'))

  const batches: [string, unknown, NgradErrorCode][] = [
    ['null', null, 'TYPE'],
    ['a number', 3, 'TYPE'],
    ['no x', { y: [1, 0, 0], size: 1 }, 'TYPE'],
    ['no y', { x: [1, 2], size: 1 }, 'TYPE'],
    ['no rows', { x: [], y: [], size: 0 }, 'RANGE'],
    ['half a row', { x: [1, 2, 3], y: [1, 0, 0], size: 1 }, 'SHAPE'],
    ['more targets than rows', { x: [1, 2], y: [1, 0, 0, 0, 1, 0], size: 1 }, 'SHAPE'],
    ['a size that is not its rows', { x: [1, 2], y: [1, 0, 0], size: 2 }, 'SHAPE'],
    ['NaN in x', { x: [1, NaN], y: [1, 0, 0], size: 1 }, 'NOT_FINITE'],
    ['infinity in x', { x: [-Infinity, 1], y: [1, 0, 0], size: 1 }, 'NOT_FINITE'],
    ['a number too large for floats', { x: [1e39, 1], y: [1, 0, 0], size: 1 }, 'NOT_FINITE'],
    ['NaN in y', { x: [1, 2], y: [1, NaN, 0], size: 1 }, 'NOT_FINITE'],
    ['targets that are no probabilities', { x: [1, 2], y: [2, 0, 0], size: 1 }, 'RANGE'],
    ['words', { x: ['a', 'b'], y: [1, 0, 0], size: 1 }, 'NOT_FINITE'],
  ]
  const doors: [string, (trainer: Trainer, batch: never) => unknown][] = [
    ['step', (trainer, batch) => trainer.step(batch)],
    ['direction', (trainer, batch) => trainer.direction(batch)],
    ['angles', (trainer, batch) => angles(trainer, backprop(), batch)],
    ['gradientCheck', (trainer, batch) => gradientCheck(trainer.network, backprop(), crossEntropy(), batch)],
  ]
  it.each(doors.flatMap(([door, call]) => batches.map(([what, batch, code]) => ({ door, what, call, batch, code }))))(
    '$door refuses $what',
    ({ call, batch, code }) => {
      const network = build({ sizes: [2, 3], dtype: 'f32' })
      const trainer = createTrainer(network, teaching)
      const before = bits(everythingOf(trainer))
      expectRefusal(() => call(trainer, batch as never), code)
      expect(bits(everythingOf(trainer))).toBe(before)
      trainer.step({ x: [1, 2], y: [1, 0, 0], size: 1 }) // it goes on working
      trainer.dispose()
      network.dispose()
    },
  )

  it('says which row and column', () => {
    const network = build({ sizes: [2, 3] })
    const trainer = createTrainer(network, teaching)
    expect(() => trainer.step({ x: [1, 2, 3, NaN], y: [1, 0, 0, 1, 0, 0], size: 2 })).toThrow(
      'step(batch): batch.x, row 1, column 1: expected a finite number, got NaN',
    )
    trainer.dispose()
    network.dispose()
  })

  it.each([
    ['epochs', { epochs: -1 }],
    ['epochs', { epochs: 1.5 }],
    ['batchSize', { batchSize: 0 }],
    ['batchSize', { batchSize: NaN }],
  ])('fit refuses bad %s', async (_what, options) => {
    const network = build({ sizes: [2, 3] })
    const trainer = createTrainer(network, teaching)
    const fitting = trainer.fit({ x: [1, 2], y: [1, 0, 0], size: 1 }, options).next()
    await expect(fitting).rejects.toBeInstanceOf(NgradError)
    trainer.dispose()
    network.dispose()
  })
})

describe('a network', () => {
  it.each([
    ['a ragged x', [1, 2, 3], 'SHAPE'],
    ['NaN', [1, NaN], 'NOT_FINITE'],
    ['nothing', undefined, 'TYPE'],
    ['a number', 3, 'TYPE'],
  ] as const)('refuses to predict from %s', (_what, x, code) => {
    const network = build({ sizes: [2, 3] })
    expectRefusal(() => network.predict(x as never), code)
    network.dispose()
  })

  it.each([
    ['too few numbers', [1], 'SHAPE'],
    ['NaN', [1, NaN, 0, 0, 0, 0], 'NOT_FINITE'],
    ['nothing', undefined, 'TYPE'],
  ] as const)('refuses parameters with %s', (_what, values, code) => {
    const network = build({ sizes: [2, 3] })
    const before = network.parameters[0].read()
    expectRefusal(() => network.parameters[0].write(values as never), code)
    expect(network.parameters[0].read()).toEqual(before)
    network.dispose()
  })

  it('too large for the memory is an error, and nothing is kept', () => {
    const before = bytesInUse()
    const huge = sequential(1 << 15, [dense(1 << 15), dense(1 << 15)])
    expectRefusal(() => huge.build({ dtype: 'f64' }), 'OUT_OF_MEMORY')
    expect(bytesInUse()).toBe(before)
  })

  it('of images too large for the memory is an error, and nothing is kept', () => {
    const before = bytesInUse()
    const huge = sequential([1 << 12, 1 << 12, 1], [conv2d(1 << 12, { kernel: 3 }), dense(1)])
    expectRefusal(() => huge.build({ dtype: 'f64' }), 'OUT_OF_MEMORY')
    expect(bytesInUse()).toBe(before)
  })

  it('in single precision has no claims to measure', () => {
    const network = build({ sizes: [2, 3], dtype: 'f32' })
    expectRefusal(() => measureClaim(network, backprop(), squaredError(), { x: [1, 2], y: [1, 0, 0], size: 1 }), 'UNSUPPORTED')
    network.dispose()
  })

  it('shows no parameter that is not there', () => {
    const network = build({ sizes: [2, 3] })
    const trainer = createTrainer(network, { learner: backprop(), loss: squaredError(), optimizer: adam() })
    expectRefusal(() => trainer.direction({ x: [1, 2], y: [1, 0, 0], size: 1 }).of('layers.7.weight'), 'RANGE')
    trainer.dispose()
    network.dispose()
  })
})
