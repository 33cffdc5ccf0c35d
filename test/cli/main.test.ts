// What every command shares: help, exit codes, one line for what went wrong, and manners towards pipes and signals.
import { describe, expect, it } from 'vitest'
import { ngrad } from './run.js'

const commands = ['spectrum', 'verify', 'train', 'rules', 'bench']

describe('help', () => {
  it('lists the commands', async () => {
    const { code, stdout, stderr } = await ngrad(['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command} +\\w`, 'm'))
  })

  it.each(commands)('of %s shows its options and examples', async (command) => {
    const { code, stdout, stderr } = await ngrad([command, '--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`ngrad ${command}`)
    expect(stdout).toMatch(/^Options:$/m)
    expect(stdout).toMatch(/^Examples:$/m)
    expect(stdout).toContain('--json')
  })

  it('says the version', async () => {
    expect(await ngrad(['--version'])).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' })
  })
})

describe('what cannot be understood is said in one line, with exit code 2', () => {
  it.each([
    [['frobnicate'], 'no command "frobnicate"; see ngrad --help'],
    [['rules', '--frobnicate'], "Unknown option '--frobnicate'; see ngrad rules --help"],
    [['rules', 'nonsense'], 'no rule "nonsense"; there are '],
    [['verify', '--rules', 'backprop,foo'], '--rules: no rule "foo"; there are '],
    [['verify', '--cases', '0'], '--cases: expected an integer from 1 to 100000, got "0"'],
    [['verify', '--seed', '4294967296'], '--seed: expected an integer from 0 to 4294967295'],
    [['verify', '--cases'], 'argument missing'],
    [['spectrum', '--epochs', '1.5'], '--epochs: expected an integer from 1 to 10000, got "1.5"'],
    [['spectrum', '--hidden', '3,x'], '--hidden: expected an integer from 1 to 16777216, got "x"'],
    [['spectrum', '--data', 'mnist'], '--data: data are digits, mnist:DIR or fashion:DIR, not "mnist"'],
    [['train'], 'ngrad train needs RULE'],
    [['train', 'foo'], 'no rule "foo"'],
  ])('%j', async (words, message) => {
    const { code, stdout, stderr } = await ngrad(words)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^ngrad: [^\n]*\n$/)
    expect(stderr).toContain(message)
  })
})

describe('what fails is said without a stack, with exit code 1', () => {
  it('data that are not there', async () => {
    const { code, stdout, stderr } = await ngrad(['train', 'backprop', '--data', 'mnist:/nowhere'])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^ngrad: \/nowhere\/train-images-idx3-ubyte: expected [^\n]*\n$/)
  })

  it('a report that cannot be written, before anything is trained', async () => {
    const tiny = ['--rules', 'backprop', '--epochs', '1', '--seeds', '1']
    const { code, stdout, stderr } = await ngrad(['spectrum', ...tiny, '--html', '/nowhere/report.html'])
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^ngrad: \/nowhere\/report.html: expected [^\n]*\n$/)
  })
})

describe('manners', () => {
  it('an interrupt ends with 130, and without a word', async () => {
    const ended = await ngrad(['spectrum', '--rules', 'equilibriumPropagation', '--epochs', '1000', '--no-html'], (child) => {
      setTimeout(() => child.kill('SIGINT'), 3000) // by then it has long begun
    })
    expect(ended).toEqual({ code: 130, stdout: '', stderr: '' })
  })

  it('a reader that goes away is no error', async () => {
    const { code, stderr } = await ngrad(['rules', '--json'], (child) => child.stdout!.destroy())
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})
