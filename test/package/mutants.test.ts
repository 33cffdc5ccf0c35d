// That there are faults to try the tests with, at least three for each rule, and that they still match the source. Whether tests see
// them, `npm run mutants` says.
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { mutants } from '../../scripts/mutants-list.mjs'
import { models, registry } from '../../src/learners/registry.js'

interface Mutant {
  readonly rule: string
  readonly file: string
  readonly what: string
  readonly from: string
  readonly to: string
}
const all = mutants as Mutant[]

it.each([...registry, ...models].map(({ name }) => name))('%s has at least three', (name) => {
  expect(all.filter(({ rule }) => rule === name).length).toBeGreaterThanOrEqual(3)
})

describe('each is one change of a line that stands once', () => {
  it.each(all.map((mutant) => [`${mutant.rule}: ${mutant.what}`, mutant] as const))('%s', (_, { file, from, to }) => {
    expect(existsSync(`src/${file}`), file).toBe(true)
    expect(readFileSync(`src/${file}`, 'utf8').split(from).length - 1, from).toBe(1)
    expect(to).not.toBe(from)
  })
})
