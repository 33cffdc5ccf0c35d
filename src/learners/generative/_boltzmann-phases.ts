// The phases of a Boltzmann machine, as ensembles: states, one a row, with the probability of each. In the data phase
// the visible units are held at the examples, in the model phase the inputs only. Exactly by enumeration, by Gibbs
// sampling, or in the mean-field approximation; and what all have in common, the difference of their correlations.
import { bytesPerElement } from '../../core/dtype.js'
import type { Matrix } from '../../core/memory.js'
import { SampleSettling, type Settling } from '../../numerics/fixed-point.js'
import type { BoltzmannMachine } from '../../models/boltzmann-machine.js'
import { enumerateStates, normalizer, requireEnumerable } from '../../dynamics/enumerate.js'
import { gibbsSweep, hold } from '../../dynamics/gibbs.js'
import type { Rule, Site } from '../learner.js'

/** Takes states, their probabilities (doubles), and the share of this ensemble in the whole. */
export type Collect = (states: Matrix, weights: Matrix, share: number) => void

export interface Expectations {
  /** Runs with the first units held at x, and hands its ensembles over. */
  run(x: Matrix, collect: Collect): void
  readonly settling?: Settling
}

/** The direction -(<s s^T>_data - <s s^T>_model), -(<s>_data - <s>_model), where units are connected. */
export function boltzmannContrast(
  { model, ops, region, directions, x }: Site<BoltzmannMachine>,
  data: Expectations,
  free: Expectations,
): Rule {
  const { units, dtype } = model
  const [weight, bias] = directions[0].parameters.map(({ matrix }) => matrix) as [Matrix, Matrix]
  const connections = region.matrix(dtype, units, units)
  connections.write(model.connections)
  const one = region.matrix(dtype, units, units)
  for (let unit = 0; unit < units; unit++) one.views()[dtype][one.pointer / bytesPerElement(dtype) + unit * (units + 1)] = 1
  const correlation = region.matrix(dtype, units, units)
  const weighted = region.matrix(dtype, 1, units)
  const add =
    (sign: number): Collect =>
    (states, weights, share) => {
      region.resize(weighted, states.rows)
      weighted.copy(states)
      ops.scaleRows(weights, weighted)
      ops.multiplyTN(weighted, states, correlation, sign * share, true)
      ops.columnSums(weighted, bias, sign * share, true)
    }
  const [addData, addModel] = [add(-1), add(1)]
  return {
    estimate: () => {
      correlation.fill(0)
      bias.fill(0)
      data.run(x, addData)
      free.run(x, addModel)
      // Symmetric to the bit, as the weights must stay: half of it, and half of its transpose.
      ops.multiplyTN(correlation, one, weight, 0.5)
      ops.combine(0.5, correlation, 1, weight)
      ops.multiply(1, connections, weight)
    },
    get settling() {
      return worse(data.settling, free.settling)
    },
  }
}

/** Every state of the other units, with its Boltzmann probability. */
export function enumerated({ model, ops, region, weights, batch, batchDoubles }: Site<BoltzmannMachine>, held: number): Expectations {
  const { units, dtype } = model
  const copies = requireEnumerable('boltzmannLearning: units to enumerate', units - held)
  const perExample = held > 0
  const matrix = (): Matrix => (perExample ? batch(units, copies) : region.matrix(dtype, copies, units))
  const states = matrix()
  const drives = matrix()
  const probabilities = perExample ? batchDoubles(copies) : region.matrix('f64', copies, 1)
  const normalize = normalizer(ops, probabilities, copies, perExample ? weights : null)
  const layers = [states]
  return {
    run: (x, collect) => {
      enumerateStates(x, held, layers)
      model.negativeEnergies(states, drives, probabilities)
      normalize(perExample ? x.rows : 1)
      collect(states, probabilities, 1)
    },
  }
}

/** A chain for each example, from noise through the temperatures; then an ensemble after each of `samples` sweeps. */
export function sampled(
  { model, ops, random, weights, batch }: Site<BoltzmannMachine>,
  held: number,
  temperatures: readonly number[],
  samples: number,
): Expectations {
  const noise = random('noise')
  const states = batch(model.units)
  const uniforms = batch(model.units)
  const sweep = (temperature: number): void => gibbsSweep(ops, noise, model.weight, model.bias, temperature, held, uniforms, states)
  return {
    run: (x, collect) => {
      noise.bernoulli(states, 0.5)
      hold(x, held, states)
      for (const temperature of temperatures) sweep(temperature)
      for (let sample = 0; sample < samples; sample++) {
        sweep(1)
        collect(states, weights, 1 / samples)
      }
    },
  }
}

/** Means m_i = sigmoid((W m + b)_i / T) in the place of states, through the temperatures and then at 1 until they rest. */
export function settled(
  { model, ops, weights, batch, batchDoubles }: Site<BoltzmannMachine>,
  held: number,
  temperatures: readonly number[],
  sweeps: number,
  tolerance: number,
): Expectations {
  const means = batch(model.units)
  const samples = new SampleSettling({ tolerance, adaptive: false, step: 1, byResidual: true }, batchDoubles)
  const sweep = (): void => ops.sweepUnits(model.weight, model.bias, 1, null, held, means, samples.moving, samples.worst)
  return {
    run: (x, collect) => {
      means.fill(0.5)
      hold(x, held, means)
      for (const temperature of temperatures) ops.sweepUnits(model.weight, model.bias, temperature, null, held, means)
      samples.run(sweeps, sweep)
      collect(means, weights, 1)
    },
    settling: samples,
  }
}

/** Of what does not settle: nothing was left to do. */
const atRest: Settling = { sweeps: 0, residual: 0, converged: true }
const worse = (a: Settling | undefined, b: Settling | undefined): Settling => (a && b ? (a.residual > b.residual ? a : b) : atRest)
