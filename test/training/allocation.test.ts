// A step makes no objects. What is left is the box that V8 puts around a double which leaves a function that it
// did not inline, 12 to 16 bytes each: a handful in a step, some more in every sweep of a rule that settles. A typed
// array in every step would cost 200 bytes at least. Measured in a process of its own, whose young generation
// is so large that nothing is collected meanwhile.
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
    const after = process.memoryUsage().heapUsed
    gc()
    const kept = process.memoryUsage().heapUsed - before
    const sweeps = trainer.settling?.sweeps ?? 0
    rows.push({ label, bytesAStep: (after - before) / ${steps}, kept, sweeps, core: bytesInUse() - held })
  }
  console.log(JSON.stringify(rows))
`

interface Row { label: string; bytesAStep: number; kept: number; sweeps: number; core: number }

/** Bytes of boxes in a sweep. The post-rate rule takes the statistics of all layers in each, with three times the calls. */
const boxesASweep = (label: string): number => (label === 'stdp' ? 250 : 100)

it(`makes no objects in ${steps} steps, and keeps none`, () => {
  const flags = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256', '--input-type=module']
  const output = execFileSync(process.execPath, [...flags, '--eval', program], { cwd: root, encoding: 'utf8' })
  for (const { label, bytesAStep, kept, sweeps, core } of JSON.parse(output) as Row[]) {
    expect(core, `${label}: bytes of WebAssembly memory`).toBe(0)
    expect(kept, `${label}: bytes kept`).toBeLessThan(256 * 1024) // code that was compiled meanwhile
    expect(bytesAStep, `${label}: bytes a step`).toBeLessThan(600 + boxesASweep(label) * sweeps)
  }
}, 120_000)
