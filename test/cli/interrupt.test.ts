// Signals end every command within two seconds, whatever its thread is at, with the exit code that says so.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { saveTraining } from '../../src/cli/train/saved-training.js'
import { createTrainer, crossEntropy, dense, recurrent, sequential } from '../../src/index.js'
import { classifiers } from '../../src/learners/registry.js'
import { ngrad } from './run.js'
import { scratchFolder } from '../support/scratch.js'

const scratch = scratchFolder()
const [begun, ended] = [join(scratch, 'begun'), join(scratch, 'ended')]
const batchSize = 32
const stepsOfAnEpoch = Math.ceil(1437 / batchSize)

beforeAll(() => {
  // A step, and an evaluation, of a minute.
  const { recipe } = classifiers.find(({ name }) => name === 'weightPerturbation')!
  const network = sequential(64, [recurrent(1000, 'tanh', { sweeps: 10_000, tolerance: 0 }), dense(10)]).build()
  const trainer = createTrainer(network, { learner: recipe.learner, loss: crossEntropy(), optimizer: recipe.optimizer(stepsOfAnEpoch) })
  const course = { data: 'digits', epochs: 1, batchSize, options: {}, history: [], sum: 0, seen: 0 }
  writeFileSync(begun, saveTraining(trainer, course))
  trainer.steps = stepsOfAnEpoch
  trainer.position = { epoch: 2, examples: 0 }
  writeFileSync(ended, saveTraining(trainer, { ...course, history: [{ epoch: 1, loss: 1 }] }))
  trainer.dispose()
  network.dispose()
})

async function interruptedAfter(milliseconds: number, words: readonly string[], signal: NodeJS.Signals) {
  let asked = 0
  const result = await ngrad(words, (child) => {
    setTimeout(() => {
      asked = performance.now()
      child.kill(signal)
    }, milliseconds)
  })
  return { ...result, took: performance.now() - asked }
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, code) => {
  const working = ['train', 'weightPerturbation', '--resume']
  it.each<[string, string[]]>([
    ['within a step of a minute', [...working, begun]],
    ['within such a step, with something to save', [...working, begun, '--save', join(scratch, 'saved')]],
    ['within the last evaluation', [...working, ended]],
    ['within the last evaluation, with all saved', [...working, ended, '--save', join(scratch, 'saved')]],
    ['while claims are measured', ['verify', '--rules', 'backprop', '--cases', '100000', '--json']],
    ['while speeds are', ['bench']],
  ])('%s', { timeout: 30_000 }, async (_when, words) => {
    const { took, ...result } = await interruptedAfter(2500, words, signal)
    expect(result).toEqual({ code, stdout: '', stderr: '' })
    expect(took).toBeLessThan(2000)
  })
})

it('leaves the file that was there, where a step did not end', () => {
  expect(Buffer.compare(readFileSync(join(scratch, 'saved')), readFileSync(ended))).toBe(0)
})
