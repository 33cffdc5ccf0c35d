// The typed face of the kernels: the only file that calls WASM exports to compute. Operands are matrices in
// WASM memory; nothing here allocates. Shapes are the caller's contract, checked once where a rule is set up.
import { bytesPerElement, type DType } from './dtype.js'
import { type Matrix, sharedWorkspace } from './memory.js'
import { getCore } from './wasm.js'

type Kernel = (...operands: number[]) => number

/** Each is exported for f32 and for f64. */
// prettier-ignore
const kernelNames = [
  'gemm', 'combine', 'affine', 'multiply', 'scaleRows', 'dot', 'maxDifference', 'maxAbsolute', 'columnSums',
  'firstNonFinite', 'activate', 'activateComplex', 'activateRows', 'multiplySlope', 'settle', 'squaredError',
  'softmax', 'crossEntropy', 'binaryCrossEntropy', 'countCorrect', 'momentum', 'adam', 'uniform', 'normal',
  'rademacher', 'bernoulli', 'bernoulliOf', 'dotRows', 'sweepUnits', 'packWeights', 'packedSize', 'feedforward',
  'relax', 'infer', 'approach', 'pull', 'move', 'moveWindows', 'poolWindows', 'traces', 'gatherColumns',
] as const
type Kernels = Record<(typeof kernelNames)[number], Kernel>

/** How the operands of a product stand: as they are, the right one transposed, or the left one. */
const [NN, NT, TN] = [0, 1, 2] as const

/** The largest count that the core takes as it is. */
const most = 0x7fff_ffff

/** Whether multiply-adds are fused: `relaxed` is not the same to the bit on every processor. */
export type Simd = 'portable' | 'relaxed'

/** The kernels of the core on matrices of one element type. */
export class Operations {
  /** Which of its two builds the running core is. */
  readonly simd: Simd
  readonly #k: Kernels
  /** Scratch that products need. */
  readonly workspace: number
  /** The operations on doubles. */
  readonly doubles: Operations

  /** @internal Use {@link operations}. */
  constructor(readonly dtype: DType) {
    const { kernels } = getCore()
    this.#k = Object.fromEntries(kernelNames.map((name) => [name, kernels[`${name}_${dtype}`]])) as Kernels
    this.workspace = sharedWorkspace()
    this.doubles = dtype === 'f64' ? this : operations('f64')
    this.simd = kernels.relaxed() === 1 ? 'relaxed' : 'portable'
  }

  /** out <- scale a b (+ out), a [m x k], b [k x n]. */
  multiplyNN(a: Matrix, b: Matrix, out: Matrix, scale = 1, accumulate = false): void {
    this.#multiply(NN, a.rows, b.columns, a.columns, a, b, out, scale, accumulate)
  }

  /** out <- scale a b^T (+ out), a [m x k], b [n x k]. */
  multiplyNT(a: Matrix, b: Matrix, out: Matrix, scale = 1, accumulate = false): void {
    this.#multiply(NT, a.rows, b.rows, a.columns, a, b, out, scale, accumulate)
  }

  /** out <- scale a^T b (+ out), a [k x m], b [k x n]. */
  multiplyTN(a: Matrix, b: Matrix, out: Matrix, scale = 1, accumulate = false): void {
    this.#multiply(TN, a.columns, b.columns, a.rows, a, b, out, scale, accumulate)
  }

  #multiply(form: number, m: number, n: number, k: number, a: Matrix, b: Matrix, out: Matrix, scale: number, accumulate: boolean): void {
    const adds = accumulate ? 1 : 0
    this.#k.gemm(form, m, n, k, scale, a.pointer, a.columns, b.pointer, b.columns, adds, out.pointer, out.columns, this.workspace)
  }

  /** Bytes that the right operand of a product of n columns, k deep, takes once packed. */
  packedSize(n: number, k: number): number {
    return this.#k.packedSize(n, k)
  }

  /** packed <- b, as the right operand of a b^T (`NT`: b is [n x k]) or of a b (`NN`: [k x n]) in kernels that take packed ones. */
  pack(form: 'NT' | 'NN', { rows, columns, pointer }: Matrix, packed: number): void {
    if (form === 'NT') this.#k.packWeights(NT, rows, columns, pointer, columns, packed)
    else this.#k.packWeights(NN, columns, rows, pointer, columns, packed)
  }

  /** The feedforward pass of a phase, given by the address of its record: assembly/dynamics/relax.ts. */
  feedforward(phase: number): void {
    this.#k.feedforward(phase)
  }

  /** At most `sweeps` sweeps more of that phase, and no more than 2^31 - 1. */
  relax(phase: number, sweeps: number): void {
    this.#k.relax(phase, Math.min(sweeps, most))
  }

  /** Inference in predictive coding, at most `steps` steps and 2^31 - 1, given by the address of its record: assembly/dynamics/infer.ts. */
  infer(inference: number, steps: number): void {
    this.#k.infer(inference, Math.min(steps, most))
  }

  /** y <- a x + b y; with b = 0 the old y is not read. */
  combine(a: number, x: Matrix, b: number, y: Matrix): void {
    this.#k.combine(a, x.pointer, b, y.pointer, y.length)
  }

  /** y <- a y + b, b a number. */
  affine(a: number, b: number, y: Matrix): void {
    this.#k.affine(a, b, y.pointer, y.length)
  }

  /** y <- a x y, element by element. */
  multiply(a: number, x: Matrix, y: Matrix): void {
    this.#k.multiply(a, x.pointer, y.pointer, y.length)
  }

  /** Row i of y <- factor_i y_i; the factors are a column of doubles. */
  scaleRows(factors: Matrix, y: Matrix): void {
    this.#k.scaleRows(factors.pointer, y.pointer, y.rows, y.columns)
  }

  /** The inner product, summed in double precision. */
  dot(x: Matrix, y: Matrix): number {
    return this.#k.dot(x.pointer, y.pointer, x.length)
  }

  /** dots (a column of doubles) <- scale <x_i, y_i> (+ dots) for each row; y may be one row for all. */
  dotRows(x: Matrix, y: Matrix, dots: Matrix, scale = 1, accumulate = false): void {
    const stride = y.length === x.columns ? 0 : x.columns * bytesPerElement(this.dtype)
    this.#k.dotRows(scale, x.pointer, y.pointer, stride, x.rows, x.columns, accumulate ? 1 : 0, dots.pointer)
  }

  /** The largest |x - y|, NaN when any is. */
  maxDifference(x: Matrix, y: Matrix): number {
    return this.#k.maxDifference(x.pointer, y.pointer, x.length)
  }

  /** The largest |x|, NaN when any is. */
  maxAbsolute(x: Matrix): number {
    return this.#k.maxAbsolute(x.pointer, x.length)
  }

  /** sums <- scale (sum of x over its rows) (+ sums); a row is as many numbers as there are sums. */
  columnSums(x: Matrix, sums: Matrix, scale = 1, accumulate = false): void {
    const columns = sums.length
    this.#k.columnSums(scale, x.pointer, x.length / columns, columns, accumulate ? 1 : 0, sums.pointer)
  }

  /** The index of the first element that is infinite or NaN, or -1. */
  firstNonFinite(x: Matrix): number {
    return this.#k.firstNonFinite(x.pointer, x.length)
  }

  /** h <- f(z), f by its code. */
  activate(code: number, z: Matrix, h: Matrix): void {
    this.#k.activate(code, z.pointer, h.pointer, h.length)
  }

  // A bias that is shorter than a row of its operand is repeated along it: the one bias of all pixels of a channel.

  /** Each row of h <- f(row + bias). */
  activateRows(code: number, bias: Matrix, h: Matrix): void {
    const columns = bias.length
    this.#k.activateRows(code, bias.pointer, h.pointer, h.length / columns, columns)
  }

  /** Each row of re + i im <- f(row + bias), f a holomorphic one by its code. */
  activateComplex(code: number, bias: Matrix, re: Matrix, im: Matrix): void {
    const columns = bias.length
    this.#k.activateComplex(code, bias.pointer, re.pointer, im.pointer, re.length / columns, columns)
  }

  /** d <- d f'(z), f' taken from h = f(z). */
  multiplySlope(code: number, h: Matrix, d: Matrix): void {
    this.#k.multiplySlope(code, h.pointer, d.pointer, d.length)
  }

  /**
   * s_i <- s_i + step_i (f(potential_i + bias) - s_i) for each sample, a row; where `scale` times its largest
   * |f(potential + bias) - s| is larger, worst_i <- that. Steps and worst are columns of doubles; samples of step 0 are left alone.
   */
  settle(code: number, bias: Matrix, steps: Matrix, potential: Matrix, s: Matrix, worst: Matrix, scale = 1): void {
    const columns = bias.length
    const repeats = s.columns / columns
    this.#k.settle(code, bias.pointer, steps.pointer, potential.pointer, s.pointer, s.rows, repeats, columns, scale, worst.pointer)
  }

  /** s_i <- s_i + step_i (target_i - s_i) for each sample, a row, and worst_i as in `settle`. */
  approach(steps: Matrix, target: Matrix, s: Matrix, worst: Matrix, scale = 1): void {
    this.#k.approach(steps.pointer, target.pointer, s.pointer, s.rows, s.columns, scale, worst.pointer)
  }

  /**
   * Nodes of predictive coding: change <- rate_i (f' change - eps) for each sample, a row, with f' from h; at the kinks of x,
   * where it is given, downhill. residuals_i <- the largest of the changes over rate_i times `scale`, where that is larger,
   * and squares_i grows by their squares. Rates, residuals and squares are columns of doubles; samples of rate 0 rest.
   */
  pull(
    code: number,
    rates: Matrix,
    scale: number,
    x: Matrix | null,
    h: Matrix,
    eps: Matrix,
    change: Matrix,
    residuals: Matrix,
    squares: Matrix,
  ): void {
    const kinks = x?.pointer ?? 0
    const { pointer, rows, columns } = change
    this.#k.pull(code, rates.pointer, scale, kinks, h.pointer, eps.pointer, pointer, rows, columns, residuals.pointer, squares.pointer)
  }

  /** x <- x + change, h <- f(x); with `stop` no further than the next kink of f, and change is what was left of it. */
  move(code: number, stop: boolean, x: Matrix, change: Matrix, h: Matrix): void {
    this.#k.move(code, stop ? 1 : 0, x.pointer, change.pointer, h.pointer, x.length)
  }

  /** Row i of patches <- window `first` + i of the images x, for as many as patches has rows. */
  im2col(x: Matrix, windows: number, first: number, patches: Matrix): void {
    this.#k.moveWindows(0, x.pointer, windows, first, patches.rows, patches.pointer)
  }

  /** x <- x + the rows of patches, each where its window is. */
  col2im(patches: Matrix, windows: number, first: number, x: Matrix): void {
    this.#k.moveWindows(1, x.pointer, windows, first, patches.rows, patches.pointer)
  }

  /** z <- z + factor (the sum over each window of x, channel by channel). */
  pool(x: Matrix, windows: number, z: Matrix, factor: number): void {
    this.#k.poolWindows(0, factor, x.pointer, windows, x.rows, z.pointer)
  }

  /** x <- x + factor z, each number all over its window. */
  unpool(z: Matrix, windows: number, x: Matrix, factor: number): void {
    this.#k.poolWindows(1, factor, x.pointer, windows, x.rows, z.pointer)
  }

  /**
   * Row t of left <- decay trace, before the spikes of row t of x; then trace, a row, jumps by them, or to 1 where only the `nearest`
   * one counts.
   */
  traces(decay: number, nearest: boolean, x: Matrix, trace: Matrix, left: Matrix): void {
    this.#k.traces(decay, nearest ? 1 : 0, x.pointer, x.rows, x.columns, trace.pointer, left.pointer)
  }

  /** out <- the columns of x from `first` on, as many as out has. */
  gatherColumns(x: Matrix, first: number, out: Matrix): void {
    const start = x.pointer + first * bytesPerElement(this.dtype)
    this.#k.gatherColumns(start, x.columns, x.rows, out.columns, out.pointer)
  }

  /** The summed loss; errors <- dC/dh; samples (a column of doubles) <- the loss of each row. */
  squaredError(h: Matrix, y: Matrix, errors: Matrix | null, samples: Matrix | null): number {
    return this.#k.squaredError(h.pointer, y.pointer, h.rows, h.columns, errors?.pointer ?? 0, samples?.pointer ?? 0)
  }

  /** p <- softmax of each row of h. */
  softmax(h: Matrix, p: Matrix): void {
    this.#k.softmax(h.pointer, h.rows, h.columns, p.pointer)
  }

  /** The summed loss; errors <- dC/dh; samples (a column of doubles) <- the loss of each row. */
  crossEntropy(h: Matrix, y: Matrix, errors: Matrix | null, samples: Matrix | null): number {
    return this.#k.crossEntropy(h.pointer, y.pointer, h.rows, h.columns, errors?.pointer ?? 0, samples?.pointer ?? 0)
  }

  /** The summed loss; errors <- dC/dh; samples (a column of doubles) <- the loss of each row. */
  binaryCrossEntropy(h: Matrix, y: Matrix, errors: Matrix | null, samples: Matrix | null): number {
    return this.#k.binaryCrossEntropy(h.pointer, y.pointer, h.rows, h.columns, errors?.pointer ?? 0, samples?.pointer ?? 0)
  }

  /** Rows whose largest output stands where the largest target stands. */
  countCorrect(h: Matrix, y: Matrix): number {
    return this.#k.countCorrect(h.pointer, y.pointer, h.rows, h.columns)
  }

  /** velocity <- mu velocity + g; g <- velocity (Nesterov: g + mu velocity). */
  momentum(mu: number, nesterov: boolean, velocity: Matrix, g: Matrix): void {
    this.#k.momentum(mu, nesterov ? 1 : 0, velocity.pointer, g.pointer, g.length)
  }

  /** One step of Adam's moments; g <- m c1 / (sqrt(v c2) + epsilon). */
  adam(beta1: number, beta2: number, c1: number, c2: number, epsilon: number, m: Matrix, v: Matrix, g: Matrix): void {
    this.#k.adam(beta1, beta2, c1, c2, epsilon, m.pointer, v.pointer, g.pointer, g.length)
  }

  /** out <- U[0, 1), fill `step` of the stream (seed, stream). */
  uniform(seed: number, stream: number, step: number, out: Matrix): void {
    this.#k.uniform(seed, stream, low(step), high(step), 0, out.pointer, out.length)
  }

  /** out <- N(0, 1), fill `step` of the stream (seed, stream). */
  normal(seed: number, stream: number, step: number, out: Matrix): void {
    this.#k.normal(seed, stream, low(step), high(step), 0, out.pointer, out.length)
  }

  /** out <- -size or +size with equal chances, fill `step` of the stream (seed, stream). */
  rademacher(seed: number, stream: number, step: number, out: Matrix, size: number): void {
    this.#k.rademacher(seed, stream, low(step), high(step), 0, out.pointer, out.length, size)
  }

  /** out <- 1 with probability p, else 0, fill `step` of the stream (seed, stream). */
  bernoulli(seed: number, stream: number, step: number, out: Matrix, p: number): void {
    this.#k.bernoulli(seed, stream, low(step), high(step), 0, out.pointer, out.length, p)
  }

  /** out <- 1 with probability p_ij, else 0, fill `step` of the stream (seed, stream); out is not p. */
  bernoulliOf(seed: number, stream: number, step: number, p: Matrix, out: Matrix): void {
    this.#k.bernoulliOf(seed, stream, low(step), high(step), 0, p.pointer, out.pointer, out.length)
  }

  /**
   * One sweep over the units from `firstFree` on of a symmetric network, s_i <- sigmoid((w_i s + b_i) / T), or, with
   * uniform numbers, 1 with that probability and else 0. With `steps` and `worst`, columns of doubles, samples of step 0
   * are left alone, and worst_i is raised to the largest change of the others.
   */
  sweepUnits(
    weight: Matrix,
    bias: Matrix,
    temperature: number,
    uniforms: Matrix | null,
    firstFree: number,
    s: Matrix,
    steps?: Matrix,
    worst?: Matrix,
  ): void {
    this.#k.sweepUnits(
      weight.pointer,
      bias.pointer,
      1 / temperature,
      uniforms?.pointer ?? 0,
      firstFree,
      s.pointer,
      s.rows,
      s.columns,
      steps?.pointer ?? 0,
      worst?.pointer ?? 0,
    )
  }
}

// A step of a stream counts on beyond 2^32 in the word after it, which the core calls the substream.
const word = 0x1_0000_0000
const high = (step: number): number => Math.floor(step / word)
const low = (step: number): number => step % word

const instances: Partial<Record<DType, Operations>> = {}

/** The operations on one element type. */
export function operations(dtype: DType): Operations {
  return (instances[dtype] ??= new Operations(dtype))
}
