// A few thousand of the hostile checkpoints that `npm run fuzz` tries: at least one of every combination of learner,
// optimizer, precision and kind of layer.
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { everyRule } from './every-rule.js'
import { combinations } from './checkpoints/corpus.mjs'
import { Draws, mutated } from './checkpoints/mutations.mjs'

const names: string[] = combinations.map(({ name }: { name: string }) => name)

describe('hostile checkpoints', () => {
  it('are of every rule, optimizer, precision and kind of layer', () => {
    for (const rule of everyRule()) expect(names.some((name) => name.startsWith(rule))).toBe(true)
    for (const word of ['dense', 'deep', 'convolution', 'recurrent', 'f32', 'f64', 'adam', 'sgd', 'clipNorm and adam'])
      expect(names.filter((name) => name.split(', ').includes(word)).length).toBeGreaterThan(8)
  })

  it('are a function of seed and number', () => {
    const good: Uint8Array = combinations[0].make()
    const of = (seed: number, number: number): string => Buffer.from(mutated(good, new Draws(seed, number))).toString('base64')
    expect(of(1, 2)).toBe(of(1, 2))
    expect(new Set([of(1, 2), of(1, 3), of(2, 2)]).size).toBe(3)
  })

  it('make values or NgradErrors, soon and in little memory, and leave nothing that is not finite', { timeout: 600_000 }, () => {
    const text = execFileSync(process.execPath, ['scripts/fuzz.mjs', '--only', 'checkpoints', '--cases', '4000', '--json'], {
      encoding: 'utf8',
    })
    const { kinds, outcomes, cases } = JSON.parse(text)
    expect(kinds).toEqual([])
    expect(Object.values<number>(outcomes).reduce((a, b) => a + b)).toBe(cases)
    expect(outcomes.accepted).toBeGreaterThan(cases / 10) // else they are too wild to reach what is behind the door
    expect(cases).toBeGreaterThan(names.length)
  })
})
