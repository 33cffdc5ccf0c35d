// Over 10,000 steps no rule keeps anything: neither WebAssembly memory nor heap. What a step leaves for the collector
// are boxes that V8 puts around doubles where it did not inline a function; how many changes with what else ran in the
// process, so that they are measured by a heap profile when a rule is written, and not held here.
import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

const steps = 10_000
const root = new URL('../../', import.meta.url)

const program = `
  import { createTrainer, dense, sequential, sgd, squaredError } from '${new URL('dist/index.js', root)}'
  import { bytesInUse } from '${new URL('dist/core/memory.js', root)}'
  import { registry } from '${new URL('dist/learners/registry.js', root)}'
  const batch = { x: new Float32Array(8).fill(0.5), y: new Float32Array(4).fill(0.1), size: 4 }
  const rows = []
  for (const { label, learner } of registry.flatMap(({ variants }) => variants)) {
    const network = sequential(2, [dense(16, 'tanh'), dense(1)]).build({ seed: 1 })
    const optimizer = sgd({ learningRate: 1e-3 })
    const trainer = createTrainer(network, { learner, loss: squaredError(), optimizer })
    for (let i = 0; i < 3000; i++) trainer.step(batch)
    gc()
    const held = bytesInUse()
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < ${steps}; i++) trainer.step(batch)
    gc()
    const kept = process.memoryUsage().heapUsed - before
    rows.push({ label, kept, core: bytesInUse() - held })
  }
  console.log(JSON.stringify(rows))
`

interface Row { label: string; kept: number; core: number }

it(`nothing is kept over ${steps} steps of any rule`, () => {
  const flags = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256', '--input-type=module']
  const output = execFileSync(process.execPath, [...flags, '--eval', program], { cwd: root, encoding: 'utf8' })
  for (const { label, kept, core } of JSON.parse(output) as Row[]) {
    expect(core, `${label}: bytes of WebAssembly memory`).toBe(0)
    expect(kept, `${label}: bytes kept`).toBeLessThan(256 * 1024) // code that was compiled meanwhile
  }
}, 120_000)
