// 10,000 hostile files, shared among the readers. `npm run fuzz -- --cases N` tries N, under FC_SEED where that is set.
// What breaks a reader is written to corpus/, and tried before all else from then on.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesInUse } from '../../src/core/memory.js'
import { NgradError, readSafetensors, save } from '../../src/index.js'
import { readers, smallTrainer } from './hostile-files.js'

const cases = Number(process.env.FUZZ_CASES ?? 10_000)
const seed = Number(process.env.FC_SEED ?? 20_200_417)
/** Of this process's own, however busy the machine is. */
const cpuMilliseconds = (): number => process.cpuUsage().user / 1000
/** Files are short, so that this is generous. */
const mostMilliseconds = 1000
const corpus = new URL('corpus/', import.meta.url)

/** Whether the file was accepted; throws for anything but a value or a `FORMAT`, soon, with nothing kept. */
function tryFile(read: (bytes: Uint8Array) => void, bytes: Uint8Array): boolean {
  const held = bytesInUse()
  const copy = Uint8Array.from(bytes)
  const began = cpuMilliseconds()
  let accepted = true
  try {
    read(bytes)
  } catch (error) {
    if (!(error instanceof NgradError) || error.code !== 'FORMAT') throw error
    accepted = false
  }
  expect(cpuMilliseconds() - began).toBeLessThan(mostMilliseconds)
  expect(bytesInUse()).toBe(held)
  expect(Buffer.compare(bytes, copy)).toBe(0)
  return accepted
}

function keep(reader: string, bytes: Uint8Array): void {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12)
  writeFileSync(new URL(`${reader.replaceAll(' ', '-')}.${hash}`, corpus), bytes)
}

describe.each(readers)('hostile files: $name', ({ name, files, read }) => {
  it('those that were found or thought of before', () => {
    for (const file of readdirSync(corpus)) tryFile(read, new Uint8Array(readFileSync(new URL(file, corpus))))
  })

  it('a value or an NgradError, soon, and nothing kept', { timeout: 3_600_000 }, () => {
    const bystander = smallTrainer()
    const before = save(bystander)
    let accepted = 0
    const property = fc.property(files as fc.Arbitrary<Uint8Array>, (bytes) => void (accepted += Number(tryFile(read, bytes))))
    const result = fc.check(property, { numRuns: Math.ceil(cases / readers.length), seed })
    if (result.failed && result.counterexample) keep(name, result.counterexample[0])
    fc.assert(property, { numRuns: 1, seed, ...(result.failed ? { path: result.counterexamplePath! } : {}) })
    expect(save(bystander)).toEqual(before)
    expect(accepted).toBeGreaterThan(0) // else the cases are too wild to reach the code behind the first check
    bystander.dispose()
    bystander.network.dispose()
  })
})

describe('long headers take time in proportion', () => {
  const framed = (header: string): Uint8Array => {
    const bytes = Buffer.alloc(8 + Buffer.byteLength(header))
    bytes.writeBigUInt64LE(BigInt(Buffer.byteLength(header)))
    bytes.write(header, 8)
    return new Uint8Array(bytes)
  }
  it.each([
    ['deep objects', (n: number) => '{"a":'.repeat(n / 5)],
    ['deep arrays', (n: number) => `{"a":${'['.repeat(n)}`],
    [
      'many names',
      (n: number) => `{${Array.from({ length: n / 50 }, (_, i) => `"${i}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`)}}`,
    ],
    ['many keys of metadata', (n: number) => `{"__metadata__":{${Array.from({ length: n / 12 }, (_, i) => `"${i}":""`)}}}`],
    ['a long name', (n: number) => `{"${'a'.repeat(n)}":`],
    ['backslashes', (n: number) => `{"${'\\\\'.repeat(n / 2)}":`],
    ['a string without an end', (n: number) => `{"${'\\"'.repeat(n / 2)}`],
    ['spaces', (n: number) => `{${' '.repeat(n)}`],
    ['a long number', (n: number) => `{"a":{"dtype":"U8","shape":[${'9'.repeat(n)}]`],
    ['a long shape', (n: number) => `{"a":{"dtype":"U8","shape":[${'9,'.repeat(n / 2)}1],"data_offsets":[0,0]}}`],
  ])('%s', (_what, header) => {
    const seconds = (bytes: number): number => {
      const file = framed(header(bytes))
      return (
        Math.min(
          ...[0, 1, 2].map(() => {
            const began = cpuMilliseconds()
            try {
              readSafetensors(file)
            } catch (error) {
              expect(error).toBeInstanceOf(NgradError)
            }
            return cpuMilliseconds() - began
          }),
        ) / 1000
      )
    }
    const [short, long] = [seconds(2 ** 19), seconds(2 ** 22)] // both long enough for the clock and the collector
    // 8 times as long: quadratic time would be 64 times as much, and 10 s and more for the longest. A second or two may be the
    // collector's, whose threads count as well.
    expect(long).toBeLessThan(Math.max(24 * short, 3))
  })
})
