// Nothing that is not finite is stored, or returned as if it were: a step that would overflow throws, and everything is as
// it was, to the bit of a checkpoint.
import { describe, expect, it } from 'vitest'
import {
  adam,
  type AdamOptions,
  backprop,
  boltzmannMachine,
  chain,
  clipNorm,
  contrastiveDivergence,
  createTrainer,
  crossEntropy,
  dense,
  type DType,
  equilibriumPropagation,
  helmholtzMachine,
  kolenPollack,
  linearSchedule,
  nodePerturbation,
  type Optimizer,
  predictiveHierarchy,
  rbm,
  readSafetensors,
  resume,
  save,
  sequential,
  sgd,
  squaredError,
  type Trainer,
  warmup,
  writeSafetensors,
} from '../../src/index.js'
import { variants } from '../support/rules.js'
import { batchFor, build, dtypes, withNetwork, withTrainer } from '../support/teaching.js'

const notFinite = expect.objectContaining({ name: 'NgradError', code: 'NOT_FINITE' })

/** Steps until one throws, which must be for an overflow; what was saved just before, and just after. */
function untilOverflow(trainer: Trainer, batch: ReturnType<typeof batchFor>, most = 2000): { message: string; steps: number } {
  const first = trainer.steps
  for (let steps = 0; steps < most; steps++) {
    const before = save(trainer) // throws where something stored is not finite
    try {
      trainer.step(batch)
    } catch (error) {
      expect(error).toEqual(notFinite)
      expect(Buffer.from(save(trainer)).equals(before), 'as it was').toBe(true)
      expect(trainer.steps - first).toBe(steps)
      return { message: (error as Error).message, steps }
    }
  }
  throw new Error('no step overflowed')
}

const diverging: [string, (size: number) => Optimizer][] = [
  ['sgd', (learningRate) => sgd({ learningRate })],
  ['sgd with momentum', (learningRate) => sgd({ learningRate, momentum: 0.9 })],
  ['sgd with Nesterov momentum and decay', (learningRate) => sgd({ learningRate, momentum: 0.9, nesterov: true, weightDecay: 0.1 })],
  ['weight decay alone', (learningRate) => sgd({ learningRate: 1, weightDecay: learningRate })],
  ['adam with decay', (learningRate) => adam({ learningRate, weightDecay: 1 })],
  ['a chain with clipNorm', (learningRate) => chain(clipNorm(1e3), sgd({ learningRate }))],
  ['a warm-up', (learningRate) => sgd({ learningRate: warmup(4, learningRate) })],
]

describe.each(dtypes)('in %s', (dtype: DType) => {
  const huge = dtype === 'f32' ? 1e37 : 1e307

  it.each(diverging)('%s that diverges stops before it overflows', (_, make) => {
    withNetwork({ sizes: [3, 4, 2], hidden: 'identity', dtype }, (network) =>
      withTrainer(network, { learner: backprop(), optimizer: make(huge) }, (trainer) => untilOverflow(trainer, batchFor(network, 4))),
    )
  })

  it.each(variants.map(({ label, learner }) => [label, learner] as const))(
    'under %s too, its own parameters and noise included',
    (_, learner) => {
      // Large weights drown a perturbation, so that nothing moves: there the decay diverges.
      withNetwork({ sizes: [3, 4, 2], dtype }, (network) =>
        withTrainer(network, { learner, optimizer: sgd({ learningRate: 1, momentum: 0.9, weightDecay: 1e6 }) }, (trainer) =>
          untilOverflow(trainer, batchFor(network, 4)),
        ),
      )
    },
  )

  // The square of the gradient is what Adam keeps: infinite once, nothing would move ever again.
  it('one large gradient is refused by Adam, by name, and training goes on', () => {
    withNetwork({ sizes: [1, 1], dtype }, (network) =>
      withTrainer(network, { learner: backprop(), optimizer: adam({ learningRate: 0.05 }) }, (trainer) => {
        trainer.step({ x: [1], y: [3], size: 1 })
        // A gradient of about x y, whose square overflows where that of x alone does not: so that the loss is finite.
        const [x, y] = dtype === 'f32' ? [1e10, -1e10] : [1e78, -1e78]
        const { message } = untilOverflow(trainer, { x: [x], y: [y], size: 1 }, 1)
        expect(message).toMatch(/the optimizer's v of layers\.0\.weight/)
        const losses = Array.from({ length: 400 }, () => trainer.step({ x: [1], y: [3], size: 1 }))
        expect(losses.at(-1)).toBeLessThan(1e-3)
      }),
    )
  })

  it('a step of size 0 is taken back as well, where what it would multiply overflows', () => {
    withNetwork({ sizes: [3, 2], dtype }, (network) => {
      const options = { learner: backprop(), loss: squaredError(), optimizer: adam({ learningRate: 0 }) }
      const trainer = createTrainer(network, options)
      const batch = batchFor(network, 4)
      trainer.step(batch)
      const { tensors, metadata } = readSafetensors(save(trainer))
      const m = tensors.get('optimizer.network.m')!
      const moments = dtype === 'f32' ? new Float32Array(m.bytes.length / 4) : new Float64Array(m.bytes.length / 8)
      moments[0] = dtype === 'f32' ? 3e38 : 1.7e308
      const bytes = writeSafetensors({
        tensors: new Map([...tensors, ['optimizer.network.m', { ...m, bytes: new Uint8Array(moments.buffer) }]]),
        metadata,
      })
      const { trainer: resumed, network: other } = resume(bytes, options)
      expect(() => resumed.step(batch)).toThrow(notFinite)
      expect(Buffer.from(save(resumed)).equals(bytes)).toBe(true)
      for (const made of [trainer, resumed, other]) made.dispose()
    })
  })

  it('says which parameter would have overflowed', () => {
    withNetwork({ sizes: [2, 1], dtype }, (network) =>
      withTrainer(network, { learner: backprop(), optimizer: sgd({ learningRate: huge }) }, (trainer) => {
        const { message } = untilOverflow(trainer, { x: [1e-30, 1e-30], y: [1e9], size: 1 })
        expect(message).toMatch(/^step\(batch\): layers\.0\.bias after the update: expected finite numbers in f/)
      }),
    )
  })

  it('feedback weights that follow are looked at as well', () => {
    withNetwork({ sizes: [2, 2, 1], dtype, hidden: 'identity' }, (network) =>
      withTrainer(network, { learner: kolenPollack(), optimizer: sgd({ learningRate: 1 }) }, (trainer) => {
        const limit = dtype === 'f32' ? 3.4028234e38 : 1.7976931348623157e308
        trainer.auxiliaryParameters[0].write([limit, -limit])
        // Where the direction has the other sign R goes beyond what its type holds; W, near zero, does not.
        network.parameters.find(({ name }) => name === 'layers.0.weight')!.write([1, 1, 1, 1])
        const target = dtype === 'f32' ? 1e33 : 1e293
        expect(() => trainer.step({ x: [0, 0], y: [target], size: 1 })).toThrow(notFinite)
        expect(trainer.auxiliaryParameters[0].read()[0]).toBe(dtype === 'f32' ? Math.fround(limit) : limit)
      }),
    )
  })

  it('clips a direction whose square overflows to its maximum', () => {
    const [big, maximum] = dtype === 'f32' ? [1e30, 0.5] : [1e200, 0.5]
    withNetwork({ sizes: [1, 2], dtype }, (network) =>
      withTrainer(network, { learner: backprop(), optimizer: chain(clipNorm(maximum), sgd({ learningRate: 1 })) }, (trainer) => {
        network.parameters[0].write([0, 0])
        network.parameters[1].write([0, 0])
        // The gradient is -y for the biases, and as much for the weights of an input of 1; y = (3, 4) big / 10.
        const step = () => trainer.step({ x: [1], y: [0.3 * big, 0.4 * big], size: 1 })
        if (dtype === 'f64') return void expect(step).toThrow(notFinite) // the loss, 1e399, is what overflows
        step()
        const moved = network.parameters.flatMap((parameter) => [...parameter.read()])
        const expected = [0.3, 0.4, 0.3, 0.4].map((value) => value / Math.SQRT2)
        moved.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 6))
      }),
    )
  })

  it('a clip behind another optimizer does not hide what has overflowed before it', () => {
    withNetwork({ sizes: [1, 1], dtype }, (network) =>
      withTrainer(network, { learner: backprop(), optimizer: chain(adam(), clipNorm(1)) }, (trainer) => {
        const [x, y] = dtype === 'f32' ? [1e10, -1e10] : [1e78, -1e78]
        expect(untilOverflow(trainer, { x: [x], y: [y], size: 1 }, 1).message).toMatch(/the optimizer's 0.v/)
      }),
    )
  })

  it('a failed step leaves nothing in the gaps between parameters', () => {
    withNetwork({ sizes: [3, 3], dtype }, (network) => {
      const infinite = dtype === 'f32' ? 1e39 : 1.7e308
      network.parameters[0].write([2, 2, 2, 2, 2, 2, 2, 2, 2])
      withTrainer(network, { learner: backprop(), optimizer: sgd({ learningRate: 1, weightDecay: infinite }) }, (trainer) => {
        const batch = batchFor(network, 2)
        const loss = trainer.direction(batch).loss
        expect(() => trainer.step(batch)).toThrow(notFinite)
        expect(trainer.direction(batch).loss).toBe(loss)
      })
    })
  })

  it('settings of Adam that the element type cannot tell from useless ones are refused', () => {
    withNetwork({ sizes: [1, 1], dtype }, (network) => {
      const made = (options: AdamOptions) => () =>
        withTrainer(network, { learner: backprop(), optimizer: adam(options) }, (trainer) => trainer.step({ x: [1], y: [2], size: 1 }))
      expect(made({ epsilon: dtype === 'f32' ? 1e-30 : 1e-200 })).toThrow(
        expect.objectContaining({ code: 'RANGE', where: 'adam({ epsilon })' }),
      )
      for (const beta of ['beta1', 'beta2'])
        for (const value of [1 - 1e-8, 1 - 1e-7])
          if (dtype === 'f32')
            expect(made({ [beta]: value })).toThrow(expect.objectContaining({ code: 'RANGE', where: `adam({ ${beta} })` }))
          else expect(made({ [beta]: value })()).toBeGreaterThan(0)
      expect(made({ beta1: 0.999, beta2: 0.99999 })()).toBeGreaterThan(0)
    })
  })

  it('predictions and evaluations that overflow throw', () => {
    const limit = dtype === 'f32' ? 3e38 : 1e308
    const network = sequential(1, [dense(2), dense(1)]).build({ dtype })
    network.parameters[0].write([limit, -limit])
    network.parameters[2].write([limit, limit])
    expect(() => network.predict([3])).toThrow(notFinite)
    const trainer = createTrainer(network, { learner: backprop(), loss: squaredError(), optimizer: sgd({ learningRate: 1 }) })
    expect(() => trainer.evaluate({ x: [3], y: [1], size: 1 })).toThrow(notFinite)
    network.parameters[0].write([1e160 < limit ? 1e160 : 0, 0])
    network.parameters[2].write([1, 0])
    if (dtype === 'f64') expect(() => trainer.evaluate({ x: [1], y: [1], size: 1 })).toThrow(notFinite) // outputs of 1e160, their square is not
  })

  it.each(['heNormal', 'lecunNormal', 'glorotUniform'] as const)('initial weights that overflow are refused: %s', (law) => {
    const gain = dtype === 'f32' ? 1e41 : 1.7e308
    const description = sequential(2, [dense(500, 'tanh', { initialization: { law, gain } }), dense(1)])
    if (law === 'glorotUniform' && dtype === 'f64') return // at most .1 gain: finite
    expect(() => description.build({ dtype })).toThrow(notFinite)
  })

  it('models too: initial parameters, steps, and what is computed of them', () => {
    const wide = dtype === 'f32' ? 1e39 : 1.7e308
    expect(() => rbm({ visible: 60, hidden: 40, deviation: wide }).build({ dtype })).toThrow(notFinite)
    if (dtype === 'f32') {
      expect(() => boltzmannMachine({ visible: 3, hidden: 2, spread: wide }).build({ dtype })).toThrow(notFinite)
      expect(() => helmholtzMachine({ layers: [3, 2], spread: wide }).build({ dtype })).toThrow(notFinite)
    }
    const model = rbm({ visible: 4, hidden: 3 }).build({ dtype })
    const trainer = createTrainer(model, {
      learner: contrastiveDivergence({ persistent: 3 }),
      optimizer: sgd({ learningRate: 1, momentum: 0.9, weightDecay: 1e6 }),
    })
    const batch = { x: [0, 1, 1, 0, 1, 1, 0, 0], size: 2 }
    let before = save(trainer)
    const run = () => {
      for (let step = 0; step < 2000; step++) {
        before = save(trainer)
        trainer.step(batch)
      }
    }
    expect(run).toThrow(notFinite)
    expect(Buffer.from(save(trainer)).equals(before)).toBe(true)
    const large = rbm({ visible: 2, hidden: 2 }).build({ dtype })
    large.parameters[0].write(Array.from({ length: 4 }, () => (dtype === 'f32' ? 3e38 : 1.5e308)))
    expect(() => large.freeEnergy([1, 1])).toThrow(notFinite)
    const hierarchy = predictiveHierarchy({ layers: [2, 2] }).build({ dtype })
    hierarchy.parameters[0].write(Array.from({ length: 4 }, () => (dtype === 'f32' ? 3e38 : 1.5e308)))
    expect(() => hierarchy.infer([1, 1])).toThrow(notFinite)
    expect(() => hierarchy.infer([])).toThrow(expect.objectContaining({ code: 'RANGE' }))
  })
})

describe('a step that fails in the middle', () => {
  const failures: [string, (bad: () => number) => Optimizer, number][] = [
    ['a schedule of the second optimizer of a chain', (rate) => chain(adam(), sgd({ learningRate: rate, momentum: 0.5 })), 1],
    ['a schedule at the second group', (rate) => adam({ learningRate: rate }), 2],
  ]
  it.each(failures)('%s: everything is as it was', (_, make, call) => {
    withNetwork({ sizes: [3, 4, 2] }, (network) => {
      let calls = -Infinity
      const optimizer = make(() => (++calls === call ? NaN : 0.01))
      withTrainer(network, { learner: call === 2 ? differenceOf() : nodePerturbation(), optimizer }, (trainer) => {
        const batch = batchFor(network, 4)
        trainer.step(batch)
        const before = save(trainer)
        calls = 0
        expect(() => trainer.step(batch)).toThrow()
        calls = -Infinity
        expect(Buffer.from(save(trainer)).equals(before)).toBe(true)
        trainer.step(batch)
      })
    })
  })

  const differenceOf = () => variants.find(({ learner }) => learner.name === 'differenceTargetPropagation')!.learner

  it('a decay that ends below zero is such a schedule', () => {
    withNetwork({ sizes: [2, 1] }, (network) =>
      withTrainer(
        network,
        { learner: backprop(), optimizer: chain(adam(), sgd({ learningRate: linearSchedule(1, -1, 1) })) },
        (trainer) => {
          const batch = batchFor(network, 1)
          trainer.step(batch)
          const before = save(trainer)
          expect(() => trainer.step(batch)).toThrow(expect.objectContaining({ code: 'RANGE' }))
          expect(Buffer.from(save(trainer)).equals(before)).toBe(true)
        },
      ),
    )
  })
})

// The bounds that spare a step the second look must never be below the truth.
describe('bounds of what an optimizer does', () => {
  const settings: AdamOptions[] = [{}, { beta1: 0, beta2: 0 }, { beta1: 0.99, beta2: 0.5, weightDecay: 3 }, { epsilon: 1e-15 }]
  const optimizers: Optimizer[] = [
    ...settings.map((options) => adam({ learningRate: 1, ...options })),
    sgd({ learningRate: 1, momentum: 0.99, nesterov: true, weightDecay: 2 }),
    sgd({ learningRate: 1, momentum: 0.5 }),
    chain(clipNorm(0.3), sgd({ learningRate: 1, momentum: 0.9 })),
  ]
  it.each(dtypes)('hold over 300 steps of directions of all sizes, %s', (dtype) => {
    for (const optimizer of optimizers)
      withNetwork({ sizes: [3, 3], dtype }, (network) =>
        withTrainer(network, { learner: backprop(), optimizer }, (trainer) => {
          const { ops, group } = network
          const [{ direction, state }] = trainer.taught as [Trainer['taught'][number]]
          state.refresh()
          for (let step = 0; step < 300; step++) {
            const scale = 10 ** (((step * 7) % 31) - 15)
            direction.flat.write(Array.from({ length: direction.flat.length }, (_, i) => scale * Math.sin(step * 3.7 + i * 1.3)))
            group.ceiling.refresh()
            const bound = state.bound(ops.maxAbsolute(direction.flat), group.ceiling.value)
            state.update(direction.flat, step)
            expect(ops.maxAbsolute(direction.flat)).toBeLessThanOrEqual(bound * (1 + 1e-5))
            ops.combine(-1e-3, direction.flat, 1, group.flat)
          }
        }),
      )
  })
})

it('the relaxation of a network whose weights overflow its drives is an error, not a state', () => {
  const network = build({ sizes: [2, 3, 2], hidden: 'relu', dtype: 'f32' })
  network.parameters[0].write([3e38, 3e38, 3e38, 3e38, 3e38, 3e38])
  const trainer = createTrainer(network, { learner: equilibriumPropagation(), loss: crossEntropy(), optimizer: adam() })
  expect(() => trainer.step({ x: [1, 1], y: [1, 0], size: 1 })).toThrow(notFinite)
})
