// Files that commands write: whole or not at all, where they lead to, by whoever, and nothing else is left or touched.
import { spawn } from 'node:child_process'
import {
  chmodSync, existsSync, linkSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readBytes, replaceFile } from '../../src/cli/files.js'
import { temporaryName } from '../../src/cli/leftovers.js'
import { ngrad } from './run.js'

const scratch = mkdtempSync(join(tmpdir(), 'files-'))
afterAll(() => rmSync(scratch, { recursive: true }))
let folders = 0
function folder(): string {
  const path = join(scratch, String(folders++))
  mkdirSync(path)
  return path
}
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

  it('is a device as it was', () => {
    replaceFile('/dev/null', 'nothing')
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
    expect(() => replaceFile('/dev/full', 'too much')).toThrow(refused)
    expect(() => replaceFile(folder(), 'a folder')).toThrow(refused)
  })

  it('is not written through what another planted', () => {
    const at = folder()
    const [path, victim] = [join(at, 'file'), join(at, 'victim')]
    writeFileSync(victim, 'precious')
    symlinkSync(victim, `${path}.${process.pid}.tmp`)
    for (let i = 0; i < 3; i++) symlinkSync(victim, temporaryName(path))
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
  const ofProcess = (name: string, id: number | string, since: number | string): string => name.replace(/-\d+-\d+-([0-9a-f]{24})/, `-${id}-${since}-$1`)

  it('is removed by the next save to that file, what living ones write is not, nor what is not ours', () => {
    const at = folder()
    const path = join(at, 'file')
    const name = temporaryName(path)
    const [, since] = /-\d+-(\d+)-[0-9a-f]{24}/.exec(name)!
    const kept = {
      'a living process, this one': name,
      'another file': temporaryName(join(at, 'other')).replace(/-\d+-(\d+-[0-9a-f]{24})/, '-1-$1'),
      'a process of another system, lately': ofProcess(temporaryName(path), 1, 1).replace(/(\.ngrad-[0-9a-f]{12}-)[0-9a-f]{12}/, '$1abcabcabcabc'),
      'no name of ours': `${ofProcess(temporaryName(path), 1, 1)}.txt`,
    }
    const removed = {
      'a number that another process has now': ofProcess(temporaryName(path), process.pid, Number(since) - 1),
      'a number that no process has': ofProcess(temporaryName(path), 2 ** 22 + 7, since),
      'a process of another system, long ago': ofProcess(temporaryName(path), 2, 2).replace(/(\.ngrad-[0-9a-f]{12}-)[0-9a-f]{12}/, '$1abcabcabcabc'),
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

  it('does not pile up', { timeout: 60_000 }, async () => {
    const at = folder()
    const path = join(at, 'file')
    const words = ['train', 'backprop', '--epochs', '1000', '--hidden', '300', '--save', path, '--save-every', '1']
    for (let kill = 0; kill < 6; kill++)
      await ngrad(words, (child) => {
        const watch = setInterval(() => {
          if (!readdirSync(at).some((name) => name.endsWith('.tmp'))) return
          clearInterval(watch)
          child.kill('SIGKILL')
        }, 1)
        child.on('close', () => clearInterval(watch))
      })
    expect(readdirSync(at).filter((name) => name.endsWith('.tmp')).length).toBeLessThanOrEqual(1)
  })
})

describe('what is read', () => {
  it('is a regular file: others wait, or have no end', () => {
    expect(() => readBytes('/dev/zero', 100)).toThrow(refused)
    expect(() => readBytes(folder(), 100)).toThrow(refused)
  })
})

describe('outputs of the command line', () => {
  const main = new URL('../../dist/cli/main.js', import.meta.url).pathname
  const shell = (line: string): Promise<{ code: number | null; output: string }> => {
    const child = spawn('sh', ['-c', line.replaceAll('ngrad', `"${process.execPath}" "${main}"`)])
    let output = ''
    child.stdout.on('data', (text) => (output += text))
    child.stderr.on('data', (text) => (output += text))
    return new Promise((done) => child.on('close', (code) => done({ code, output })))
  }
  const tiny = 'spectrum --rules backprop --epochs 1 --seeds 1'

  it('that have no room are said in a line', async () => {
    expect(await shell('ngrad rules > /dev/full')).toEqual({ code: 1, output: expect.stringMatching(/^ngrad: stdout: expected room [^\n]*ENOSPC[^\n]*\n$/) })
    expect(await shell('ngrad rules --json > /dev/full 2> /dev/full')).toEqual({ code: 1, output: '' })
  })

  it.each([['ngrad frobnicate 2>&-', 2], ['ngrad frobnicate 2> /dev/full', 2], ['ngrad rules >&- 2>&-', 0]])('%s: the exit code is what it was', async (line, code) =>
    expect(await shell(line)).toEqual({ code, output: '' }))

  it('may be the report', async () => {
    const { code, output } = await shell(`ngrad ${tiny} --html /dev/stdout | cat`)
    expect(code).toBe(0)
    expect(output).toContain('</html>')
    expect((await shell(`ngrad ${tiny} --html /dev/null`)).code).toBe(0)
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
    const file = join(folder(), 'out')
    await shell(`ngrad ${tiny} --html /dev/stdout > ${file}`)
    expect(readFileSync(file, 'utf8')).toMatch(/backprop[\s\S]*<\/html>\s*Report: \/dev\/stdout\n$/)
  })

  it('hold no controls of what they are told', async () => {
    const { code, stderr } = await ngrad(['train', 'backprop', '--data', 'mnist:/\x1b]0;owned\x07/\x9b2J\u202e\u2066\n'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^ngrad: [^\p{Cc}\p{Cf}]*\n$/u)
    expect(stderr).toContain(String.raw`/\x1b]0;owned\x07/\x9b2J\u202e\u2066\n`)
  })
})
