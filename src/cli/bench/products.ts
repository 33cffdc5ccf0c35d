// Speed of the matrix products of the shipped core, as fractions of the roofline measured in the same run.
import type { DType } from '../../core/dtype.js'
import { type Matrix, Region } from '../../core/memory.js'
import { operations } from '../../core/operations.js'
import { processorTime, type Roofline } from './roofline.js'

export interface ProductSpeed {
  /** Which operand is transposed: NN none, NT the right one, TN the left one. */
  readonly form: Form
  readonly dtype: DType
  /** m x n x k. */
  readonly shape: string
  readonly gflops: number
  /** Of the roofline. */
  readonly fraction: number
}

type Form = 'NN' | 'NT' | 'TN'
type Case = readonly [form: Form, m: number, n: number, k: number]

/** Cubes, and the three products of a layer of 784 inputs and 500 outputs: forward, error to the inputs, gradient. */
const cases: readonly Case[] = [
  ...[256, 512, 1024].map((n): Case => ['NN', n, n, n]),
  ['NT', 64, 500, 784],
  ['NN', 64, 784, 500],
  ['TN', 500, 784, 64],
]

const rounds = 15
/** Milliseconds that a round takes, about, without the roofline. */
const roundTime = 4

/**
 * Measures each shape in turn. In each round a shape runs between two measurements of the roofline that take as long,
 * together, as itself, and the fraction is the median of the ratios: what slows the machine down slows both.
 */
export function* productSpeeds(dtype: DType, roof: Roofline): Generator<ProductSpeed, void> {
  roof.measure(dtype, 100) // engines compile anew what runs often: run until they have
  for (const shape of cases) {
    const [form, m, n, k] = shape
    const region = new Region('bench')
    const run = product(shape, dtype, region)
    const flops = 2 * m * n * k
    for (const end = performance.now() + 20; performance.now() < end;) run()
    const repeats = Math.ceil(roundTime / time(run, Math.ceil(1e7 / flops)))
    const measured = Array.from({ length: rounds }, () => {
      const before = roof.measure(dtype, roundTime / 2)
      const gflops = flops / time(run, repeats) / 1e6
      return { gflops, fraction: (2 * gflops) / (before + roof.measure(dtype, roundTime / 2)) }
    })
    region.dispose()
    yield {
      form,
      dtype,
      shape: `${m}x${n}x${k}`,
      gflops: median(measured.map(({ gflops }) => gflops)),
      fraction: median(measured.map(({ fraction }) => fraction)),
    }
  }
}

function product([form, m, n, k]: Case, dtype: DType, region: Region): () => void {
  const ops = operations(dtype)
  const filled = (rows: number, columns: number): Matrix => {
    const matrix = region.matrix(dtype, rows, columns)
    matrix.fill(0.01)
    return matrix
  }
  const out = filled(m, n)
  if (form === 'NT') {
    const [a, b] = [filled(m, k), filled(n, k)]
    return () => ops.multiplyNT(a, b, out)
  }
  if (form === 'TN') {
    const [a, b] = [filled(k, m), filled(k, n)]
    return () => ops.multiplyTN(a, b, out)
  }
  const [a, b] = [filled(m, k), filled(k, n)]
  return () => ops.multiplyNN(a, b, out)
}

function time(run: () => void, repeats: number): number {
  const start = processorTime()
  for (let i = 0; i < repeats; i++) run()
  return (processorTime() - start) / repeats
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]
