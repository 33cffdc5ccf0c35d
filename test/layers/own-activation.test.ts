// Nonlinearities of the user's own: against the library's, against each rule's claim, and under hostile functions.
import { describe, expect, it, test } from 'vitest'
import {
  averagePool2d,
  backprop,
  conv2d,
  createTrainer,
  dense,
  equilibriumPropagation,
  gradientCheck,
  measureClaim,
  type Network,
  type OwnActivation,
  predictiveCoding,
  recurrent,
  recurrentBackprop,
  save,
  savePredictor,
  sequential,
  sgd,
  squaredError,
  summary,
  withActivation,
} from '../../src/index.js'
import { relativeError } from '../support/numbers.js'
import { variants } from '../support/rules.js'
import { batchFor, directionOf } from '../support/teaching.js'

const refusal = (code: string, where?: string) => expect.objectContaining({ name: 'NgradError', code, ...(where && { where }) })
const weak = { initialization: { law: 'lecunNormal', gain: 0.5 } } as const

const own = { name: 'own tanh', f: Math.tanh, slope: (h: number) => 1 - h * h }
const atan = { name: 'atan', f: Math.atan, slope: (h: number) => Math.cos(h) ** 2 }

function withNetworks(use: (own: Network, theirs: Network) => void, dtype: 'f32' | 'f64' = 'f64'): void {
  const build = (hidden: ReturnType<typeof dense>): Network =>
    sequential(4, [hidden, dense(5, 'sigmoid', weak), dense(3, 'identity', weak)]).build({ dtype, seed: 3 })
  const networks = [build(withActivation(dense(6, 'identity', weak), own)), build(dense(6, 'tanh', weak))] as const
  use(...networks)
  for (const network of networks) network.dispose()
}

describe('an activation of one’s own', () => {
  it.each(variants.filter(({ label }) => !label.includes('holomorphic')))(
    'is the library’s under $label, where it says the same',
    ({ learner }) => {
      withNetworks((network, theirs) => {
        const batch = batchFor(network, 4, 'classes')
        const directions = [network, theirs].map((each) => directionOf(each, { learner, loss: squaredError() }, batch))
        // Rules that settle do so to their tolerance, by other roads.
        expect(relativeError(directions[0], directions[1])).toBeLessThan(learner.settles ? 0.05 : 1e-9)
      })
    },
  )

  const kinds = ['exact', 'equals', 'limit', 'unbiased']
  const claiming = variants.filter(({ label, learner }) => kinds.includes(learner.claims[0].kind) && !label.includes('holomorphic'))
  it.each(claiming)('leaves $label its claim', ({ learner }) => {
    const network = sequential(4, [
      withActivation(dense(6, 'identity', weak), atan),
      withActivation(dense(5, 'identity', weak), own),
      dense(3, 'identity', weak),
    ]).build({ dtype: 'f64', seed: 5 })
    const { passed, claim, expected, measured } = measureClaim(network, learner, squaredError(), batchFor(network, 4))
    expect(passed, `${claim}: expected ${expected}, got ${measured}`).toBe(true)
    network.dispose()
  })

  it('is checked by gradientCheck, which sees a wrong slope', () => {
    const check = (activation: OwnActivation): boolean => {
      const network = sequential(4, [withActivation(dense(6), activation), dense(3)]).build({ dtype: 'f64', seed: 5 })
      return gradientCheck(network, backprop(), squaredError(), batchFor(network, 4)).passed
    }
    expect(check(atan)).toBe(true)
    expect(check({ ...atan, slope: Math.cos })).toBe(false)
  })

  it('is of any layer, behind poolings and with lateral weights', () => {
    const images = sequential({ height: 6, width: 6, channels: 1 }, [
      averagePool2d(2),
      withActivation(conv2d(3, { kernel: 2 }), atan),
      dense(3),
    ]).build({ dtype: 'f64', seed: 1 })
    expect(gradientCheck(images, backprop(), squaredError(), batchFor(images, 3)).passed).toBe(true)
    const lateral = sequential(4, [withActivation(recurrent(5, 'identity', { sweeps: 2000, tolerance: 1e-13 }), atan), dense(3)]).build({
      dtype: 'f64',
      seed: 1,
    })
    const learner = recurrentBackprop({ gamma: 0, freeSweeps: 2000, tolerance: 1e-13 })
    expect(gradientCheck(lateral, learner, squaredError(), batchFor(lateral, 3)).passed).toBe(true)
    expect(String(summary(images))).toContain('atan')
  })

  it('trains in single precision too', () => {
    withNetworks((network, theirs) => {
      const batch = batchFor(network, 4)
      const [a, b] = [network, theirs].map((each) => {
        const trainer = createTrainer(each, { learner: backprop(), loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }) })
        let loss = 0
        for (let step = 0; step < 50; step++) loss = trainer.step(batch)
        return loss
      })
      expect(a).toBeCloseTo(b, 5)
    }, 'f32')
  })
})

describe('a hostile one', () => {
  const batch = { x: [1, 2, 3, 4], y: [1, 0], size: 2 }
  const build = (f: OwnActivation['f'], slope: OwnActivation['slope'] = own.slope): Network =>
    sequential(2, [withActivation(dense(3), { name: 'hostile', f, slope }), dense(1)]).build({ dtype: 'f64', seed: 1 })
  const rules = { backprop: backprop(), equilibriumPropagation: equilibriumPropagation(), predictiveCoding: predictiveCoding() }

  test.each(Object.entries(rules))('is refused under %s, and nothing has changed', (_, learner) => {
    const cases: [OwnActivation['f'], unknown][] = [
      [() => '1' as never, refusal('TYPE', 'hostile')],
      [() => NaN, refusal('NOT_FINITE')],
      [
        () => {
          throw new Error('mine')
        },
        expect.objectContaining({ message: 'mine' }),
      ],
    ]
    for (const [f, expected] of cases) {
      const network = build(f)
      const before = network.parameters.map((parameter) => parameter.read())
      const trainer = createTrainer(network, { learner, loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }) })
      expect(() => trainer.step(batch)).toThrow(expected)
      expect(network.parameters.map((parameter) => parameter.read())).toEqual(before)
      network.dispose()
      trainer.dispose()
    }
  })

  it('may take memory, and free none', () => {
    const victim: { dispose?: () => void } = {}
    const others: Network[] = []
    const network = build((z) => {
      if (victim.dispose) {
        victim.dispose()
        others.push(sequential(2, [dense(3), dense(1)]).build({ dtype: 'f64', seed: 2 }))
      }
      return Math.tanh(z)
    })
    expect(network.predict(batch.x)).toHaveLength(2)
    victim.dispose = () => network.dispose()
    expect(() => network.predict(batch.x)).toThrow(refusal('STATE', 'hostile'))
    const clean = sequential(2, [dense(3), dense(1)])
      .build({ dtype: 'f64', seed: 2 })
      .parameters.map((parameter) => parameter.read())
    for (const other of others) expect(other.parameters.map((parameter) => parameter.read())).toEqual(clean)
  })

  it('is in no file', () => {
    const trainer = createTrainer(build(Math.tanh), { learner: backprop(), loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }) })
    expect(() => save(trainer)).toThrow(refusal('UNSUPPORTED'))
    expect(() => savePredictor(trainer)).toThrow(refusal('UNSUPPORTED'))
  })

  test.each([
    [undefined, own, 'TYPE'],
    [dense(2), undefined, 'TYPE'],
    [dense(2), { ...own, name: 'tanh' }, 'RANGE'],
    [dense(2), { ...own, name: '' }, 'TYPE'],
    [dense(2), { ...own, f: 3 }, 'TYPE'],
    [dense(2), { name: 'x', f: Math.tanh }, 'TYPE'],
    [dense(2), { ...own, integral: Math.tanh }, 'RANGE'],
    [dense(2, 'tanh'), own, 'UNSUPPORTED'],
    [withActivation(dense(2), own), own, 'UNSUPPORTED'],
  ])('definition %o, %o is refused', (layer, activation, code) => {
    expect(() => withActivation(layer as never, activation as never)).toThrow(refusal(code))
  })
})
