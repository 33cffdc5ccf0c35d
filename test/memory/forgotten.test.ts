// Networks and trainers that nobody disposes of, more of them than memory holds, in programs that give the event loop no turn,
// or none of their own. In processes of their own, which take 4 GB.
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)

/** What a loop prints: \`make()\` takes 256 MB, of which memory holds 15. */
const run = (loop: string): string =>
  execFileSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `
    import { adam, backprop, createTrainer, dense, sequential, squaredError } from 'ngrad'
    const description = sequential(4096, [dense(4096, 'tanh', { initialization: { law: 'zeros' } })])
    const make = () => createTrainer(description.build(), { learner: backprop(), loss: squaredError(), optimizer: adam() })
    const batch = { x: new Float32Array(4096), y: new Float32Array(4096), size: 1 }
    const kept = make()
    for (let i = 0; i < 20; i++) { ${loop} }
    kept.step(batch)
    console.log('done')`,
    ],
    { cwd: root, encoding: 'utf8', timeout: 100_000 },
  ).trim()

describe('what was forgotten is freed, and nothing else', { timeout: 120_000 }, () => {
  it('in a synchronous program', () => expect(run('make()')).toBe('done'))
  it('in one that has only microtasks', () => expect(run('await null; make()')).toBe('done'))
  it('in one that fits a step at a time', () => expect(run('for await (const step of make().fit(batch));')).toBe('done'))
  it('but living ones are not: memory then runs out', () => {
    const loop = 'try { (globalThis.living ??= []).push(make()) } catch ({ code }) { globalThis.code = code }'
    expect(run(`${loop}; if (i === 19) console.log(living.length < 16, globalThis.code)`)).toBe('true OUT_OF_MEMORY\ndone')
  })
})
