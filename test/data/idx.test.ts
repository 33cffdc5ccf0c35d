import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseIdx } from '../../src/data/index.js'
import { NgradError } from '../../src/errors.js'
import { writeIdx } from './write-idx.js'

const format = (what: string) => expect.objectContaining({ code: 'FORMAT', where: `parseIdx, ${what}` })

const types = [
  { type: 0x08, make: Uint8Array, write: (view: DataView, at: number, v: number) => view.setUint8(at, v) },
  { type: 0x09, make: Int8Array, write: (view: DataView, at: number, v: number) => view.setInt8(at, v) },
  { type: 0x0b, make: Int16Array, write: (view: DataView, at: number, v: number) => view.setInt16(at, v) },
  { type: 0x0c, make: Int32Array, write: (view: DataView, at: number, v: number) => view.setInt32(at, v) },
  { type: 0x0d, make: Float32Array, write: (view: DataView, at: number, v: number) => view.setFloat32(at, v) },
  { type: 0x0e, make: Float64Array, write: (view: DataView, at: number, v: number) => view.setFloat64(at, v) },
]

describe('parseIdx', () => {
  test.each(types)('reads what was written, type $type', ({ type, make, write }) => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.double()),
        (shape, numbers) => {
          const values = make.from([...numbers.take(shape.reduce((a, b) => a * b))])
          const elements = new DataView(new ArrayBuffer(values.byteLength))
          values.forEach((v, i) => write(elements, i * values.BYTES_PER_ELEMENT, v))
          const bytes = writeIdx(type, shape, new Uint8Array(elements.buffer))
          expect(parseIdx(bytes)).toEqual({ shape, values })
        },
      ),
    )
  })

  test('reads a view into a larger buffer, and keeps nothing of it', () => {
    const bytes = writeIdx(8, [2], [5, 6])
    const larger = new Uint8Array(bytes.length + 7)
    larger.set(bytes, 3)
    const { values } = parseIdx(larger.subarray(3, 3 + bytes.length))
    larger.fill(0)
    expect([...values]).toEqual([5, 6])
  })

  const whole = writeIdx(8, [2, 3], [1, 2, 3, 4, 5, 6])
  const altered = (at: number, byte: number) => whole.map((b, i) => (i === at ? byte : b))

  test.each([
    ['nothing', new Uint8Array(), 'header'],
    ['half a magic number', whole.subarray(0, 3), 'header'],
    ['another magic number', altered(0, 0x1f), 'magic number'],
    ['an unknown type', altered(2, 0x0a), 'element type'],
    ['rank 0', altered(3, 0), 'rank'],
    ['a rank beyond the bytes', altered(3, 255), 'dimensions'],
    ['an empty dimension', altered(7, 0), 'dimension 0'],
    ['elements too few', whole.subarray(0, -1), 'length'],
    ['a byte too many', new Uint8Array([...whole, 0]), 'length'],
    ['a larger dimension than there are elements', altered(4, 255), 'length'],
    ['2^32 elements, which would wrap to none', writeIdx(8, [65536, 65536], []), 'length'],
    ['2^64 elements, which would wrap to none', writeIdx(8, [2 ** 31, 2 ** 31, 4], []), 'length'],
    [
      'more than a double can count',
      writeIdx(
        8,
        Array.from({ length: 255 }, () => 2 ** 32 - 1),
        [],
      ),
      'length',
    ],
  ])('refuses %s', (_, bytes, what) => {
    expect(() => parseIdx(bytes)).toThrow(format(what))
  })

  test('refuses what is no Uint8Array', () => {
    for (const bytes of [undefined, [0, 0, 8, 1], new ArrayBuffer(8), 'abcd']) {
      expect(() => parseIdx(bytes as unknown as Uint8Array)).toThrow(expect.objectContaining({ code: 'TYPE' }))
    }
  })

  test('on any bytes gives an array that accounts for all of them, or a FORMAT error', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => altered(at, byte)),
    )
    fc.assert(
      fc.property(anything, (bytes) => {
        try {
          const { shape, values } = parseIdx(bytes)
          expect(4 + 4 * shape.length + values.byteLength).toBe(bytes.length)
        } catch (error) {
          expect(error).toBeInstanceOf(NgradError)
          expect(error).toHaveProperty('code', 'FORMAT')
        }
      }),
    )
  })
})
