// Outputs of the command line: pipes, devices and terminals, whatever happens to them.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ngrad } from './run.js'
import { emptyFolders } from '../support/scratch.js'

const folder = emptyFolders()

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
    expect(await shell('ngrad rules > /dev/full')).toEqual({
      code: 1,
      output: expect.stringMatching(/^ngrad: stdout: expected room [^\n]*ENOSPC[^\n]*\n$/),
    })
    expect(await shell('ngrad rules --json > /dev/full 2> /dev/full')).toEqual({ code: 1, output: '' })
  })

  it.each([
    ['ngrad frobnicate 2>&-', 2],
    ['ngrad frobnicate 2> /dev/full', 2],
    ['ngrad rules >&- 2>&-', 0],
  ])('%s: the exit code is what it was', async (line, code) => expect(await shell(line)).toEqual({ code, output: '' }))

  it('may be the report', async () => {
    const { code, output } = await shell(`ngrad ${tiny} --html /dev/stdout | cat`)
    expect(code).toBe(0)
    expect(output).toContain('</html>')
    const pipe = join(folder(), 'pipe')
    expect(
      await shell(`mkfifo ${pipe}; cat ${pipe} > ${pipe}.read & ngrad ${tiny} --html ${pipe} > ${pipe}.out; code=$?; wait; exit $code`),
    ).toEqual({ code: 0, output: '' })
    expect(statSync(pipe).isFIFO()).toBe(true)
    expect(readFileSync(`${pipe}.read`, 'utf8')).toContain('</html>')
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

  it('what killed processes leave does not pile up', { timeout: 60_000 }, async () => {
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
