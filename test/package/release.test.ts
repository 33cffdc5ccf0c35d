// scripts/release.mjs, in a clone of its own.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { scratchFolder } from '../support/scratch.js'

const folder = scratchFolder()
for (const path of ['package.json', 'package-lock.json', 'CITATION.cff', 'CHANGELOG.md']) cpSync(path, join(folder, path))
mkdirSync(join(folder, 'scripts'))
cpSync('scripts/release.mjs', join(folder, 'scripts/release.mjs'))
for (const name of ['node', 'deno', 'bun', 'vite', 'worker'])
  cpSync(`examples/${name}/package.json`, join(folder, `examples/${name}/package.json`))
const git = (...words: string[]): string => execFileSync('git', words, { cwd: folder, encoding: 'utf8' }).trim()
const release = (...words: string[]) => spawnSync(process.execPath, ['scripts/release.mjs', ...words], { cwd: folder, encoding: 'utf8' })

it('sets the version wherever it stands, commits and tags, and knows when that was not done', () => {
  git('init', '--quiet')
  git('config', 'user.name', 'test')
  git('config', 'user.email', 'test@example.com')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'Begin')
  expect(release('9.8')).toMatchObject({ status: 2 })
  expect(release('--check', '9.8.7').status).toBe(1)

  writeFileSync(join(folder, 'untracked'), '')
  expect(release('9.8.7')).toMatchObject({ status: 1, stderr: 'release: there are changes that are not committed\n' })
  git('clean', '--force', '--quiet')

  expect(release('9.8.7')).toMatchObject({ status: 0, stderr: '' })
  expect(git('tag')).toBe('v9.8.7')
  expect(git('status', '--porcelain')).toBe('')
  expect(release('--check', '9.8.7').status).toBe(0)
  expect(release('--notes', '9.8.7').stdout).toContain('- The WebAssembly SIMD core')
  expect(release('9.8.8')).toMatchObject({ status: 1, stderr: 'release: CHANGELOG.md begins with no unreleased version\n' })
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
    version: string
    packages: Record<string, { version: string }>
  }
  expect([lock.version, lock.packages[''].version]).toEqual(['9.8.7', '9.8.7'])
  expect(readFileSync(join(folder, 'CITATION.cff'), 'utf8')).toContain('\nversion: 9.8.7\n')

  writeFileSync(join(folder, 'CITATION.cff'), 'version: 9.8.6\n')
  expect(release('--check', '9.8.7')).toMatchObject({ status: 1, stderr: 'release: CITATION.cff says 9.8.6\n' })
})
