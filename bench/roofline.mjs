// The roofline of this machine and this engine, in GFLOP/s of 128-bit vectors: two fused multiply-adds a
// cycle on today's processors. Where the engine has relaxed SIMD a loop of them is measured. Where it has
// not (Node 20), a loop of multiplications is, and counted twice: it runs on the same ports at the
// same rate, and the additions of a product, which portable SIMD issues apart, take as many slots again.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'

function compile(features) {
  const target = `build/roofline-${features}.wasm`
  mkdirSync('build', { recursive: true })
  execFileSync(process.execPath, [
    'node_modules/assemblyscript/bin/asc.js', 'bench/assembly/roofline.ts', '--outFile', target,
    '-O3', '--noAssert', '--runtime', 'stub', '--initialMemory', '1', '--use', 'abort=', '--enable', features,
  ])
  return readFileSync(target)
}

/**
 * Milliseconds of processor time of this process. On a shared machine a ratio of wall times says nothing: the
 * same product came out at 0.82 to 1.21 of its roofline within a minute, by processor time at 0.81 to 0.86.
 */
export function processorTime() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** What is measured by, and a function that measures for about so many milliseconds: what it judges runs in between. */
export function roofline() {
  const fused = compile('simd,relaxed-simd')
  const hasFused = WebAssembly.validate(fused)
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(hasFused ? fused : compile('simd')))
  return {
    loop: hasFused ? 'fused multiply-add' : 'multiply, counted twice',
    measure(dtype, milliseconds) {
      const flops = 2 * 12 * (dtype === 'f32' ? 4 : 2)
      const turns = 20_000
      const start = processorTime()
      let spent = 0
      let done = 0
      for (; spent < milliseconds; done += turns, spent = processorTime() - start) exports[`loop_${dtype}`](turns, 1, 0)
      return (done * flops) / spent / 1e6
    },
  }
}
