import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { permutation } from '../../src/core/permutation.js'
import { multiplyHigh, philox } from '../../src/core/philox.js'

describe('philox', () => {
  // The known answers of Random123 (D. E. Shaw Research), kat_vectors, philox4x32 10.
  test.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ] as const)('counter %j, key %j', (counter, key, words) => {
    expect(
      philox([...counter], key)
        .map((word) => word.toString(16).padStart(8, '0'))
        .join(' '),
    ).toBe(words)
  })

  test('multiplyHigh is the high word of the product', () => {
    const u32 = fc.integer({ min: 0, max: 0xffffffff })
    fc.assert(fc.property(u32, u32, (a, b) => multiplyHigh(a, b) === Number((BigInt(a) * BigInt(b)) >> 32n)))
  })
})

describe('permutation', () => {
  test('has every index once', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.nat(50), (seed, n) => {
        expect([...permutation(seed, 0, 0, n)].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i))
      }),
    )
  })

  test('differs by seed, stream and step', () => {
    const orders = [
      [0, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ].map(([seed, stream, step]) => permutation(seed, stream, step, 30).join())
    expect(new Set(orders).size).toBe(4)
  })
})
