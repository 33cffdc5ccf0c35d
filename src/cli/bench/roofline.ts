// The roofline of this machine and this engine, in GFLOP/s of 128-bit vectors: two fused multiply-adds a
// cycle on today's processors. Where the engine has relaxed SIMD a loop of them is measured. Where it has
// not (Node 20), a loop of multiplications is, and counted twice: it runs on the same ports at the
// same rate, and the additions of a product, which portable SIMD issues apart, take as many slots again.
import type { DType } from '../../core/dtype.js'
import { fused, multiplying } from './roofline-bytes.js'

/**
 * Milliseconds of processor time of this process. On a shared machine a ratio of wall times says nothing: the
 * same product came out at 0.82 to 1.21 of its roofline within a minute, by processor time at 0.81 to 0.86.
 */
export function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

export interface Roofline {
  /** What is measured by. */
  readonly loop: string
  /** GFLOP/s, measured for about so many milliseconds: what it judges runs in between. */
  measure(dtype: DType, milliseconds: number): number
}

// In Node, but not in its types.
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> }
}

type Loop = (turns: number, factor: number, term: number) => void

export function roofline(): Roofline {
  const bytes = Buffer.from(fused, 'base64')
  const hasFused = WebAssembly.validate(bytes)
  const module = new WebAssembly.Module(hasFused ? bytes : Buffer.from(multiplying, 'base64'))
  const { exports } = new WebAssembly.Instance(module)
  return {
    loop: hasFused ? 'fused multiply-add' : 'multiply, counted twice',
    measure: (dtype, milliseconds) => {
      const loop = exports[`loop_${dtype}`] as Loop
      const flops = 2 * 12 * (dtype === 'f32' ? 4 : 2)
      const turns = 20_000
      const start = processorTime()
      let spent = 0
      let done = 0
      for (; spent < milliseconds; done += turns, spent = processorTime() - start) loop(turns, 1, 0)
      return (done * flops) / spent / 1e6
    },
  }
}
