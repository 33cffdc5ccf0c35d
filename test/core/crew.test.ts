// The crew of threads when things go wrong: workers that are late, fail or end. Each case in a process of its own, whose
// workers run a prelude first, by a class of workers put in place of Node's.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { sectionsOf } from '../../scripts/wasm-sections.mjs'

const root = new URL('../../', import.meta.url)

/** What a program prints, as JSON; it must end by itself. */
async function run(program: string, flags: string[] = []) {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, '--input-type=module', '--eval', program], {
    cwd: root,
    timeout: 100_000,
  })
  return JSON.parse(stdout)
}

/**
 * A program whose workers run `prelude` first, with what Node gives them; `change(workerData)` may change what they are told.
 * `workers` are all that were started; `attempt(f)` is what f returns, or the code of its error.
 */
const program = (prelude: string, body: string, change = '') => `
  import { createHash } from 'node:crypto'
  import { backprop, createTrainer, dense, sequential, sgd, squaredError } from 'ngrad'
  import { initThreads } from 'ngrad/threads'
  const real = process.getBuiltinModule('node:worker_threads')
  const workers = []
  const cell = new Int32Array(new SharedArrayBuffer(8)) // told to every worker
  const fake = { Worker: class extends real.Worker {
    constructor(code, options) {
      const { workerData } = options
      workerData.cell = cell;
      ${change}
      super(${JSON.stringify(`const { cell } = require('node:worker_threads').workerData;${prelude};`)} + code, options)
      workers.push(this)
    }
  } }
  process.getBuiltinModule = (name) => name === 'node:worker_threads' ? fake : real
  const attempt = async (f) => { try { return await f() } catch (error) { return error.name + ' ' + error.code } }
  const wave = (n) => Float32Array.from({ length: n }, (_, i) => ((i * 7919) % 1000) / 500 - 1)
  const digest = (...arrays) => arrays.reduce((hash, array) => hash.update(array), createHash('sha256')).digest('hex')
  const build = (units = 300, inputs = 301) => sequential(inputs, [dense(units)]).build({ seed: 3 })
  const weights = (network) => digest(...network.parameters.map((parameter) => parameter.read()))
  const outputs = (network) => digest(network.predict(wave(420 * 301)))
  const results = []
  ${body}
  console.log(JSON.stringify(results))`

const none = ''
const late = `const { Instance } = WebAssembly
  WebAssembly.Instance = function (...operands) {
    Atomics.wait(cell, 1, 0, 50 * require('node:worker_threads').workerData.index)
    const made = new Instance(...operands)
    Atomics.add(cell, 0, 1)
    return made
  }`

describe('core-threads.wasm', () => {
  const bytes = readFileSync('build/core-threads.wasm')

  it('brings no data and starts nothing', () => {
    expect(sectionsOf(bytes)).not.toContain(8)
    expect(sectionsOf(bytes)).not.toContain(11)
  })

  it('leaves every byte of the memory as it is while it is instantiated', () => {
    const memory = new WebAssembly.Memory({ initial: 16, maximum: 32768, shared: true })
    const before = new Uint8Array(memory.buffer).fill(0xa5).slice()
    new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, lost() {} } })
    expect(Buffer.compare(new Uint8Array(memory.buffer), before)).toBe(0)
  })
})

describe('initThreads', { timeout: 200_000 }, () => {
  const alone = run(program(none, 'results.push(weights(build(2000, 500)), outputs(build()))'))

  it('is ready once every worker has instantiated the core, however late, and weights are those of one thread', async () => {
    const body = `await initThreads({ threads: 4 })
      results.push(Atomics.load(cell, 0), weights(build(2000, 500)), outputs(build()))`
    expect(await run(program(late, body))).toEqual([3, ...(await alone)])
  })

  it('rejects where a worker fails or ends before it is ready', async () => {
    for (const end of ['throw new Error("no")', 'process.exit(0)', 'WebAssembly.Instance = function () { throw new Error("no") }']) {
      const body = `results.push(await attempt(() => initThreads({ threads: 3 })), outputs(build()))`
      expect(await run(program(`if (require('node:worker_threads').workerData.index === 2) { ${end} }`, body))).toEqual([
        'NgradError UNSUPPORTED',
        (await alone)[1],
      ])
    }
  })

  // A worker that is told an index whose workspace lies outside of the memory traps once it has taken a share.
  const trapping = 'workerData.index += 2400'

  it.each([
    [2, []],
    [4, []],
    [2, ['--liftoff-only']],
  ])('makes an error of a worker that ends in mid-product, and goes on alone: %i threads, %j', async (threads, flags) => {
    const body = `await initThreads({ threads: ${threads} })
      const network = build()
      const trainer = createTrainer(network, { learner: backprop(), loss: squaredError(), optimizer: sgd({ learningRate: 1e-4 }) })
      const batch = { x: wave(420 * 301), y: wave(420 * 300), size: 420 }
      let before, caught
      do {
        before = weights(network)
        caught = await attempt(() => trainer.step(batch))
      } while (typeof caught === 'number')
      results.push(caught, weights(network) === before, outputs(build()))
      const [first, second] = [trainer.step(batch), trainer.step(batch)]
      results.push(second < first)`
    expect(await run(program(none, body, trapping), flags)).toEqual(['NgradError STATE', true, (await alone)[1], true])
  })

  it('computes alone what workers that have ended do not: between products, or asleep', async () => {
    const body = `await initThreads({ threads: 4 })
      await workers[0].terminate()
      results.push(outputs(build()))
      await new Promise((resolve) => setTimeout(resolve, 100))
      await workers[1].terminate()
      results.push(outputs(build()))
      await workers[2].terminate()
      results.push(outputs(build()))`
    const [, right] = await alone
    expect(await run(program(none, body))).toEqual([right, right, right])
  })

  it('gives the right bits or an error where workers are being ended meanwhile', async () => {
    const body = `await initThreads({ threads: 3 })
      const network = build()
      for (const worker of workers) worker.terminate()
      for (let i = 0; i < 50; i++) results.push(await attempt(() => outputs(network)))`
    const [, right] = await alone
    expect((await run(program(none, body))).filter((result: string) => result !== right && result !== 'NgradError STATE')).toEqual([])
  })

  it('dismisses at once, again, and before a worker sleeps or wakes; all workers then end', async () => {
    const body = `const { dismiss } = await initThreads({ threads: 4 })
      dismiss()
      dismiss()
      results.push(outputs(build()))
      await Promise.all(workers.map((worker) => worker.threadId === -1 || new Promise((resolve) => worker.once('exit', resolve))))
      dismiss()
      results.push(outputs(build()))`
    const [, right] = await alone
    expect(await run(program(none, body))).toEqual([right, right])
  })
})
