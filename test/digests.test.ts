// The same bits everywhere: a digest of all parameters, the network's and the rule's own, after 200 steps. The file is
// one for all platforms; a change of a kernel's order of arithmetic shows here. UPDATE_DIGESTS=1 rewrites it.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, expect, it } from 'vitest'
import { adam, crossEntropy } from '../src/index.js'
import { everyVariant } from './support/rules.js'
import { batchFor, everythingOf, withNetwork, withTrainer } from './support/teaching.js'

const file = new URL('digests.json', import.meta.url)
const update = process.env.UPDATE_DIGESTS === '1'
const expected = update ? {} : (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>)
const measured: Record<string, string> = {}

/** SHA-256 of the numbers in double precision, little-endian; every NaN counts as one and the same. */
function digest(values: readonly number[]): string {
  const bytes = new DataView(new ArrayBuffer(8 * values.length))
  values.forEach((value, i) => {
    if (Number.isNaN(value)) bytes.setBigUint64(8 * i, 0x7ff8_0000_0000_0000n, true)
    else bytes.setFloat64(8 * i, value, true)
  })
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32)
}

it.each(everyVariant)('$name has the bits on file after 200 steps', ({ name, learner, dtype }) => {
  withNetwork({ sizes: [5, 9, 6, 3], dtype, seed: 7, gain: 0.7 }, (network) =>
    withTrainer(network, { learner, loss: crossEntropy(), optimizer: adam({ learningRate: 1e-3 }), seed: 7 }, (trainer) => {
      const batches = [7, 7, 3].map((size, i) => batchFor(network, size, 'classes', i))
      for (let step = 0; step < 200; step++) trainer.step(batches[step % batches.length]!)
      measured[name] = digest(everythingOf(trainer))
      if (!update) expect(measured[name]).toBe(expected[name])
    }),
  )
})

it('every digest on file belongs to a variant', () => {
  if (!update) expect(Object.keys(expected).sort()).toEqual(everyVariant.map(({ name }) => name).sort())
})

afterAll(() => {
  if (update) writeFileSync(file, `${JSON.stringify(measured, null, 2)}\n`)
})
