// What the package has beside its modules: the library in one file, its sources, and the notices of others.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'ngrad-one-file-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('dist/ngrad.js', () => {
  it('teaches alone in an empty folder, with the same bits as the modules', () => {
    copyFileSync('dist/ngrad.js', join(folder, 'ngrad.mjs'))
    const program = (from: string, data: string): string => `
      import { adam, backprop, createTrainer, crossEntropy, dense, sequential } from '${from}'
      ${data}
      const network = sequential(64, [dense(16, 'tanh'), dense(10)]).build({ seed: 1 })
      const trainer = createTrainer(network, { learner: backprop(), loss: crossEntropy(), optimizer: adam(), seed: 2 })
      await trainer.fit(digits().train, { epochs: 1 })
      console.log(trainer.predict(digits().test.x.subarray(0, 640)).join())`
    writeFileSync(join(folder, 'one.mjs'), program('./ngrad.mjs', `import { data } from './ngrad.mjs'; const { digits } = data`))
    const dist = `file://${process.cwd()}/dist`
    writeFileSync(join(folder, 'many.mjs'), program(`${dist}/index.js`, `import { digits } from '${dist}/data/index.js'`))
    const [one, many] = ['one.mjs', 'many.mjs'].map((file) => execFileSync(process.execPath, [join(folder, file)], { encoding: 'utf8' }))
    expect(one).toBe(many)
    expect(one.split(',')).toHaveLength(100)
  })

  it('fetches and imports nothing', () => {
    expect(readFileSync('dist/ngrad.js', 'utf8')).not.toMatch(/\bfrom\s*"[^"]+"|\bimport\s*"/)
  })
})

it('a host that may not compile is told what a content security policy needs', () => {
  const program = `
    WebAssembly.Module = class { constructor() { throw new Error('blocked by CSP') } }
    const { dense, sequential } = await import('${process.cwd()}/dist/index.js')
    try { sequential(1, [dense(1)]).build() } catch (error) { console.log(error.code, error.message) }`
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  expect(printed).toMatch(/^UNSUPPORTED .*'wasm-unsafe-eval'.*blocked by CSP/)
})

it('the tarball has the sources and the notices of others', () => {
  const listed = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' })) as {
    files: { path: string }[]
  }[]
  const files = listed[0].files.map(({ path }) => path)
  for (const path of ['THIRD_PARTY.md', 'LICENSE', 'src/learners/gradient/backprop.ts', 'assembly/index.ts', 'dist/ngrad.js'])
    expect(files).toContain(path)
  expect(files.filter((path) => path.startsWith('test/'))).toEqual([])
})
