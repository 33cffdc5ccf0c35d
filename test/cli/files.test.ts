// Files that commands write: whole or not at all, where they lead to, by whoever, and nothing else is left or touched.
import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openNew, readBytes, replaceFile } from '../../src/cli/files.js'
import { temporaryName } from '../../src/cli/leftovers.js'
import { emptyFolders } from '../support/scratch.js'

const folder = emptyFolders()
const refused = expect.objectContaining({ name: 'NgradError', code: 'IO' })

describe('a file that is replaced', () => {
  it('keeps its mode, a new one follows the mask, and nothing else is left', () => {
    const at = folder()
    const [secret, fresh] = [join(at, 'secret'), join(at, 'fresh')]
    writeFileSync(secret, 'old')
    chmodSync(secret, 0o600)
    replaceFile(secret, 'new')
    replaceFile(fresh, Uint8Array.of(104, 105))
    expect(statSync(secret).mode & 0o777).toBe(0o600)
    expect(statSync(fresh).mode & 0o777).toBe(0o666 & ~process.umask())
    expect([readFileSync(secret, 'utf8'), readFileSync(fresh, 'utf8')]).toEqual(['new', 'hi'])
    expect(readdirSync(at).sort()).toEqual(['fresh', 'secret'])
    chmodSync(secret, 0o640)
    replaceFile(secret, 'newer')
    expect(statSync(secret).mode & 0o777).toBe(0o640)
  })

  it.runIf(process.getuid?.() === 0)('keeps its owner, where we may give it one', () => {
    const path = join(folder(), 'theirs')
    writeFileSync(path, 'old')
    chownSync(path, 1234, 5678)
    chmodSync(path, 0o660)
    replaceFile(path, 'new')
    expect(statSync(path)).toMatchObject({ uid: 1234, gid: 5678, mode: 0o100660 })
  })

  it('is where links lead to, which stay', () => {
    const [at, other] = [folder(), folder()]
    writeFileSync(join(other, 'target'), 'old')
    symlinkSync(join(other, 'target'), join(at, 'link'))
    symlinkSync('link', join(at, 'to the link'))
    symlinkSync(join(other, 'not there'), join(at, 'dangling'))
    replaceFile(join(at, 'to the link'), 'new')
    replaceFile(join(at, 'dangling'), 'made')
    expect(readlinkSync(join(at, 'link'))).toBe(join(other, 'target'))
    expect(lstatSync(join(at, 'dangling')).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(other, 'target'), 'utf8')).toBe('new')
    expect(readFileSync(join(other, 'not there'), 'utf8')).toBe('made')
    expect([readdirSync(at).length, readdirSync(other).length]).toEqual([3, 2])
    symlinkSync('circle', join(at, 'circle'))
    expect(() => replaceFile(join(at, 'circle'), '')).toThrow(refused)
  })

  // Of its own: a fault here would replace one of the machine's.
  it.skipIf(process.platform === 'win32')('is a pipe, as a device would be', async () => {
    const pipe = join(folder(), 'pipe')
    execFileSync('mkfifo', [pipe])
    const reader = spawn('cat', [pipe])
    let read = ''
    reader.stdout.on('data', (text) => (read += text))
    const ended = new Promise((resolve) => reader.on('close', resolve))
    const text = 'more than a pipe holds at once '.repeat(10_000)
    replaceFile(pipe, text)
    const kept = statSync(pipe).isFIFO()
    if (!kept) reader.kill()
    await ended
    expect([kept, read === text]).toEqual([true, true])
    expect(() => replaceFile(folder(), 'a folder')).toThrow(refused)
  })

  it('is not written through what another planted', () => {
    const at = folder()
    const [path, victim] = [join(at, 'file'), join(at, 'victim')]
    writeFileSync(victim, 'precious')
    symlinkSync(victim, `${path}.${process.pid}.tmp`)
    symlinkSync(victim, join(at, 'planted'))
    for (const there of ['planted', 'victim']) expect(() => openNew(join(at, there), 0o600)).toThrow('EEXIST')
    replaceFile(path, 'new')
    expect(readFileSync(victim, 'utf8')).toBe('precious')
    expect(temporaryName(path)).not.toBe(temporaryName(path))
    expect(basename(temporaryName(join(at, 'n'.repeat(255)))).length).toBeLessThan(200)
    replaceFile(join(at, 'n'.repeat(255)), 'a long name')
  })

  it('leaves another name of the old file alone', () => {
    const at = folder()
    writeFileSync(join(at, 'one'), 'old')
    linkSync(join(at, 'one'), join(at, 'two'))
    replaceFile(join(at, 'one'), 'new')
    expect(readFileSync(join(at, 'two'), 'utf8')).toBe('old')
  })
})

describe('what is left of killed processes', () => {
  const ofProcess = (name: string, id: number | string, since: number | string): string =>
    name.replace(/-\d+-\d+-([0-9a-f]{24})/, `-${id}-${since}-$1`)

  it('is removed by the next save to that file, what living ones write is not, nor what is not ours', () => {
    const at = folder()
    const path = join(at, 'file')
    const name = temporaryName(path)
    const [, since] = /-\d+-(\d+)-[0-9a-f]{24}/.exec(name)!
    const kept = {
      'a living process, this one': name,
      'another file': temporaryName(join(at, 'other')).replace(/-\d+-(\d+-[0-9a-f]{24})/, '-1-$1'),
      'a process of another system, lately': ofProcess(temporaryName(path), 1, 1).replace(
        /(\.ngrad-[0-9a-f]{12}-)[0-9a-f]{12}/,
        '$1abcabcabcabc',
      ),
      'no name of ours': `${ofProcess(temporaryName(path), 1, 1)}.txt`,
    }
    const removed = {
      'a number that another process has now': ofProcess(temporaryName(path), process.pid, Number(since) - 1),
      'a number that no process has': ofProcess(temporaryName(path), 2 ** 22 + 7, since),
      'a process of another system, long ago': ofProcess(temporaryName(path), 2, 2).replace(
        /(\.ngrad-[0-9a-f]{12}-)[0-9a-f]{12}/,
        '$1abcabcabcabc',
      ),
    }
    for (const file of [...Object.values(kept), ...Object.values(removed)]) writeFileSync(file, 'half')
    utimesSync(removed['a process of another system, long ago'], 1, 1)
    const directory = ofProcess(temporaryName(path), 2 ** 22 + 8, since)
    mkdirSync(directory)
    replaceFile(path, 'whole')
    for (const [what, file] of Object.entries(kept)) expect([what, existsSync(file)]).toEqual([what, true])
    for (const [what, file] of Object.entries(removed)) expect([what, existsSync(file)]).toEqual([what, false])
    expect(existsSync(directory)).toBe(true)
  })
})

describe('what is read', () => {
  it('is a regular file: others wait, or have no end', () => {
    expect(() => readBytes('/dev/zero', 100)).toThrow(refused)
    expect(() => readBytes(folder(), 100)).toThrow(refused)
  })
})
