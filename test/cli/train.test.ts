// `ngrad train` with files: whatever stops it, a training that goes on ends in the bytes of one that never stopped.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCourse } from '../../src/cli/train/saved-training.js'
import { readSafetensors, writeSafetensors } from '../../src/index.js'
import { ngrad } from './run.js'
import { scratchFolder } from '../support/scratch.js'

const folder = scratchFolder()
const file = (name: string): string => join(folder, name)
const stepsIn = (path: string): number => Number(readSafetensors(new Uint8Array(readFileSync(path))).metadata.get('steps'))

// Long enough that a signal comes before its end, on a busy machine too. Noise of its own, momentum, an order of the images, and a learning rate that knows how many steps there will be.
const rule = 'nodePerturbation'
const course = ['--epochs', '30', '--batch-size', '50', '--hidden', '150,150', '--seed', '3']
const steps = 30 * Math.ceil(1437 / 50)

describe('a training that was stopped', { timeout: 120_000 }, () => {
  const whole = ngrad(['train', rule, ...course, '--save', file('whole'), '--json'])
  const expectWhole = async (path: string, stdout: string): Promise<void> => {
    const { history, test, steps: taken } = JSON.parse((await whole).stdout)
    expect(JSON.parse(stdout)).toMatchObject({ history, test, steps: taken })
    expect(taken).toBe(steps)
    expect(Buffer.compare(readFileSync(path), readFileSync(file('whole')))).toBe(0)
  }

  it('by a kill in mid-epoch, again and again, ends in the same bytes', async () => {
    const path = file('killed')
    const saving = ['--save', path, '--save-every', '5']
    const stops: number[] = []
    let words = ['train', rule, ...course, ...saving]
    for (let kill = 0; kill < 3; kill++) {
      const before = existsSync(path) ? stepsIn(path) : 0
      await ngrad(words, (child) => {
        const watch = setInterval(() => {
          if (!existsSync(path) || stepsIn(path) === before) return
          clearInterval(watch)
          child.kill('SIGKILL')
        }, 1)
        child.on('close', () => clearInterval(watch))
      })
      stops.push(stepsIn(path)) // a file that can be read, whenever the kill came
      words = ['train', rule, '--resume', path, ...saving]
    }
    expect(stops[0]).toBeLessThan(steps)
    expect(stops.some((stop) => stop % Math.ceil(1437 / 50) !== 0)).toBe(true)
    const { code, stdout } = await ngrad([...words, '--json'])
    expect(code).toBe(0)
    await expectWhole(path, stdout)
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s is saved, and ends in the same bytes', async (signal, expected) => {
    const path = file(signal)
    const { code, stdout, stderr } = await ngrad(['train', rule, ...course, '--save', path, '--save-every', '1'], (child) => {
      const watch = setInterval(() => {
        if (!existsSync(path)) return
        clearInterval(watch)
        child.kill(signal)
      }, 1)
    })
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
    expect(stderr).toMatch(/^ngrad: stopped after \d+ steps, epoch \d+ of 30; --resume \S+ goes on\n$/)
    expect(stepsIn(path)).toBeLessThan(steps)
    await expectWhole(path, (await ngrad(['train', rule, '--resume', path, '--save', path, '--json'])).stdout)
  })

  it('leaves no other file behind where it could end its work', async () => {
    await whole
    expect(readdirSync(folder).filter((name) => name.startsWith('whole'))).toEqual(['whole'])
  })

  it('and had ended already is tested again, and trained no further', async () => {
    await whole
    await expectWhole(file('whole'), (await ngrad(['train', rule, '--resume', file('whole'), '--json'])).stdout)
  })
})

describe('what cannot be saved or resumed is said in a line', () => {
  it.each([
    [['--save-every', '3'], 2, '--save-every needs --save'],
    [['--resume', 'x', '--epochs', '3'], 2, '--epochs: the file of --resume says it'],
    [['--resume', '/nowhere/x'], 1, '/nowhere/x: expected a file that can be read'],
    [['--save', '/nowhere/x', '--epochs', '1'], 1, '/nowhere/x: expected a file that can be written'],
  ])('%j', async (words, expected, message) => {
    const { code, stdout, stderr } = await ngrad(['train', 'backprop', ...words])
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
    expect(stderr).toMatch(/^ngrad: [^\n]*\n$/)
    expect(stderr).toContain(message)
  })

  it('files of other trainings, and files of none', async () => {
    const begun = file('begun')
    await ngrad(['train', 'backprop', '--epochs', '1', '--save', begun])
    const bytes = new Uint8Array(readFileSync(begun))
    const { tensors, metadata } = readSafetensors(bytes)
    const training = JSON.parse(metadata.get('training')!)
    const changed = (name: string, change: object): string => {
      writeFileSync(
        file(name),
        writeSafetensors({ tensors, metadata: new Map([...metadata, ['training', JSON.stringify({ ...training, ...change })]]) }),
      )
      return file(name)
    }
    const counted = (name: string, words: Record<string, string>): string => {
      writeFileSync(file(name), writeSafetensors({ tensors, metadata: new Map([...metadata, ...Object.entries(words)]) }))
      return file(name)
    }
    writeFileSync(file('half'), bytes.subarray(0, bytes.length / 2))
    const others: [rule: string, path: string, code: number, message: string][] = [
      ['hebbian', begun, 1, 'learner: expected hebbian, got "backprop"'],
      ['backprop', file('half'), 1, 'safetensors'],
      ['backprop', changed('mnist', { data: 'MNIST' }), 2, 'is of a training on MNIST, not digits'],
      [
        'backprop',
        changed('longer', { history: [...training.history, { epoch: 2, loss: 0.1 }] }),
        1,
        'losses of epochs: expected 1, got 2',
      ],
      [
        'backprop',
        changed('backwards', { history: [{ epoch: 2, loss: 0.1 }] }),
        1,
        'history[0].epoch: expected an integer in [1, 1], got 2',
      ],
      ['backprop', changed('seen', { seen: 3 }), 1, 'losses of the epoch at hand: expected 0, got 3'],
      ['backprop', changed('sum', { sum: 0.5 }), 1, 'their sum: expected none'],
      ['backprop', changed('wider', { batchSize: 31 }), 1, 'steps: expected 47, got 45'],
      ['backprop', counted('position', { examples: '31' }), 1, 'examples: expected a place of 1437 where a batch of 32 begins, got 31'],
      ['backprop', counted('beyond', { epoch: '3' }), 1, 'epoch: expected at most 2, one after the last, got 3'],
      ['backprop', counted('steps', { steps: '44' }), 1, 'steps: expected 45, got 44'],
      ['backprop', counted('escapes', { learner: '\x1b]0;owned\x07\x9b31m\u202e' }), 1, String.raw`\x9b31m`],
      ['backprop', changed('odd', { batchSize: 'all' }), 1, 'the file of a training'],
    ]
    for (const [name, path, expected, message] of others) {
      const { code, stdout, stderr } = await ngrad(['train', name, '--resume', path])
      expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
      expect(stderr).toMatch(/^ngrad: [^\p{Cc}\p{Cf}]*\n$/u)
      expect(stderr).toContain(message)
    }
    expect(readCourse(bytes)).toEqual(training)
  })
})
