// Checkpoints that a former version wrote: former/make.mjs says how these came to be.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import * as ngrad from '../../src/index.js'
import { digestOf, modelsOf, networksOf } from './former/trainings.mjs'

const read = (name: string): Buffer => readFileSync(new URL(`former/${name}`, import.meta.url))
const expected: Record<string, { then: string; later: string }> = JSON.parse(read('expected.json').toString())
/** Their numbers changed since, as CHANGELOG says. */
const changed = ['recurrent', 'noise', 'stdp', 'hierarchy']

type Training = Record<string, { description: never; options: never; batch: ngrad.Batch }>
const [networks, models] = [networksOf(ngrad), modelsOf(ngrad)] as unknown as [Training, Training]

/** The digests of a training that is resumed, and of it three steps later. */
function digests(name: string): { then: string; later: string } {
  const bytes = new Uint8Array(read(`${name}.safetensors`))
  const isModel = name in models
  const { trainer } = isModel
    ? ngrad.resume(bytes, { model: models[name].description, ...(models[name].options as object) } as never)
    : ngrad.resume(bytes, networks[name].options)
  const trained = trainer.model
  try {
    const then = digestOf(createHash, trained)
    for (let i = 0; i < 3; i++) trainer.step((isModel ? models : networks)[name].batch)
    return { then, later: digestOf(createHash, trained) }
  } finally {
    trainer.dispose()
    trained.dispose()
  }
}

it('every kind of checkpoint is here', () => {
  expect(Object.keys(expected)).toEqual([...Object.keys(networks), ...Object.keys(models)])
})

it.each(Object.keys(expected))('%s of ce72b32 goes on', (name) => {
  const { then, later } = digests(name)
  expect(then).toBe(expected[name].then)
  if (changed.includes(name)) expect(later).not.toBe(expected[name].later)
  else expect(later).toBe(expected[name].later)
})
