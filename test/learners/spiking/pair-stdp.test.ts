// Pair STDP (Gerstner et al. 1996; Markram et al. 1997) in use; its claims are in src/verify/claims/spiking.ts.
import { describe, expect, it } from 'vitest'
import { createTrainer, pairStdp, type PairStdpOptions, resume, save, sgd, squaredError, synapses } from '../../../src/index.js'

const optimizer = sgd({ learningRate: 1 })

/** The change of one weight where the neurons fire at these rows. */
function change(pre: number[], post: number[], options: PairStdpOptions = {}, dtype: 'f32' | 'f64' = 'f64'): number {
  const model = synapses({ pre: 1, post: 1 }).build({ dtype })
  const trainer = createTrainer(model, { learner: pairStdp(options), optimizer })
  const size = Math.max(...pre, ...post) + 1
  trainer.step({ x: Array.from({ length: size }, (_, t) => [Number(pre.includes(t)), Number(post.includes(t))]).flat(), size })
  const [weight] = model.parameters[0].read()
  trainer.dispose()
  model.dispose()
  return weight
}

describe.each(['f32', 'f64'] as const)('in %s', (dtype) => {
  const digits = dtype === 'f64' ? 15 : 8

  // Markram et al. 1997: 10 ms apart the order decides, 100 ms apart there is next to nothing.
  it('strengthens at +10 ms, weakens at -10 ms, and does next to nothing at 100 ms and nothing at 0', () => {
    expect(change([0], [10], {}, dtype)).toBeCloseTo(0.005 * Math.exp(-10 / 16.8), digits)
    expect(change([10], [0], {}, dtype)).toBeCloseTo(-0.00525 * Math.exp(-10 / 33.7), digits)
    expect(change([0], [100], {}, dtype) / change([0], [10], {}, dtype)).toBeLessThan(0.01)
    expect(change([100], [0], {}, dtype) / change([10], [0], {}, dtype)).toBeLessThan(0.1)
    expect(change([5], [5], {}, dtype)).toBeCloseTo(0, 20)
  })

  it('counts in milliseconds, whatever a row is', () => {
    expect(change([0], [20], { dt: 0.5 }, dtype)).toBeCloseTo(change([0], [10], {}, dtype), digits)
  })

  it('makes pairs of all spikes, or of the nearest', () => {
    const two = (options: PairStdpOptions): number => change([0, 4], [10], { aMinus: 0, ...options }, dtype)
    expect(two({})).toBeCloseTo(0.005 * (Math.exp(-10 / 16.8) + Math.exp(-6 / 16.8)), digits)
    expect(two({ pairing: 'nearest' })).toBeCloseTo(0.005 * Math.exp(-6 / 16.8), digits)
  })
})

it('changes the weight of each pair of neurons, a row for each postsynaptic one', () => {
  const model = synapses({ pre: 2, post: 3 }).build({ dtype: 'f64' })
  const trainer = createTrainer(model, { learner: pairStdp(), optimizer })
  // The second presynaptic neuron, then the third postsynaptic one 1 ms later; 2 ms later the first presynaptic one.
  trainer.step({ x: [0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], size: 4 })
  const [weight] = model.parameters
  expect(weight.shape).toEqual([3, 2])
  const expected = [0, 0, 0, 0, -0.00525 * Math.exp(-2 / 33.7), 0.005 * Math.exp(-1 / 16.8)]
  weight.read().forEach((value, i) => expect(value).toBeCloseTo(expected[i], 15))
})

// With an antisymmetric window what a synapse learns is x times the rate of change of y: sum over s of W(s) y(t + s) dt is
// 2 A tau^2 y'(t) / (1 + omega^2 tau^2) for a sinusoid y (Xie & Seung 2000, NIPS 12).
it('has a window that takes the derivative of a slow rate', () => {
  const [a, tau, dt, omega, t] = [0.01, 10, 0.1, 0.02, 7]
  let sum = 0
  for (let k = 1; k <= 3000; k += 1) {
    const window = a * Math.exp((-k * dt) / tau)
    sum += window * (Math.sin(omega * (t + k * dt)) - Math.sin(omega * (t - k * dt))) * dt
  }
  const options = { aPlus: a, aMinus: a, tauPlus: tau, tauMinus: tau, dt }
  for (const k of [1, 7, 30]) {
    expect(change([0], [k], options)).toBeCloseTo(a * Math.exp((-k * dt) / tau), 15)
    expect(change([k], [0], options)).toBeCloseTo(-a * Math.exp((-k * dt) / tau), 15)
  }
  expect(sum / ((2 * a * tau ** 2 * omega * Math.cos(omega * t)) / (1 + (omega * tau) ** 2))).toBeCloseTo(1, 4)
})

const spikes = (steps: number): number[] => Array.from({ length: steps * 5 }, (_, i) => Number((i * 7) % 11 < 3))

it('carries its traces from batch to batch, over a checkpoint, and not from a direction that is only looked at', () => {
  const description = synapses({ pre: 3, post: 2 })
  const learner = pairStdp()
  const teach = () => {
    const model = description.build({ dtype: 'f64' })
    return { model, trainer: createTrainer(model, { learner, optimizer }) }
  }
  const x = spikes(40)
  const whole = teach()
  whole.trainer.step({ x, size: 40 })

  const parts = teach()
  parts.trainer.step({ x: x.slice(0, 5 * 17), size: 17 })
  parts.trainer.direction({ x: x.slice(0, 5 * 9), size: 9 })
  const { trainer, model } = resume(save(parts.trainer), { model: description, learner, optimizer })
  trainer.step({ x: x.slice(5 * 17), size: 23 })
  const expected = whole.model.parameters[0].read()
  model.parameters[0].read().forEach((value, i) => expect(value).toBeCloseTo(expected[i], 15))
})

it('is fitted in the order of time', async () => {
  const description = synapses({ pre: 3, post: 2 })
  const x = spikes(64)
  const [fitted, stepped] = [0, 1].map(() => {
    const model = description.build({ dtype: 'f64' })
    return { model, trainer: createTrainer(model, { learner: pairStdp(), optimizer }) }
  })
  await fitted.trainer.fit({ x, size: 64 }, { batchSize: 16 })
  for (let first = 0; first < 64; first += 16) stepped.trainer.step({ x: x.slice(5 * first, 5 * (first + 16)), size: 16 })
  expect(fitted.model.parameters[0].read()).toEqual(stepped.model.parameters[0].read())
  await expect(fitted.trainer.fit({ x, size: 64 }, { shuffle: true })).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    where: 'fit(data, options): shuffle',
  })
})

it('refuses what is no spike, weights of steps, a loss, and times that are none', () => {
  const model = synapses({ pre: 1, post: 1 }).build()
  const trainer = createTrainer(model, { learner: pairStdp(), optimizer })
  const throws = (code: string, act: () => unknown): void => expect(act).toThrow(expect.objectContaining({ code }))
  throws('RANGE', () => trainer.step({ x: [1, 0.5], size: 1 }))
  throws('UNSUPPORTED', () => trainer.step({ x: [1, 0], size: 1, weights: [1] }))
  throws('UNSUPPORTED', () => createTrainer(model, { learner: pairStdp(), loss: squaredError(), optimizer } as never))
  throws('RANGE', () => pairStdp({ tauPlus: 0 }))
  throws('RANGE', () => pairStdp({ dt: -1 }))
  throws('RANGE', () => pairStdp({ aMinus: -1 }))
  throws('RANGE', () => pairStdp({ pairing: 'some' as never }))
  throws('RANGE', () => synapses({ pre: 0, post: 1 }))
})
