// The package as npm would install it, in an empty folder: the README's first program in JavaScript, and in TypeScript
// with `strict`, nothing skipped, and no types of the host's.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = process.cwd()
const folder = mkdtempSync(join(tmpdir(), 'ngrad-packed-'))
const program = /```js\n([^]*?)```/.exec(readFileSync('README.md', 'utf8'))![1]

/** The same with `using`, and with what a user may write types for. */
const typed = `${program}
import { save, resume, type Network, type NgradError, type Trainer } from 'ngrad'
import { digests as hostDigests } from 'ngrad/digests'
import { feedbackAlignment as again } from 'ngrad/learners'
import { registry } from 'ngrad/registry'
import { relaxed } from 'ngrad/relaxed'
import { initThreads } from 'ngrad/threads'
import { angles as anglesAgain } from 'ngrad/verify'
export const subpaths: object[] = [hostDigests, again, registry, relaxed, initThreads, anglesAgain]
{
  using network: Network = description.build({ dtype: 'f32', seed: 7 })
  using trainer: Trainer = createTrainer(network, { learner: backprop(), loss: crossEntropy(), optimizer: adam() })
  const bytes: Uint8Array = save(trainer)
  const { position } = resume(bytes, { learner: backprop(), loss: crossEntropy(), optimizer: adam() })
  const outputs: Float32Array | Float64Array = network.predict([0])
  const code: NgradError['code'] = 'SHAPE'
  console.log(position.epoch, outputs, code)
}
`

describe('the packed package, in an empty folder', { timeout: 120_000 }, () => {
  beforeAll(() => {
    const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { encoding: 'utf8' }).trim()
    const installed = join(folder, 'node_modules/ngrad')
    mkdirSync(installed, { recursive: true })
    execFileSync('tar', ['-xzf', join(folder, packed), '-C', installed, '--strip-components=1'])
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true }))

  it('runs the first program of the README', () => {
    writeFileSync(join(folder, 'first.js'), program)
    const printed = execFileSync(process.execPath, ['first.js'], { cwd: folder, encoding: 'utf8' })
    const [, accuracy] = /accuracy: ([\d.]+)/.exec(printed)!
    expect(Number(accuracy)).toBeGreaterThan(0.85)
    expect(printed).toMatch(/passed: true/)
  })

  it('declares its bytes as strings, and does not repeat them', () => {
    const declarations = readdirSync(join(folder, 'node_modules/ngrad/dist'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.d.ts'),
    )
    expect(declarations.length).toBeGreaterThan(40)
    const size = (name: string): number => statSync(join(folder, 'node_modules/ngrad/dist', name)).size
    expect(declarations.filter((name) => size(name) > 20_000)).toEqual([])
  })

  it.each([
    ['TypeScript 7', 'node_modules/@typescript/native/bin/tsc'],
    ['TypeScript 6', 'node_modules/typescript/bin/tsc6'],
  ])('compiles it in %s, strict, with skipLibCheck off', (_, compiler) => {
    writeFileSync(
      join(folder, 'first.ts'),
      `declare const console: { log(...values: unknown[]): void; table(value: unknown): void }\n${typed}`,
    )
    const compilerOptions = {
      noEmit: true,
      strict: true,
      skipLibCheck: false,
      target: 'es2022',
      lib: ['es2022'],
      module: 'nodenext',
      types: [],
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['first.ts'] }))
    const compile = () => execFileSync(process.execPath, [join(root, compiler)], { cwd: folder, encoding: 'utf8' })
    expect(compile).not.toThrow()
  })
})
