// The real end of memory: all that WebAssembly can address, filled to the last block, in a process of its own.
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { dtypes } from '../support/teaching.js'

const root = new URL('../../', import.meta.url)

const program = `
  import { createHash } from 'node:crypto'
  import { adam, backprop, createTrainer, crossEntropy, dense, equilibriumPropagation, NgradError, sequential } from '${new URL('dist/index.js', root)}'
  import { bytesInUse, memoryViews, Region } from '${new URL('dist/core/memory.js', root)}'
  import { operations } from '${new URL('dist/core/operations.js', root)}'

  const dtype = process.argv[1]
  const size = dtype === 'f32' ? 4 : 8
  const sha = (numbers) => createHash('sha1').update(new Uint8Array(numbers.buffer)).digest('hex')
  const zeros = { initialization: { law: 'zeros' } }

  /** Trains a network and a settling one; where they lie, and what they have become. */
  function train() {
    const made = [backprop(), equilibriumPropagation({ freeSweeps: 20, nudgedSweeps: 10 })].map((learner, i) => {
      const network = sequential(30, [dense(64, 'tanh'), dense(5, 'identity', { initialization: { law: 'lecunNormal', gain: 0.3 } })]).build({ dtype, seed: 2 + i })
      const trainer = createTrainer(network, { learner, loss: crossEntropy(), optimizer: adam(), seed: 4 })
      const x = Float32Array.from({ length: 33 * 30 }, (_, j) => ((j * 7) % 11) / 11 - 0.5)
      const y = Float32Array.from({ length: 33 * 5 }, (_, j) => Number(j % 5 === Math.floor(j / 5) % 5))
      let loss
      for (let step = 0; step < 20; step++) loss = trainer.step({ x, y, size: 33 }).loss
      return { network, trainer, result: [loss, ...network.parameters.map((p) => sha(p.read()))] }
    })
    const lowest = Math.min(...made.map(({ network }) => network.group.flat.pointer))
    const results = made.map(({ result }) => result)
    for (const { network, trainer } of made) { trainer.dispose(); network.dispose() }
    return { lowest, results }
  }

  /** Builds networks until there is no more memory; whatever else is thrown ends the test. */
  function fill(inputs, units, kept) {
    for (;;)
      try {
        kept.push(sequential(inputs, [dense(units, 'identity', zeros)]).build({ dtype, seed: 3 }))
      } catch (error) {
        if (error instanceof NgradError && error.code === 'OUT_OF_MEMORY') return
        throw error
      }
  }

  const before = train()
  const first = sequential(40, [dense(30)]).build({ dtype, seed: 1 })
  const original = sha(first.parameters[0].read())
  const kept = { large: [], middle: [], small: [] }
  fill(8192, 8192, kept.large)
  fill(512, 256, kept.middle)
  for (const n of [64, 8, 1]) fill(n, n, kept.small)
  const intact = [sha(first.parameters[0].read()) === original]

  // The very last lines, by single bytes.
  const region = new Region('test')
  const blocks = []
  for (;;)
    try {
      blocks.push(region.allocate(1))
    } catch (error) {
      if (!(error instanceof NgradError)) throw error
      break
    }
  const full = { bytesInUse: bytesInUse(), memory: memoryViews().u8.length }

  // Blocks at the end are given back and taken again, in another order; no two live ones are the same.
  kept.small.slice(-50).forEach((network) => network.dispose())
  const again = []
  fill(1, 1, again)
  const counts = { disposed: 50, built: again.length }
  intact.push(sha(first.parameters[0].read()) === original)

  // Networks taught in the last megabytes, where the middle ones were.
  for (const network of kept.middle.slice(-8)) network.dispose()
  const after = train()
  for (const network of again) network.dispose() // not before: what they leave is further down
  intact.push(sha(first.parameters[0].read()) === original)
  intact.push(kept.middle.slice(0, -8).every((network) => network.parameters[0].read().every((value) => value === 0)))

  // Kernels on the last kilobytes of all: what runs up to the end stops there.
  for (const network of kept.middle) if (!network.disposed) network.dispose()
  const whole = new Region('test')
  let last = 0
  const bytes = 4096 + size
  for (;;)
    try {
      last = Math.max(last, whole.allocate(bytes))
    } catch {
      break
    }
  const ops = operations(dtype)
  const { Matrix } = await import('${new URL('dist/core/memory.js', root)}')
  const tail = new Matrix(dtype, last, 1, bytes / size)
  tail.fill(2)
  ops.affine(2, 1, tail)
  ops.activate(3, tail, tail)
  const dot = ops.dot(tail, tail)

  console.log(JSON.stringify({ before, after, intact, full, counts, dot: [dot, 25 * tail.length], last }))
`

interface Run {
  before: Trained
  after: Trained
  intact: boolean[]
  full: { bytesInUse: number; memory: number }
  counts: { disposed: number; built: number }
  dot: [number, number]
  last: number
}
interface Trained {
  lowest: number
  results: unknown[]
}

describe.each(dtypes)('in %s', (dtype) => {
  it('a full memory is OUT_OF_MEMORY, nothing living is handed out again, and its last megabytes serve as the first do', () => {
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program, dtype], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    })
    const { before, after, intact, full, counts, dot, last } = JSON.parse(output) as Run
    expect(intact).toEqual([true, true, true, true])
    expect(full.memory).toBe(2 ** 32 - 2 ** 16)
    expect(full.bytesInUse).toBeGreaterThan(2 ** 32 - 2 ** 17)
    expect(counts.built).toBeGreaterThanOrEqual(counts.disposed)
    expect(before.lowest).toBeLessThan(2 ** 24)
    expect(after.lowest).toBeGreaterThan(2 ** 32 - 2 ** 24)
    expect(after.results).toEqual(before.results)
    expect(last).toBeGreaterThan(2 ** 32 - 2 ** 24)
    expect(dot[0]).toBe(dot[1])
  }, 300_000)
})
