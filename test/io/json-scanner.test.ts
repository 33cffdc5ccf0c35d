// The reader of JSON from strangers, beside JSON.parse.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { JsonScanner } from '../../src/io/json-scanner.js'

const read = (text: string, depth = 10, most = 100): unknown => {
  const json = new JsonScanner('test', text)
  const value = json.value(depth, most)
  json.end()
  return value
}
const refused = expect.objectContaining({ name: 'NgradError', code: 'FORMAT' })

it('reads what JSON.parse does', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      expect(read(text)).toEqual(JSON.parse(text))
    }),
    { seed: 3 },
  )
})

it('refuses what JSON.parse does', () => {
  const good = JSON.stringify({ a: [1, -2.5e-7, true, null, 'x\n'], b: {} })
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.constantFrom(...'{}[]",:0-e.tx'), (at, mark) => {
      const text = good.slice(0, at) + mark + good.slice(at + 1)
      let parsed: unknown
      try {
        parsed = JSON.parse(text)
      } catch {
        expect(() => read(text)).toThrow(refused)
        return
      }
      if (text.split('"a"').length === 2) expect(read(text)).toEqual(parsed) // else a key may stand twice
    }),
    { seed: 3, numRuns: 2000 },
  )
})

it.each([
  ['[[0]]', 1],
  ['{"a":[0]}', 1],
  ['[]', 0],
])('%s is deeper than %d', (text, depth) => {
  expect(() => read(text, depth)).toThrow(refused)
  expect(read(text, depth + 1)).toEqual(JSON.parse(text))
})

it.each(['[1,2,3]', '{"a":1,"b":2,"c":3}'])('%s has more than 2 members', (text) => {
  expect(() => read(text, 3, 2)).toThrow(refused)
  expect(read(text, 3, 3)).toEqual(JSON.parse(text))
})

it('takes numbers that doubles have, of no more digits than they need', () => {
  expect(Object.is(read('-0'), -0)).toBe(true)
  expect(read('5e-324')).toBe(5e-324)
  for (const text of ['1e999', '-1e999', '0'.repeat(40), `1.${'0'.repeat(40)}`, 'NaN', 'Infinity', '+1', '01', '.5', '1.'])
    expect(() => read(text)).toThrow(refused)
})
