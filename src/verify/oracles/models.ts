// What the claims of the stochastic models are measured against: their objectives, written out over all states in plain
// arithmetic, and gradients of them by differences. Nothing here uses the models' own code.

/** Row-major parameters, by name. */
export type Parameters = Readonly<Record<string, number[]>>

export const logistic = (z: number): number => 1 / (1 + Math.exp(-z))
const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))
export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const logSumExp = (values: readonly number[]): number => {
  const largest = Math.max(...values)
  return largest + Math.log(sum(values.map((value) => Math.exp(value - largest))))
}

/** All binary states of n units, in the order of counting. */
export const states = (n: number): number[][] =>
  Array.from({ length: 2 ** n }, (_, k) => Array.from({ length: n }, (_, i) => (k >> (n - 1 - i)) & 1))

/** (W x + b)_i, W [b.length x x.length]. */
export const affine = (weight: readonly number[], x: readonly number[], bias: readonly number[]): number[] =>
  bias.map((b, i) => b + sum(x.map((value, j) => weight[i * x.length + j] * value)))

/** x W + a, the same W the other way. */
const affineBack = (weight: readonly number[], h: readonly number[], bias: readonly number[]): number[] =>
  bias.map((b, j) => b + sum(h.map((value, i) => weight[i * bias.length + j] * value)))

const logBernoulli = (s: readonly number[], drives: readonly number[]): number =>
  sum(s.map((value, i) => value * drives[i] - softplus(drives[i])))

/** The gradient by sixth-order central differences; `tied` lists the elements that move with one, none for one to leave out. */
export function differences(
  objective: (parameters: Parameters) => number,
  parameters: Parameters,
  name: string,
  tied: (element: number) => readonly number[] = (element) => [element],
): number[] {
  const step = 2e-3
  const at = (element: number, offset: number): number => {
    const moved = [...parameters[name]]
    for (const one of new Set(tied(element))) moved[one] += offset
    return objective({ ...parameters, [name]: moved })
  }
  return parameters[name].map((_, element) =>
    tied(element).length === 0
      ? 0
      : sum(
          [
            [1, 45],
            [2, -9],
            [3, 1],
          ].map(([n, c]) => c * (at(element, n * step) - at(element, -n * step))),
        )
        / (60 * step),
  )
}

/** -E of every state of a Boltzmann machine: 1/2 s^T W s + b^T s. */
export const harmonies = ({ weight, bias }: Parameters): number[] =>
  states(bias.length).map((s) => {
    const drives = affine(
      weight,
      s,
      bias.map((b) => 2 * b),
    )
    return sum(drives.map((z, i) => 0.5 * z * s[i]))
  })

/** KL(data(outputs | inputs) || Boltzmann machine), weighted by the data: without inputs, KL(data || model). */
export function boltzmannDivergence(machine: Parameters, visible: number, inputs: number, data: readonly number[]): number {
  const units = machine['bias'].length
  const all = harmonies(machine)
  const marginal = (known: number, index: number): number => logSumExp(all.filter((_, k) => k >> (units - known) === index))
  return sum(
    data.map((p, v) => {
      if (p === 0) return 0
      const input = v >> (visible - inputs)
      const given = sum(data.filter((_, other) => other >> (visible - inputs) === input))
      return p * (Math.log(p / given) - marginal(visible, v) + marginal(inputs, input))
    }),
  )
}

/** The means <s_i> of a Boltzmann machine. */
export function boltzmannMeans(machine: Parameters): number[] {
  const all = states(machine['bias'].length)
  const logs = harmonies(machine)
  const log = logSumExp(logs)
  return machine['bias'].map((_, i) => sum(all.map((s, k) => s[i] * Math.exp(logs[k] - log))))
}

/** The means of independent units: relaxed together with damping, from 1/2, the first ones held. */
export function meanField({ weight, bias }: Parameters, held: readonly number[]): number[] {
  let m = bias.map((_, i) => held[i] ?? 0.5)
  for (let i = 0, change = 1; i < 20_000 && change > 1e-16; i++) {
    const next = affine(weight, m, bias).map((z, j) => held[j] ?? 0.6 * m[j] + 0.4 * logistic(z))
    change = Math.max(...next.map((value, j) => Math.abs(value - m[j])))
    m = next
  }
  return m
}

export function meanFieldFreeEnergy({ weight, bias }: Parameters, m: readonly number[]): number {
  const xlogx = (x: number): number => (x > 0 ? x * Math.log(x) : 0)
  const drives = affine(
    weight,
    m,
    bias.map((b) => 2 * b),
  )
  return sum(m.map((value, i) => -0.5 * value * drives[i] + xlogx(value) + xlogx(1 - value)))
}

/** -<ln P(v)>_data of a restricted Boltzmann machine. */
export function rbmNegativeLogLikelihood({ weight, visibleBias, hiddenBias }: Parameters, data: readonly number[]): number {
  const logs = states(visibleBias.length).map(
    (v) => sum(v.map((s, i) => s * visibleBias[i])) + sum(affine(weight, v, hiddenBias).map(softplus)),
  )
  return logSumExp(logs) - sum(data.map((p, v) => p * logs[v]))
}

/** P(v' | v) of one Gibbs step v -> h -> v', row by row. */
export function rbmKernel({ weight, visibleBias, hiddenBias }: Parameters): number[][] {
  const all = states(visibleBias.length)
  const hidden = states(hiddenBias.length)
  const down = hidden.map((h) => {
    const drives = affineBack(weight, h, visibleBias)
    return all.map((v) => Math.exp(logBernoulli(v, drives)))
  })
  return all.map((v) => {
    const drives = affine(weight, v, hiddenBias)
    const up = hidden.map((h) => Math.exp(logBernoulli(h, drives)))
    return all.map((_, to) => sum(up.map((p, h) => p * down[h][to])))
  })
}

/** lambda_2 and lambda_3 of a reversible kernel, by power iteration on its symmetric form sqrt(P_i / P_j) K_ij. */
export function slowEigenvalues(kernel: readonly (readonly number[])[]): [number, number] {
  const iterations = 1000
  let stationary = kernel.map(() => 1 / kernel.length)
  for (let i = 0; i < iterations; i++) stationary = kernel.map((_, j) => sum(stationary.map((p, k) => p * kernel[k][j])))
  const known = [stationary.map(Math.sqrt)] // the eigenvector of lambda_1 = 1
  const next = (): number => {
    let u = kernel.map((_, i) => Math.cos(i + 1))
    let eigenvalue = 0
    for (let i = 0; i < iterations; i++) {
      let image = u.map((_, row) => sum(u.map((x, k) => Math.sqrt(stationary[row] / stationary[k]) * kernel[row][k] * x)))
      for (const vector of known) {
        const along = sum(vector.map((x, k) => x * image[k]))
        image = image.map((x, k) => x - along * vector[k])
      }
      eigenvalue = Math.hypot(...image)
      u = image.map((x) => x / eigenvalue)
    }
    known.push(u)
    return eigenvalue
  }
  return [next(), next()]
}

/** ln P(v, h) and ln Q(h | v) of a Helmholtz machine v - h of two layers. */
function helmholtz(p: Parameters): { joint: number[][]; recognition: number[][] } {
  const visible = states(p['generative.0.bias'].length)
  const hidden = states(p['generative.1.bias'].length)
  return {
    joint: visible.map((v) =>
      hidden.map(
        (h) => logBernoulli(h, p['generative.1.bias']) + logBernoulli(v, affine(p['generative.0.weight'], h, p['generative.0.bias'])),
      ),
    ),
    recognition: visible.map((v) => hidden.map((h) => logBernoulli(h, affine(p['recognition.1.weight'], v, p['recognition.1.bias'])))),
  }
}

/** F = <ln Q(h | v) - ln P(v, h)> over the data and Q. */
export function helmholtzFreeEnergy(parameters: Parameters, data: readonly number[]): number {
  const { joint, recognition } = helmholtz(parameters)
  return sum(data.map((p, v) => p * sum(recognition[v].map((q, h) => Math.exp(q) * (q - joint[v][h])))))
}

/** <KL(P(h | v) || Q(h | v))> over fantasies v ~ P. */
export function fantasyDivergence(parameters: Parameters): number {
  const { joint, recognition } = helmholtz(parameters)
  return sum(
    joint.map((row, v) => {
      const evidence = logSumExp(row)
      return sum(row.map((log, h) => Math.exp(log) * (log - evidence - recognition[v][h])))
    }),
  )
}

/** One set of states of a hierarchy with tanh nodes, x_0 the data: F, and its gradient by each x_k. */
export function hierarchyEnergy(
  p: Parameters,
  precisions: readonly number[],
  x: readonly (readonly number[])[],
): { energy: number; slopes: number[][] } {
  const h = x.map((node) => node.map(Math.tanh))
  const eps = x.map((node, k) => {
    const weight = p[`layers.${k}.weight`]
    const bias = p[`layers.${k}.bias`]
    const mu = weight ? affine(weight, h[k + 1], bias) : bias
    return node.map((value, i) => precisions[k] * (value - mu[i]))
  })
  const slopes = x.map((node, k) => {
    const down =
      k === 0
        ? node.map(() => 0)
        : affineBack(
            p[`layers.${k - 1}.weight`],
            eps[k - 1],
            node.map(() => 0),
          )
    return node.map((_, i) => eps[k][i] - (1 - h[k][i] ** 2) * down[i])
  })
  return { energy: sum(eps.map((error, k) => sum(error.map((e) => e * e)) / (2 * precisions[k]))), slopes }
}

/** The mean over the data of the least F that descent finds from what the prior predicts. */
export function hierarchyFreeEnergy(p: Parameters, precisions: readonly number[], data: readonly number[]): number {
  const last = precisions.length - 1
  const prior: number[][] = [p[`layers.${last}.bias`]]
  for (let k = last - 1; k > 0; k--) prior.unshift(affine(p[`layers.${k}.weight`], prior[0].map(Math.tanh), p[`layers.${k}.bias`]))
  return sum(
    states(p['layers.0.bias'].length).map((v, i) => {
      if (data[i] === 0) return 0
      let x = [v, ...prior]
      for (let step = 0, steepest = 1; step < 5000 && steepest > 1e-7; step++) {
        const { slopes } = hierarchyEnergy(p, precisions, x)
        steepest = Math.max(...slopes.slice(1).flat().map(Math.abs))
        x = x.map((node, k) => (k === 0 ? node : node.map((value, j) => value - 0.3 * slopes[k][j])))
      }
      return data[i] * hierarchyEnergy(p, precisions, x).energy
    }),
  )
}
