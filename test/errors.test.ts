import { describe as suite, expect, test } from 'vitest'
import * as errors from '../src/errors.js'

const { NgradError, describe, requireArray, requireInteger, requireNumber, requireOneOf, requireOptions, requirePositive, requireSeed } =
  errors

test('an NgradError carries its parts, its cause, and a message made of them', () => {
  const cause = new Error('ENOENT')
  const error = new NgradError('SHAPE', 'dense: x', 64, 63, { cause })
  expect(error).toMatchObject({ name: 'NgradError', code: 'SHAPE', where: 'dense: x', expected: '64', got: '63', cause })
  expect(error.message).toBe('dense: x: expected 64, got 63')
})

suite('guards', () => {
  test.each<[string, unknown, string]>([
    ['what is accepted', requireInteger('n', 3, 1, 3), '3'],
    ['a number', requireNumber('n', -0.5), '-0.5'],
    ['above 0', requirePositive('n', 1e-300), '1e-300'],
    ['a seed', requireSeed('seed', 0xffffffff), '4294967295'],
    ['a choice', requireOneOf('dtype', 'f32', ['f32', 'f64']), 'f32'],
  ])('return %s', (_, value, text) => {
    expect(String(value)).toBe(text)
  })

  test.each<[() => unknown, string, string]>([
    [() => requireInteger('n', '3', 1), 'TYPE', 'n: expected an integer of at least 1, got "3"'],
    [() => requireInteger('n', 2.5, 1, 3), 'RANGE', 'n: expected an integer in [1, 3], got 2.5'],
    [() => requireInteger('n', 2 ** 53), 'RANGE', 'n: expected an integer, got 9007199254740992'],
    [() => requireInteger('n', Infinity), 'NOT_FINITE', 'n: expected an integer, got Infinity'],
    [() => requireNumber('p', 1.5, 0, 1), 'RANGE', 'p: expected a number in [0, 1], got 1.5'],
    [() => requireNumber('p', 2, -Infinity, 1), 'RANGE', 'p: expected a number of at most 1, got 2'],
    [() => requireNumber('p', NaN), 'NOT_FINITE', 'p: expected a number, got NaN'],
    [() => requireNumber('p', undefined), 'TYPE', 'p: expected a number, got undefined'],
    [() => requirePositive('rate', 0), 'RANGE', 'rate: expected a number above 0, got 0'],
    [() => requireSeed('seed', -1), 'RANGE', 'seed: expected an integer in [0, 4294967295], got -1'],
    [() => requireOneOf('dtype', 'f16', ['f32', 'f64']), 'RANGE', 'dtype: expected one of "f32", "f64", got "f16"'],
    [() => requireArray('layers', { length: 1 } as never), 'TYPE', 'layers: expected an array, got Object(1)'],
  ])('refuse %s', (guard, code, message) => {
    expect(guard).toThrow(expect.objectContaining({ code, message }))
  })

  test('describe what cannot be read', () => {
    const { proxy, revoke } = Proxy.revocable([], {})
    revoke()
    expect(describe(proxy)).toBe('an object that cannot be read')
  })

  test('read an array once: its length, and each element, holes too', () => {
    let reads = 0
    const growing = new Proxy([1, 2], { get: (_, key) => (key === 'length' ? ++reads + 1 : Number(key) + 1) })
    expect(requireArray('layers', growing)).toEqual([1, 2])
    expect(reads).toBe(1)
    const seen: unknown[] = []
    requireArray('layers', [1, , 3], (value) => seen.push(value))
    expect(seen).toEqual([1, undefined, 3])
  })

  test.each([
    [null, 'null'],
    [new Float32Array(3), 'Float32Array(3)'],
    [[1, 2], 'Array(2)'],
    [{}, 'Object'],
    [() => 0, 'a function'],
    ['x'.repeat(41), 'a string of 41'],
    [1n, '1'],
    [Symbol('s'), 'Symbol(s)'],
  ])('describe %o', (value, text) => {
    expect(describe(value)).toBe(text)
  })
})

suite('options', () => {
  test('are read once, inherited ones and those of a class too, and what cannot be read is refused', () => {
    let reads = 0
    class Settings {
      get learningRate() {
        reads++
        return 0.25
      }
    }
    expect(requireOptions<object>('here', new Settings(), {})).toEqual({ learningRate: 0.25 })
    expect(reads).toBe(1)
    expect(requireOptions('here', Object.create({ a: 1 }, { b: { value: 2 } }) as object, {})).toEqual({ a: 1, b: 2 })
    expect(requireOptions('here', Object.assign(Object.create(null) as object, { c: 3 }), { c: true })).toEqual({ c: 3 })
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const broken: object[] = [
      proxy,
      {
        get a() {
          throw new Error('no')
        },
      },
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('no')
          },
        },
      ),
    ]
    for (const options of broken)
      expect(() => requireOptions<object>('here', options, { a: true })).toThrow(
        expect.objectContaining({ name: 'NgradError', code: 'TYPE', where: 'here' }),
      )
  })
})
