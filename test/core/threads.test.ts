// Products on several threads, chosen in a process of its own: a core is chosen once.
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)

/** What a program prints, as JSON; it must end by itself, whatever threads it started. */
const run = (program: string, flags: string[] = []) =>
  JSON.parse(
    execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', program], { cwd: root, encoding: 'utf8', timeout: 60_000 }),
  )

/**
 * Bits of training and of predictions whose products, 420 x 300 x 301 and so on, are large enough to be shared, by rows and by
 * columns, and are no multiples of a tile; by backprop, and by a rule that settles in the core, from packed weights.
 */
const training = (start: string, end = '') => `
  import { createHash } from 'node:crypto'
  import { backprop, createTrainer, dense, equilibriumPropagation, sequential, sgd, squaredError } from 'ngrad'
  import { initThreads } from 'ngrad/threads'
  const wave = (n, phase) => Float32Array.from({ length: n }, (_, i) => Math.fround(((i * 7919 + phase) % 1000) / 500 - 1))
  const digests = []
  const teach = (dtype, size, units, middle, learner) => {
    const network = sequential(301, [dense(units, 'tanh'), dense(middle, 'tanh'), dense(units)]).build({ dtype, seed: 1 })
    const trainer = createTrainer(network, { learner, loss: squaredError(), optimizer: sgd({ learningRate: 0.05 }) })
    const batch = { x: wave(size * 301, 1), y: wave(size * units, 2), size }
    for (let step = 0; step < 3; step++) trainer.step(batch)
    const hash = createHash('sha256')
    for (const parameter of network.parameters) hash.update(parameter.read())
    digests.push(hash.update(network.predict(batch.x)).digest('hex'))
    trainer.dispose()
    network.dispose()
  }
  const settling = equilibriumPropagation({ freeSweeps: 4, nudgedSweeps: 3 })
  const teachAll = () => {
    for (const dtype of ['f32', 'f64']) {
      for (const [size, units] of [[420, 300], [200, 600]]) teach(dtype, size, units, 70, backprop())
      teach(dtype, 250, 290, 270, settling)
    }
  }
  ${start}
  teachAll()
  ${end}
  console.log(JSON.stringify(digests))
`

describe('initThreads', { timeout: 120_000 }, () => {
  const reference = run(training(''))

  it.each([1, 2, 3, 5])('gives the bits of one thread, with %i', (threads) => {
    expect(run(training(`await initThreads({ threads: ${threads} })`))).toEqual(reference)
  })

  it('does so under the baseline compiler, which treats shared memory in its own way', () => {
    expect(run(training('await initThreads({ threads: 2 })'), ['--liftoff-only'])).toEqual(reference)
  })

  it('goes on alone where the others are dismissed, twice or once', () => {
    const end = 'dismiss(); teachAll(); dismiss(); teachAll()'
    expect(run(training('const { dismiss } = await initThreads({ threads: 3 })', end))).toEqual([...reference, ...reference, ...reference])
  })

  it('wakes threads that have fallen asleep', () => {
    const end = 'await new Promise((resolve) => setTimeout(resolve, 200)); teachAll()'
    expect(run(training('await initThreads({ threads: 2 })', end))).toEqual([...reference, ...reference])
  })

  const failing = (program: string) =>
    run(`
    import { dense, sequential } from 'ngrad'
    import { initThreads } from 'ngrad/threads'
    const build = () => sequential(2, [dense(1)]).build()
    const caught = []
    const attempt = (options) => initThreads(options).then(() => caught.push('none'), ({ name, code, where }) => caught.push([name, code, where]))
    ${program}
    console.log(JSON.stringify(caught))`)
  const error = (code: string) => ['NgradError', code, 'initThreads({ threads })']

  it('refuses other numbers, and leaves the host as it was', () => {
    const attempts = "for (const threads of [0, 65, 1.5, NaN, '2']) await attempt({ threads }); await attempt({ threads: 2 }); build()"
    expect(failing(attempts)).toEqual(['RANGE', 'RANGE', 'RANGE', 'NOT_FINITE', 'TYPE'].map(error).concat(['none'] as never))
  })

  it('refuses to replace a running core, also one that came to run meanwhile', () => {
    expect(failing('build(); await attempt({ threads: 2 })')).toEqual([error('STATE')])
    expect(failing('const late = attempt({ threads: 2 }); build(); await late')).toEqual([error('STATE')])
    expect(failing('await attempt({ threads: 1 }); await attempt({ threads: 1 })')).toEqual(['none', error('STATE')])
  })

  it('says what a host lacks', () => {
    expect(failing('delete globalThis.SharedArrayBuffer; await attempt({ threads: 2 }); build()')).toEqual([error('UNSUPPORTED')])
    expect(failing('process.getBuiltinModule = undefined; await attempt({ threads: 2 }); build()')).toEqual([error('UNSUPPORTED')])
    expect(
      failing(`
      process.getBuiltinModule = () => ({ Worker: class { once(event, listener) { if (event === 'error') queueMicrotask(() => listener('no')) } unref() {} } })
      await attempt({ threads: 2 }); build()`),
    ).toEqual([error('UNSUPPORTED')])
  })
})
