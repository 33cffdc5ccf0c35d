// Over 10,000 steps no rule keeps anything, neither WebAssembly memory nor heap, and after its warm-up no step makes an
// object: V8's sampling heap profiler sees what was allocated, collected since or not, and by whom.
//
// What it sees and is not held here are the boxes (16 bytes, less than any object has) that V8 puts around doubles which
// pass a call that it did not inline; how many changes with V8, and with what else ran in the process. A sample tells the
// size of what was allocated, and boxes are told by it. The bound is half of the smallest object a step: what makes one in
// every step of 10,000 is far above it, and what V8 allocates to compile anew far below.
import { execFileSync } from 'node:child_process'
import { beforeAll, describe, expect, it } from 'vitest'
import { everyVariant } from '../../src/learners/registry.js'

const warmUp = 3000
const steps = 10_000
/** Bytes between samples, on average. */
const interval = 256
/** Bytes; no object or array of V8 takes less: `[]` takes 32, `{}` 56. */
const smallestObject = 24
const root = new URL('../../', import.meta.url)

const program = `
  import { Session } from 'node:inspector'
  import { createTrainer, sgd } from '${new URL('dist/index.js', root)}'
  import { bytesInUse } from '${new URL('dist/core/memory.js', root)}'
  import { everyVariant } from '${new URL('dist/learners/registry.js', root)}'
  import { tasks } from '${new URL('dist/learners/tasks.js', root)}'

  const session = new Session()
  session.connect()
  const post = (method, parameters) => {
    let answer
    session.post(method, parameters, (error, result) => {
      if (error) throw new Error(error.message)
      answer = result
    })
    return answer
  }
  const start = () => post('HeapProfiler.startSampling', {
    samplingInterval: ${interval}, includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true,
  })

  /** What a sample of an object of that size counts for, and is reported as: V8 scales by the chance to see it. */
  const scaled = (size) => size * Math.floor(1 / (1 - Math.exp(-size / ${interval})) + 0.5)
  const box = scaled(16)

  /** Bytes of objects, by the function that made them; boxes left out. */
  function objects({ head, samples }) {
    const madeBy = new Map()
    const walk = (node, path) => {
      const { functionName, url, lineNumber } = node.callFrame
      const place = url ? functionName + ' (' + url.slice(url.lastIndexOf('dist/')) + ':' + (lineNumber + 1) + ')' : functionName
      madeBy.set(node.id, [...path, place])
      node.children.forEach((child) => walk(child, [...path, place]))
    }
    walk(head, [])
    const bytes = {}
    for (const { size, nodeId } of samples) {
      const path = madeBy.get(nodeId) ?? ['dist/ somewhere']
      if (size === box || !path.some((place) => place.includes('dist/'))) continue
      const name = path.slice(-2).join(' > ')
      bytes[name] = (bytes[name] ?? 0) + size
    }
    return bytes
  }

  /** What a rule of that name keeps and makes over the steps; \`extra\` is called in each of them. */
  function measure({ label, learner, task }, extra) {
    const { model: description, loss, batch: { x, y, size } } = tasks[task]
    const model = description.build({ seed: 1 })
    const trainer = createTrainer(model, { learner, ...(loss && { loss }), optimizer: sgd({ learningRate: 1e-3 }) })
    const batch = { x: Float32Array.from(x), ...(loss && { y: Float32Array.from(y) }), size } // plain arrays are copied
    if (extra) {
      const { rule } = trainer.estimator
      const { estimate } = rule
      rule.estimate = () => (extra(), estimate())
    }
    for (let i = 0; i < ${warmUp}; i++) trainer.step(batch)
    gc()
    const held = bytesInUse()
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < ${steps}; i++) trainer.step(batch)
    gc()
    const kept = process.memoryUsage().heapUsed - before
    const core = bytesInUse() - held
    start()
    for (let i = 0; i < ${steps}; i++) trainer.step(batch)
    const made = objects(post('HeapProfiler.stopSampling').profile)
    trainer.dispose()
    model.dispose()
    return { label, kept, core, made }
  }

  const rows = everyVariant.map((variant) => measure(variant))
  // That it would be seen: backprop, with the smallest object and with a slice in each step.
  const backprop = everyVariant.find(({ label }) => label === 'backprop')
  globalThis.kept = [null]
  rows.push(measure({ ...backprop, label: 'an object' }, () => { globalThis.kept[0] = {} }))
  rows.push(measure({ ...backprop, label: 'a slice' }, () => { globalThis.kept[0] = globalThis.kept.slice(1) }))
  console.log(JSON.stringify(rows))
`

interface Row {
  label: string
  kept: number
  core: number
  made: Record<string, number>
}

let rows: Row[]
beforeAll(() => {
  // Compiled at once and not beside, so that it does not matter how busy the machine is.
  const flags = [
    '--expose-gc',
    '--no-concurrent-recompilation',
    '--min-semi-space-size=256',
    '--max-semi-space-size=256',
    '--input-type=module',
  ]
  const output = execFileSync(process.execPath, [...flags, '--eval', program], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
  rows = JSON.parse(output) as Row[]
}, 600_000)

const rowOf = (label: string): Row => rows.find((row) => row.label === label)!
const bytesAStep = ({ made }: Row): number => Object.values(made).reduce((sum, bytes) => sum + bytes, 0) / steps

describe.each(everyVariant.map(({ label }) => label))('%s', (label) => {
  it(`keeps nothing over ${steps} steps`, () => {
    const { kept, core } = rowOf(label)
    expect(core, 'bytes of WebAssembly memory').toBe(0)
    expect(kept, 'bytes kept').toBeLessThan(256 * 1024) // code that was compiled meanwhile
  })

  it('makes no object in a step', () => {
    const row = rowOf(label)
    expect(bytesAStep(row), JSON.stringify(row.made)).toBeLessThan(smallestObject / 2)
  })
})

it.each(['an object', 'a slice'])('%s in each step would be seen', (label) => {
  expect(bytesAStep(rowOf(label))).toBeGreaterThan(0.8 * smallestObject)
})
