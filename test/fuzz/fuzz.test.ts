// 10,000 hostile files, shared among the readers. `npm run fuzz -- --cases N` tries N, under FC_SEED where that is set.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesInUse } from '../../src/core/memory.js'
import { NgradError, save } from '../../src/index.js'
import { readers, smallTrainer } from './hostile-files.js'

const cases = Number(process.env.FUZZ_CASES ?? 10_000)
const seed = Number(process.env.FC_SEED ?? 20_200_417)
/** Files are short, so that this is generous even on a busy machine. */
const mostMilliseconds = 2000

describe('hostile files', () => {
  it.each(readers)('$name: a value or an NgradError, soon, and nothing kept', { timeout: 3_600_000 }, ({ files, read }) => {
    const bystander = smallTrainer()
    const before = save(bystander)
    const held = bytesInUse()
    let accepted = 0
    fc.assert(
      fc.property(files as fc.Arbitrary<Uint8Array>, (bytes) => {
        const began = performance.now()
        try {
          read(bytes)
          accepted++
        } catch (error) {
          if (!(error instanceof NgradError) || error.code !== 'FORMAT') throw error
        }
        expect(performance.now() - began).toBeLessThan(mostMilliseconds)
        expect(bytesInUse()).toBe(held)
      }),
      { numRuns: Math.ceil(cases / readers.length), seed },
    )
    expect(save(bystander)).toEqual(before)
    expect(accepted).toBeGreaterThan(0) // else the cases are too wild to reach the code behind the first check
    bystander.dispose()
    bystander.network.dispose()
  })
})
