// The Helmholtz machine: layers of binary units h_0 = v, h_1 ... h_K with two networks between them, one that generates
// from the top down and one that recognizes from the bottom up,
//
//   P(h_K) = sigmoid(g_K),    P(h_{k-1} | h_k) = sigmoid(G_k h_k + g_{k-1}),    Q(h_k | h_{k-1}) = sigmoid(R_k h_{k-1} + r_k).
//
// Dayan, Hinton, Neal & Zemel 1995, Neural Computation 7:889; Hinton, Dayan, Frey & Neal 1995, Science 268:1158.
import { defineModel } from './define-model.js'
import type { FloatArray } from '../core/dtype.js'
import type { Matrix } from '../core/memory.js'
import { lengthOf, takeNumbers } from '../core/numbers.js'
import { Random, stream } from '../core/random.js'
import { readFinite } from './network.js'
import { enumerateStates, requireEnumerable } from '../dynamics/enumerate.js'
import { identity, sigmoid } from '../dynamics/gibbs.js'
import { requireSamples, type SampleOptions } from './sampling.js'
import { type BuildOptions, drawn, BinaryModel, unitsOfLayers, writeRows } from './model.js'

/** Options of {@link helmholtzMachine}. */
export interface HelmholtzMachineOptions {
  /** Units by layer, the visible ones first: from 2 to 1024 layers. */
  readonly layers: readonly number[]
  /** The initial weights are U(-spread, spread); default 0.1. */
  readonly spread?: number
  /** The initial generative bias of each visible unit; the other biases are 0. Default 0. */
  readonly visibleBias?: number
}

/** What drives a layer: a weight from the layer it is conditioned on (null at the top) and a bias. */
export interface Connection {
  readonly weight: Matrix | null
  readonly bias: Matrix
}

/**
 * A Helmholtz machine. Parameters `generative.k.weight` [layer k, layer k + 1] and `generative.k.bias` for what generates
 * layer k, the top layer with a bias alone; `recognition.k.weight` [layer k, layer k - 1] and `recognition.k.bias`.
 *
 * @throws NgradError `RANGE` or `TYPE` for layers that make no machine
 */
export const helmholtzMachine = defineModel<HelmholtzMachineOptions, HelmholtzMachine>(
  'helmholtzMachine',
  {
    layers: unitsOfLayers,
    spread: { kind: 'number', min: 0, default: 0.1 },
    visibleBias: { kind: 'number', default: 0 },
  },
  (options) => (build) => drawn(new HelmholtzMachine(options, build)),
)

/** A built Helmholtz machine. */
export class HelmholtzMachine extends BinaryModel {
  readonly visible: number
  readonly layers: readonly number[]
  readonly #generative: readonly Connection[]

  /** @internal Use {@link helmholtzMachine}. */
  constructor({ layers, spread, visibleBias }: Required<HelmholtzMachineOptions>, build: BuildOptions) {
    const top = layers.length - 1
    super(
      'Helmholtz machine',
      {
        generative: layers.flatMap((units, k) => [
          ...(k === top ? [] : [{ name: `generative.${k}.weight`, shape: [units, layers[k + 1]] }]),
          { name: `generative.${k}.bias`, shape: [units] },
        ]),
        recognition: layers.slice(1).flatMap((units, k) => [
          { name: `recognition.${k + 1}.weight`, shape: [units, layers[k]] },
          { name: `recognition.${k + 1}.bias`, shape: [units] },
        ]),
      },
      build,
    )
    this.visible = layers[0]
    this.layers = [...layers]
    this.#generative = this.connections().generative
    const weights = this.parameters.filter(({ name }) => name.endsWith('weight'))
    weights.forEach(({ matrix }, i) => new Random(this.seed, stream.initialization + i).uniform(matrix, -spread, spread))
    this.parameters.find(({ name }) => name === 'generative.0.bias')!.matrix.fill(visibleBias)
  }

  /** @internal By layer, of this machine's groups or of some with their layout; no layer recognizes the visible one. */
  connections(groups = this.groups): { generative: Connection[]; recognition: (Connection | null)[] } {
    const find = (name: string): Matrix | null =>
      groups.flatMap(({ parameters }) => parameters).find((parameter) => parameter.name === name)?.matrix ?? null
    const connection =
      (kind: string) =>
      (_: number, k: number): Connection => ({ weight: find(`${kind}.${k}.weight`), bias: find(`${kind}.${k}.bias`)! })
    return {
      generative: this.layers.map(connection('generative')),
      recognition: this.layers.map((units, k) => (k === 0 ? null : connection('recognition')(units, k))),
    }
  }

  /** @internal drives <- W from + b, without the nonlinearity. */
  drive({ weight, bias }: Connection, from: Matrix | null, drives: Matrix): void {
    if (weight && from) this.ops.multiplyNT(from, weight, drives)
    else drives.fill(0)
    this.ops.activateRows(identity, bias, drives)
  }

  /**
   * The recognition network's probabilities for each row of x, each layer given those of the layer below it.
   *
   * @param x row-major [rows, visible]
   * @returns by layer, h_1 ... h_K, row-major [rows, units]
   * @throws NgradError `SHAPE`, `TYPE`, `NOT_FINITE`, `DISPOSED`
   */
  features(x: ArrayLike<number>): FloatArray[] {
    return this.#recognized('features(x)', x, (layers) => layers.slice(1).map((layer) => readFinite('features(x)', layer)))
  }

  /**
   * The generative network's probabilities of the visible units, from those that the recognition network gives the top layer, each layer
   * given those of the layer above it.
   *
   * @param x row-major [rows, visible]
   * @returns row-major [rows, visible], in (0, 1)
   * @throws NgradError `SHAPE`, `TYPE`, `NOT_FINITE`, `DISPOSED`
   */
  reconstruct(x: ArrayLike<number>): FloatArray {
    return this.#recognized('reconstruct(x)', x, (layers) => {
      for (let k = layers.length - 2; k >= 0; k--) this.#expect(this.#generative[k], layers[k + 1], layers[k])
      return readFinite('reconstruct(x)', layers[0])
    })
  }

  /**
   * Fantasies: visible states drawn from the generative model, from the top down.
   *
   * @returns row-major [count, visible], of 0 and 1
   * @throws NgradError `TYPE`, `RANGE`, `OUT_OF_MEMORY`, `DISPOSED`
   */
  sample(count: number, options: SampleOptions = {}): FloatArray {
    const where = 'sample(count, options)'
    const random = requireSamples(where, count, options)
    return this.borrow(where, (region) => {
      const layers = this.layers.map((units) => region.matrix(this.dtype, count, units))
      const means = this.layers.map((units) => region.matrix(this.dtype, count, units))
      for (let k = layers.length - 1; k >= 0 && count > 0; k--) {
        this.#expect(this.#generative[k], layers[k + 1] ?? null, means[k])
        random.bernoulliOf(means[k], layers[k])
      }
      return layers[0].read()
    })
  }

  /** p <- sigmoid(W from + b). */
  #expect(connection: Connection, from: Matrix | null, p: Matrix): void {
    this.drive(connection, from, p)
    this.ops.activate(sigmoid, p, p)
  }

  /** Of rows of x and what is recognized in them, layer by layer. */
  #recognized<T>(where: string, x: ArrayLike<number>, of: (layers: readonly Matrix[]) => T): T {
    const values = takeNumbers(where, '', x, this.visible)
    return this.borrow(where, (region) => {
      const rows = lengthOf(values) / this.visible
      const layers = this.layers.map((units) => region.matrix(this.dtype, rows, units))
      writeRows(where, '', values, layers[0])
      const { recognition } = this.connections()
      for (let k = 1; k < layers.length; k++) this.#expect(recognition[k]!, layers[k - 1], layers[k])
      return of(layers)
    })
  }

  /**
   * ln P(v) under the generative model for each row of x, by enumeration of the hidden units.
   *
   * @param x row-major [rows, visible]
   * @returns doubles
   * @throws NgradError `UNSUPPORTED` above 12 hidden units; `SHAPE`, `TYPE`, `NOT_FINITE`, `DISPOSED`
   */
  logLikelihood(x: ArrayLike<number>): FloatArray {
    const where = 'logLikelihood(x)'
    const states = requireEnumerable(
      where,
      this.layers.slice(1).reduce((sum, units) => sum + units, 0),
    )
    const values = takeNumbers(where, '', x, this.visible)
    return this.borrow(where, (region) => {
      const rows = lengthOf(values) / this.visible
      const v = region.matrix(this.dtype, rows, this.visible)
      writeRows(where, '', values, v)
      const layers = this.layers.map((units) => region.matrix(this.dtype, rows * states, units))
      enumerateStates(v, this.visible, layers)
      const joint = region.matrix('f64', rows * states, 1)
      const logs = region.matrix('f64', rows * states, 1)
      const drives = layers.map(({ rows: high, columns }) => region.matrix(this.dtype, high, columns))
      this.logJoint(layers, drives, logs, joint)
      // ln sum_h P(v, h) = ln P(v, h_0) + cross-entropy of the softmax over h with the state h_0.
      const first = region.matrix('f64', rows, states)
      for (let row = 0; row < rows; row++) first.views().f64[first.pointer / 8 + row * states] = 1
      const table = joint.as(rows, states)
      const sums = region.matrix('f64', rows, 1)
      this.ops.doubles.crossEntropy(table, first, null, sums)
      this.ops.doubles.dotRows(table, first, sums, 1, true)
      return readFinite(where, sums)
    })
  }

  /** @internal joint <- ln P(h_0, ..., h_K) for each row (doubles); `drives` of the layers' shapes, `logs` of joint's. */
  logJoint(layers: readonly Matrix[], drives: readonly Matrix[], logs: Matrix, joint: Matrix): void {
    joint.fill(0)
    for (let k = 0; k < layers.length; k++) {
      this.drive(this.#generative[k], layers[k + 1] ?? null, drives[k])
      this.ops.binaryCrossEntropy(drives[k], layers[k], null, logs)
      this.ops.doubles.combine(-1, logs, 1, joint)
    }
  }
}
