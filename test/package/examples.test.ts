// The programs in examples/ that run here: with node, and through the bundler that the page's example is built with. The others, and
// all with the packed package, are run by `npm run test:runtimes`.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../support/scratch.js'

describe('examples', { timeout: 120_000 }, () => {
  const folder = scratchFolder()
  const root = process.cwd()
  cpSync('examples', folder, { recursive: true })
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules/ngrad'))
  const inFolder = (name: string, ...words: string[]): string =>
    execFileSync(process.execPath, words, { cwd: join(folder, name), encoding: 'utf8' })

  it('train in node, and predict with what was kept', () => {
    const [, accuracy] = /test accuracy ([\d.]+) %/.exec(inFolder('node', 'train.js'))!
    expect(Number(accuracy)).toBeGreaterThan(88)
    const lines = inFolder('node', 'predict.js').trim().split('\n')
    expect(lines).toHaveLength(5)
    expect(lines.filter((line) => /a (\d), taken for a \1 /.test(line)).length).toBeGreaterThanOrEqual(4)
  })

  it('are bundled by vite, the worker in a file of its own', async () => {
    await build({ root: join(folder, 'vite'), logLevel: 'error' })
    const assets = readdirSync(join(folder, 'vite/dist/assets'))
    expect(assets.map((name) => name.split('-')[0]).sort()).toEqual(['index', 'worker'])
  })

  it('are right in their types', () => {
    const files = ['deno/main.ts', 'bun/main.ts']
    const compilerOptions = { noEmit: true, strict: true, target: 'es2022', lib: ['es2022', 'dom'], module: 'nodenext', types: [] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
    const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/@typescript/native/bin/tsc')], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(stdout).toBe('')
  })

  it('are each in the table, with the version that is published', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    const table = readFileSync('examples/README.md', 'utf8')
    const names = readdirSync('examples', { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []))
    for (const name of names) {
      expect(table).toContain(`[${name}](${name})`)
      const { dependencies } = JSON.parse(readFileSync(`examples/${name}/package.json`, 'utf8')) as { dependencies: { ngrad: string } }
      expect(dependencies.ngrad).toBe(`^${version}`)
    }
  })
})
