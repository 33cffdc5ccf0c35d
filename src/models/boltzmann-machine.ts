// The Boltzmann machine: binary units s, symmetric weights without self-connections,
//
//   E(s) = -1/2 s^T W s - b^T s,     P(s) = exp(-E(s)) / Z,     P(s_i = 1 | rest) = sigmoid(sum_j w_ij s_j + b_i).
//
// The units stand in the order inputs, other visible ones, hidden ones. Inputs are held in every phase: with them the
// machine is a model of P(outputs | inputs). Ackley, Hinton & Sejnowski 1985, Cognitive Science 9:147.
// Departs from the paper in its temperature, which is 1: any other is a scale of the weights.
import { defineModel } from './define-model.js'
import type { FloatArray } from '../core/dtype.js'
import { byteArray, bytesPerElement } from '../core/dtype.js'
import { lengthOf, takeNumbers } from '../core/numbers.js'
import type { Matrix } from '../core/memory.js'
import { Random, stream } from '../core/random.js'
import type { Validity } from '../core/validity.js'
import { describe, NgradError, requireInteger } from '../errors.js'
import { readFinite } from './network.js'
import { enumerateStates, requireEnumerable, normalizer } from '../dynamics/enumerate.js'
import { gibbsSweep, hold, identity } from '../dynamics/gibbs.js'
import { type ChainOptions, requireChains } from './sampling.js'
import { type BuildOptions, drawn, BinaryModel, writeRows } from './model.js'

/** Options of {@link boltzmannMachine}. */
export interface BoltzmannMachineOptions {
  /** Units that the data are about, the inputs among them; with the hidden ones at most 2^14. */
  readonly visible: number
  /** Hidden units, from 0. */
  readonly hidden: number
  /** How many of the visible units, the first ones, are held in every phase; default 0. */
  readonly inputs?: number
  /** Whether units i > j are connected; default all are. */
  readonly connected?: (i: number, j: number) => boolean
  /** The initial weights are U(-spread, spread), the biases 0; default 0.1. */
  readonly spread?: number
}

/** A rule keeps five arrays of units^2 numbers, which memory has no more room for. */
const mostUnits = 1 << 14

/**
 * A Boltzmann machine. Parameters `weight` [units, units], symmetric with a diagonal of zeros, and `bias` [units].
 *
 * @throws NgradError `RANGE` or `TYPE` for numbers of units that make no machine
 */
export const boltzmannMachine = defineModel<BoltzmannMachineOptions, BoltzmannMachine>(
  'boltzmannMachine',
  {
    visible: { kind: 'integer', min: 1, max: mostUnits, required: true },
    hidden: { kind: 'integer', min: 0, max: mostUnits, required: true },
    inputs: { kind: 'integer', min: 0, max: mostUnits, default: 0 },
    connected: { kind: 'function', default: () => true },
    spread: { kind: 'number', min: 0, default: 0.1 },
  },
  (options, where) => {
    const { visible, hidden, inputs } = options
    requireInteger(`${where}: visible + hidden`, visible + hidden, 1, mostUnits)
    requireInteger(`${where}: inputs`, inputs, 0, visible - 1)
    return (build) => drawn(new BoltzmannMachine(options, build))
  },
)

/** A built Boltzmann machine. */
export class BoltzmannMachine extends BinaryModel {
  readonly visible: number
  readonly hidden: number
  readonly inputs: number
  readonly units: number
  /** Whether each pair of units is connected: 1 or 0, row-major, symmetric, a diagonal of zeros. */
  readonly connections: Uint8Array

  /** @internal Use {@link boltzmannMachine}. */
  constructor({ visible, hidden, inputs, connected, spread }: Required<BoltzmannMachineOptions>, build: BuildOptions) {
    const units = visible + hidden
    const connections = connectionsOf(units, connected)
    const weight = { name: 'weight', shape: [units, units], validity: symmetric(units, connections) }
    super('Boltzmann machine', { machine: [weight, { name: 'bias', shape: [units] }] }, build)
    this.visible = visible
    this.hidden = hidden
    this.inputs = inputs
    this.units = units
    this.connections = connections
    new Random(this.seed, stream.initialization).uniform(this.weight, -spread, spread)
    const numbers = this.weight.views()[this.dtype]
    const start = this.weight.pointer / bytesPerElement(this.dtype)
    for (let i = 0; i < units; i++)
      for (let j = 0; j <= i; j++) {
        const [below, above] = [i * units + j, j * units + i]
        numbers[start + below] = numbers[start + above] = connections[below] * numbers[start + below]
      }
  }

  /** @internal */
  get weight(): Matrix {
    return this.groups[0].named('weight').matrix
  }

  /** @internal */
  get bias(): Matrix {
    return this.groups[0].named('bias').matrix
  }

  /** @internal logWeights (doubles) <- -E(s) for each row s; `drives` is of the states' shape. */
  negativeEnergies(states: Matrix, drives: Matrix, logWeights: Matrix): void {
    this.ops.multiplyNT(states, this.weight, drives, 0.5)
    this.ops.activateRows(identity, this.bias, drives)
    this.ops.dotRows(drives, states, logWeights)
  }

  /**
   * Visible states, each the end of a Markov chain of its own, in which unit after unit is drawn given all others (Gibbs sampling); inputs
   * are held.
   *
   * @param inputs row-major [rows, inputs], a sample for each row; a number of samples for a machine without inputs
   * @returns row-major [samples, visible]; but for the inputs of 0 and 1
   * @throws NgradError `SHAPE`, `TYPE`, `RANGE`, `NOT_FINITE`, `OUT_OF_MEMORY`, `DISPOSED`
   */
  sample(inputs: ArrayLike<number> | number, options: ChainOptions = {}): FloatArray {
    const where = 'sample(inputs, options)'
    if ((typeof inputs === 'number') !== (this.inputs === 0))
      throw new NgradError('TYPE', where, this.inputs === 0 ? 'a number of samples' : 'rows of inputs', describe(inputs))
    const values = typeof inputs === 'number' ? null : takeNumbers(where, '', inputs, this.inputs)
    const count = values ? lengthOf(values) / this.inputs : (inputs as number)
    const { random, sweeps } = requireChains(where, count, options)
    return this.borrow(where, (region) => {
      const states = region.matrix(this.dtype, count, this.units)
      const uniforms = region.matrix(this.dtype, count, this.units)
      if (count === 0) return region.matrix(this.dtype, 0, this.visible).read()
      random.bernoulli(states, 0.5)
      if (values) {
        const x = region.matrix(this.dtype, count, this.inputs)
        writeRows(where, '', values, x)
        hold(x, this.inputs, states)
      }
      for (let sweep = 0; sweep < sweeps; sweep++) gibbsSweep(this.ops, random, this.weight, this.bias, 1, this.inputs, uniforms, states)
      const all = states.read()
      return all.filter((_, i) => i % this.units < this.visible)
    })
  }

  /**
   * P(the visible units that are no inputs | inputs), by enumeration: a row for each row of inputs, with the states in
   * the order of binary counting.
   *
   * @param inputs row-major [rows, inputs]; none for a machine without inputs, of which one row comes
   * @throws NgradError `UNSUPPORTED` above 12 units beside the inputs; `SHAPE`, `TYPE`, `NOT_FINITE`, `DISPOSED`
   */
  probabilities(inputs: ArrayLike<number> = []): FloatArray {
    const where = 'probabilities(inputs)'
    const states = requireEnumerable(where, this.units - this.inputs)
    const values = this.inputs === 0 ? null : takeNumbers(where, '', inputs, this.inputs)
    return this.borrow(where, (region) => {
      const rows = values ? lengthOf(values) / this.inputs : 1
      const x = values && region.matrix(this.dtype, rows, this.inputs)
      if (values && x) writeRows(where, '', values, x)
      const all = region.matrix(this.dtype, rows * states, this.units)
      const probabilities = region.matrix('f64', rows * states, 1)
      enumerateStates(x, this.inputs, [all])
      this.negativeEnergies(all, region.matrix(this.dtype, all.rows, this.units), probabilities)
      normalizer(this.ops, probabilities, probabilities.rows / rows, null)(rows)
      const ones = region.matrix('f64', 1, 1 << this.hidden)
      ones.fill(1)
      const marginal = region.matrix('f64', probabilities.rows / ones.columns, 1)
      this.ops.doubles.dotRows(probabilities.as(marginal.rows, ones.columns), ones, marginal)
      return readFinite(where, marginal)
    })
  }
}

function connectionsOf(units: number, connected: (i: number, j: number) => boolean): Uint8Array {
  const connections = byteArray(units * units)
  for (let i = 0; i < units; i++)
    for (let j = 0; j < i; j++) if (connected(i, j)) connections[i * units + j] = connections[j * units + i] = 1
  return connections
}

/** One weight for each connected pair, the same both ways, and none for the others. @internal */
export const symmetric = (units: number, connections: Uint8Array): Validity => ({
  expected: 'symmetric weights, zeros between units that are not connected and from a unit to itself',
  firstInvalid: (values, from) => {
    for (let i = 0; i < units; i++)
      for (let j = 0; j <= i; j++) {
        const [below, above] = [i * units + j, j * units + i]
        const [value, other] = [values[from + below], values[from + above]]
        if (value !== other || (connections[below] === 0 && value !== 0)) return from + below
      }
    return -1
  },
})
