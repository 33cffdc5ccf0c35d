// Speed of the matrix products, as a fraction of the roofline measured in the same run.
//
//   node bench/kernels.mjs [--quick] [--json] [--core build/core-relaxed.wasm]
//
// A shape is m x n x k. In each round a shape runs between two measurements of the roofline as long, together,
// as itself; the fraction is the median of the ratios. Times are of the processor, not of the wall.
import { cpus } from 'node:os'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { pathToFileURL } from 'node:url'
import { processorTime, roofline } from './roofline.mjs'

const forms = ['NN', 'NT', 'TN']
const cubes = [64, 128, 256, 512, 1024].map((n) => ['NN', n, n, n])
/** A layer of 784 inputs and 500 outputs: forward, error to the inputs, gradient of W. */
const layer = (batch) => [
  ['NT', batch, 500, 784],
  ['NN', batch, 784, 500],
  ['TN', 500, 784, batch],
]
const small = [
  ['NT', 32, 10, 32],
  ['NT', 4, 16, 2],
]

/** Milliseconds that a round of one shape takes, about. */
const roundTime = 4

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

function product(core, dtype, [form, m, n, k], packed) {
  const Floats = dtype === 'f32' ? Float32Array : Float64Array
  const allocate = (length) => core.allocate(length * Floats.BYTES_PER_ELEMENT)
  const [a, b, c, weights] = [m * k, n * k, m * n, (n + 8) * k].map(allocate)
  const workspace = core.allocate(core.gemmWorkspace())
  for (const [pointer, length] of [
    [a, m * k],
    [b, n * k],
  ])
    new Floats(core.memory.buffer, pointer, length).fill(0.01)
  const lda = form === 'TN' ? m : k
  const ldb = form === 'NT' ? k : n
  const code = forms.indexOf(form)
  const gemm = core[`gemm_${dtype}`]
  const gemmPacked = core[`gemmPacked_${dtype}`]
  if (packed) core[`packWeights_${dtype}`](code, n, k, b, ldb, weights)
  return {
    run: packed
      ? () => gemmPacked(m, n, k, 1, a, lda, weights, false, c, n, workspace)
      : () => gemm(code, m, n, k, 1, a, lda, b, ldb, false, c, n, workspace),
    dispose: () => [a, b, c, weights, workspace].forEach((pointer) => core.free(pointer)),
  }
}

function time(run, repeats) {
  const start = processorTime()
  for (let i = 0; i < repeats; i++) run()
  return (processorTime() - start) / repeats
}

/** Rows `{ kernel, dtype, shape, gflops, fraction }`; `fraction` is of the roofline. */
export function benchKernels({ quick = false, core: path = 'build/core.wasm' } = {}) {
  const core = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path))).exports
  const roof = roofline()
  const rounds = quick ? 5 : 25
  const shapes = quick ? [...cubes.slice(3, 4), ...layer(64)] : [...cubes, ...[1, 32, 64, 128].flatMap(layer), ...small]
  const cases = shapes.flatMap((shape) =>
    shape[0] === 'NT'
      ? [
          [shape, false],
          [shape, true],
        ]
      : [[shape, false]],
  )
  const rows = []
  for (const dtype of ['f32', 'f64']) {
    // Engines compile anew what runs often, in the background: run until they have.
    roof.measure(dtype, 100)
    const peaks = []
    for (const [shape, packed] of cases) {
      const { run, dispose } = product(core, dtype, shape, packed)
      const flops = 2 * shape[1] * shape[2] * shape[3]
      for (const end = performance.now() + 20; performance.now() < end;) run()
      const repeats = Math.ceil(roundTime / time(run, Math.ceil(1e7 / flops)))
      let elapsed = roundTime
      const speeds = []
      const fractions = []
      for (let round = 0; round < rounds; round++) {
        const before = roof.measure(dtype, elapsed / 2)
        elapsed = repeats * time(run, repeats)
        const peak = (before + roof.measure(dtype, elapsed / 2)) / 2
        const speed = (flops * repeats) / elapsed / 1e6
        speeds.push(speed)
        peaks.push(peak)
        fractions.push(speed / peak)
      }
      dispose()
      const kernel = `${packed ? 'gemmPacked' : 'gemm'} ${shape[0]}`
      const size = shape.slice(1).join('x')
      rows.push({ kernel, dtype, shape: size, gflops: median(speeds), fraction: median(fractions) })
    }
    rows.push({ kernel: 'roofline', dtype, shape: roof.loop, gflops: median(peaks), fraction: 1 })
  }
  return rows
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const options = { quick: { type: 'boolean' }, json: { type: 'boolean' }, core: { type: 'string' } }
  const { values } = parseArgs({ options })
  const rows = benchKernels(values)
  if (values.json) console.log(JSON.stringify({ node: process.version, cpu: cpus()[0].model, rows }, null, 2))
  else {
    console.log(`node ${process.version}, ${cpus()[0].model}`)
    for (const { kernel, dtype, shape, gflops, fraction } of rows) {
      const speed = `${gflops.toFixed(1).padStart(6)} GFLOP/s`
      console.log(`${dtype}  ${kernel.padEnd(16)} ${shape.padEnd(24)} ${speed}  ${fraction.toFixed(2)}`)
    }
  }
}
