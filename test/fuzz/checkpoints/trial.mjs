// One case: a hostile file, opened; where that succeeds, three steps, what they predict, and the file of where they got to.
// Whatever happens must be a value or an NgradError; no number may be other than finite; what failed has changed nothing.
import { NgradError } from 'ngrad'
import { bytesInUse } from '../../../dist/core/memory.js'
import { readCourse } from '../../../dist/cli/train/saved-training.js'
import { combinations } from './corpus.mjs'
import { Draws, mutated } from './mutations.mjs'

const made = new Map()
const goodOf = (combination) => {
  if (!made.has(combination)) made.set(combination, combination.make())
  return made.get(combination)
}

export function caseOf(seed, number) {
  const combination = combinations[number % combinations.length]
  return { combination, bytes: mutated(goodOf(combination), new Draws(seed, number)) }
}

/** What broke, and where. */
class Broken extends Error {}

/** What `act` gives, or the NgradError that it throws. */
function attempt(act) {
  try {
    return { value: act() }
  } catch (error) {
    if (error instanceof NgradError) return { error }
    throw error
  }
}

const same = (a, b) => Buffer.compare(a, b) === 0

/** How it went, in a word; throws what must not be. */
export function tryCase({ combination, bytes }) {
  const held = bytesInUse()
  const copy = Uint8Array.from(bytes)
  if (combination.name.includes('dense')) attempt(() => readCourse(bytes))
  const opened = attempt(() => combination.open(bytes))
  if (!same(bytes, copy)) throw new Broken('the file was written to')
  if (opened.error) {
    if (bytesInUse() !== held) throw new Broken('a refused file left memory behind')
    return `refused ${opened.error.code}`
  }
  const { value: run } = opened
  try {
    return runOn(combination, run)
  } finally {
    run.end()
  }
}

function runOn(combination, run) {
  let outcome = 'accepted'
  for (let step = 0; step < 3; step++) {
    const before = saved(run)
    const { value, error } = attempt(run.step)
    const after = saved(run)
    if (error) {
      if (!same(before, after)) throw new Broken(`a step that threw ${error.code} has changed something: ${error.message}`)
      outcome = `step ${error.code}`
    } else if (!Number.isFinite(value)) throw new Broken(`a step returned ${value}`)
  }
  const { value: figures, error } = attempt(run.figures)
  if (figures?.some((figure) => !Number.isFinite(figure)))
    throw new Broken(`predictions or an evaluation of ${figures.find((figure) => !Number.isFinite(figure))}`)
  if (error && outcome === 'accepted') outcome = `evaluation ${error.code}`
  const last = saved(run)
  const again = attempt(() => combination.open(last))
  if (again.error) throw new Broken(`what was saved is not loaded: ${again.error.message}`)
  const equal = same(again.value.save(), last)
  again.value.end()
  if (!equal) throw new Broken('what was loaded is not what was saved')
  return outcome
}

/** The state; every number of it is finite, or it could not be saved. */
function saved(run) {
  const { value, error } = attempt(run.save)
  if (error) throw new Broken(`a state that cannot be saved: ${error.message}`)
  return value
}
