// Networks in plain arithmetic: what claims about the inside of a rule are measured against. No kernel of the core is
// used here.
import type { Activation } from '../../layers/activation.js'
import type { Network } from '../../models/network.js'
import type { Setting } from '../../learners/learner.js'

export type Vector = readonly number[]
/** A matrix by rows. */
export type Rows = readonly Vector[]

export const dot = (u: Vector, v: Vector): number => u.reduce((sum, value, i) => sum + value * v[i], 0)
export const times = (w: Rows, x: Vector): number[] => w.map((row) => dot(row, x))
export const transposed = (w: Rows): number[][] => w[0].map((_, j) => w.map((row) => row[j]))
export const product = (a: Rows, b: Rows): number[][] => {
  const columns = transposed(b)
  return a.map((row) => times(columns, row))
}
const length = (u: Vector): number => Math.sqrt(dot(u, u))

/** |A|, the largest singular value, and its vector v, |A v| = |A|, by power iteration on A^T A. */
export function largestSingular(a: Rows): { value: number; vector: number[] } {
  const t = transposed(a)
  let vector = t.map((_, i) => Math.cos(i + 1))
  let square = 0
  for (let i = 0; i < 2000; i++) {
    const image = times(t, times(a, vector))
    square = length(image)
    vector = image.map((value) => value / square)
  }
  return { value: Math.sqrt(square), vector }
}

const logistic = (z: number): number => 1 / (1 + Math.exp(-z))

/** f, its slope by the potential, and the integral of its inverse from 0 (Hopfield 1984) where it is written out. */
const nonlinearities: Partial<
  Record<Activation, { f: (z: number) => number; slope: (z: number) => number; inverseIntegral?: (s: number) => number }>
> = {
  identity: { f: (z) => z, slope: () => 1, inverseIntegral: (s) => (s * s) / 2 },
  tanh: {
    f: Math.tanh,
    slope: (z) => 1 - Math.tanh(z) ** 2,
    inverseIntegral: (s) => ((1 + s) * Math.log1p(s) + (1 - s) * Math.log1p(-s)) / 2,
  },
  sigmoid: {
    f: logistic,
    slope: (z) => logistic(z) * (1 - logistic(z)),
    inverseIntegral: (s) => s * Math.log(s) + (1 - s) * Math.log1p(-s),
  },
  softplus: { f: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), slope: logistic },
}

export interface PlainLayer {
  readonly weight: Rows
  readonly bias: Vector
  readonly f: (z: number) => number
  readonly slope: (z: number) => number
  readonly inverseIntegral: (s: number) => number
}

/** The layers of a dense network; `values` in the order of its parameters, where they are not its own. */
export function plainLayers(network: Network, values: Rows = network.parameters.map((p) => Array.from(p.read()))): PlainLayer[] {
  return network.layers.map(({ index, inputs, outputs, activation }) => {
    const weight = Array.from({ length: outputs }, (_, i) => values[2 * index].slice(i * inputs, (i + 1) * inputs))
    const { f, slope, inverseIntegral = () => NaN } = nonlinearities[activation]!
    return { weight, bias: values[2 * index + 1], f, slope, inverseIntegral }
  })
}

/** x by rows. */
export const rowsOf = (x: ArrayLike<number>, columns: number): number[][] =>
  Array.from({ length: x.length / columns }, (_, n) => Array.from({ length: columns }, (_, j) => x[n * columns + j]))

export interface SettleOptions {
  /** What is added to the potentials of the outputs, given their states. */
  readonly nudge?: (outputs: Vector) => Vector
  /** What is added to the states of the outputs, outside of their nonlinearity. */
  readonly outside?: (outputs: Vector) => Vector
  /** The states that the outputs are held at. */
  readonly clamped?: Vector
  /** Where to start. */
  readonly from?: Rows
}

/** h_0 ... h_L of one feedforward pass. */
export function forward(layers: readonly PlainLayer[], x: Vector): number[][] {
  const h: number[][] = [[...x]]
  for (const { weight, bias, f } of layers) h.push(times(weight, h.at(-1)!).map((z, i) => f(z + bias[i])))
  return h
}

/** W_l s_{l-1} + W_{l+1}^T s_{l+1} + b_l for layer l = 1 ... L. */
export function potential(layers: readonly PlainLayer[], s: Rows, l: number): number[] {
  const { weight, bias } = layers[l - 1]
  const above = layers[l]
  return times(weight, s[l - 1]).map(
    (z, i) => z + bias[i] + (above === undefined ? 0 : above.weight.reduce((sum, row, k) => sum + row[i] * s[l + 1][k], 0)),
  )
}

/** The fixed point s_0 ... s_L of the network with symmetric feedback: sweeps until nothing changes beyond rounding. */
export function settled(layers: readonly PlainLayer[], x: Vector, { nudge, outside, clamped, from }: SettleOptions = {}): number[][] {
  const s = (from ?? forward(layers, x)).map((state) => [...state])
  const last = layers.length
  if (clamped) s[last] = [...clamped]
  for (let sweep = 0, change = 1; sweep < 5000 && change > 2e-16; sweep++) {
    change = 0
    for (let l = clamped ? last - 1 : last; l > 0; l--) {
      const drive = potential(layers, s, l)
      const inside = l === last ? nudge?.(s[l]) : undefined
      const added = l === last ? outside?.(s[l]) : undefined
      const next = drive.map((z, i) => layers[l - 1].f(z + (inside?.[i] ?? 0)) + (added?.[i] ?? 0))
      change = Math.max(change, ...next.map((value, i) => Math.abs(value - s[l][i]) / Math.max(1, Math.abs(value))))
      s[l] = next
    }
  }
  return s
}

/**
 * The symmetric estimate of equilibrium propagation for squared error, -(Q(s^beta) - Q(s^-beta)) / (2 beta) in the order
 * of the network's parameters, with the nudge beta (y - s) inside the outputs' nonlinearity or outside of it.
 */
export function nudgedContrast({ network, batch }: Setting, beta: number, where: 'inside' | 'outside'): number[] {
  const layers = plainLayers(network)
  const y = rowsOf(batch.y, network.outputs)
  const contrast = network.parameters.map((p) => new Array<number>(p.shape.reduce((a, b) => a * b)).fill(0))
  for (const [n, x] of rowsOf(batch.x, network.inputs).entries())
    for (const sign of [1, -1]) {
      const pull = (s: Vector): number[] => s.map((value, i) => sign * beta * (y[n][i] - value))
      const s = settled(layers, x, where === 'inside' ? { nudge: pull } : { outside: pull })
      const factor = -sign / (2 * beta * batch.size)
      for (const l of layers.keys())
        s[l + 1].forEach((post, i) => {
          contrast[2 * l + 1][i] += factor * post
          s[l].forEach((pre, j) => (contrast[2 * l][i * s[l].length + j] += factor * post * pre))
        })
    }
  return contrast.flat()
}

/** The solution of A x = b, by Gaussian elimination with the largest pivot. */
export function solve(a: Rows, b: Vector): number[] {
  const rows = a.map((row, i) => [...row, b[i]])
  for (let k = 0; k < rows.length; k++) {
    const pivot = rows.reduce((best, row, i) => (i >= k && Math.abs(row[k]) > Math.abs(rows[best][k]) ? i : best), k)
    ;[rows[k], rows[pivot]] = [rows[pivot], rows[k]]
    rows.forEach((row, i) => {
      if (i === k) return
      const factor = row[k] / rows[k][k]
      row.forEach((_, j) => (row[j] -= factor * rows[k][j]))
    })
  }
  return rows.map((row, i) => row.at(-1)! / row[i])
}
