// Finding one's way on the command line: help, near names, completions, and errors that name the file, before any work.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { registry } from '../../src/learners/registry.js'
import { emptyFolders } from '../support/scratch.js'
import { ngrad } from './run.js'

const emptyFolder = emptyFolders()

it('help COMMAND is what COMMAND --help is', async () => {
  for (const name of ['train', 'spectrum', 'completions']) {
    const [help, other] = await Promise.all([ngrad(['help', name]), ngrad([name, '--help'])])
    expect(help).toEqual(other)
    expect(help.code).toBe(0)
  }
  const { stdout } = await ngrad(['help', 'train', 'equilibriumPropagation'])
  expect(stdout).toContain('--beta')
})

it.each([
  [['trian'], 'did you mean train?'],
  [['help', 'spectra'], 'did you mean spectrum?'],
  [['train', 'backprop', '--epocs', '3'], 'did you mean --epochs?'],
  [['spectrum', '--seed', '3'], 'did you mean --seeds?'],
])('%j is answered with what is near', async (words, answer) => {
  const { code, stdout, stderr } = await ngrad(words)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr.split('\n')).toHaveLength(2)
  expect(stderr).toContain(answer)
})

describe('a file that cannot be', () => {
  it('is named before anything is trained', async () => {
    const folder = emptyFolder()
    for (const [words, said] of [
      [['spectrum', '--html', join(folder, 'none', 'x.html')], 'none/x.html: expected a file that can be written'],
      [['spectrum', '--html', folder], 'expected a file, got a folder'],
      [['train', 'backprop', '--save', join(folder, 'none', 'x')], 'none/x: expected a file that can be written'],
    ] as const) {
      const began = Date.now()
      const { code, stderr } = await ngrad(words)
      expect(code).toBe(1)
      expect(stderr).toContain(said)
      expect(Date.now() - began).toBeLessThan(5000) // 12 s of training, else
    }
  })

  it('is named when it is no training, or half of one', async () => {
    const file = join(emptyFolder(), 'notes.txt')
    writeFileSync(file, 'nothing of the kind')
    const { code, stderr } = await ngrad(['train', 'backprop', '--resume', file])
    expect(code).toBe(1)
    expect(stderr).toContain(`ngrad: ${file}: `)
    expect(stderr.split('\n')).toHaveLength(2)
  })
})

describe('completions', () => {
  it('of bash complete commands, options and rules', async () => {
    const { stdout } = await ngrad(['completions', 'bash'])
    const folder = emptyFolder()
    mkdirSync(folder, { recursive: true })
    const script = join(folder, 'completions.bash')
    writeFileSync(script, stdout)
    const completed = (...words: string[]): string[] => {
      const list = words.map((word) => `'${word}'`).join(' ')
      const run = `source ${script}; COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _ngrad; echo "\${COMPREPLY[@]}"`
      return execFileSync('bash', ['-c', run], { encoding: 'utf8' }).trim().split(' ')
    }
    expect(completed('ngrad', 'sp')).toEqual(['spectrum'])
    expect(completed('ngrad', 'train', 'equ')).toEqual(['equilibriumPropagation'])
    expect(completed('ngrad', 'train', 'backprop', '--re')).toEqual(['--resume'])
    expect(completed('ngrad', 'verify', '--rules', '')).toEqual(registry.map(({ name }) => name))
  })

  it.runIf(['/usr/bin/zsh', '/bin/zsh'].some((path) => existsSync(path)))('of zsh are a script of zsh', async () => {
    const { stdout } = await ngrad(['completions', 'zsh'])
    execFileSync('zsh', ['-n'], { input: stdout })
  })

  it('of fish name every command and option', async () => {
    const { stdout } = await ngrad(['completions', 'fish'])
    expect(stdout).toContain(
      "complete -c ngrad -n '__fish_seen_subcommand_from train' -l resume -r -d 'the file of a training, to go on with'",
    )
    for (const name of ['spectrum', 'verify', 'train', 'rules', 'digest', 'bench', 'completions']) expect(stdout).toContain(`-a ${name} -d`)
  })

  it('of another shell are refused by name', async () => {
    expect(await ngrad(['completions', 'tcsh'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there are bash, zsh, fish') as string,
    })
  })
})
