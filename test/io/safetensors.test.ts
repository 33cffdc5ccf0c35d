// The safetensors format, byte by byte. No package of the reference implementation can be installed from the registries
// that these tests may use, so that the files here are written by hand, as that implementation lays them out: an array
// of wider elements first, then by name; `__metadata__` first of all; spaces after the header, up to a multiple of eight.
// test/runtimes hands ours to the reader of the format's own hub.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSafetensors, type Tensor, writeSafetensors } from '../../src/index.js'

/** A file by hand: what the length says, the header, and the data. */
function file(header: string, data: readonly number[], length = Buffer.byteLength(header)): Uint8Array {
  const prefix = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => Math.floor(length / 256 ** i) % 256)
  return Uint8Array.from([...prefix, ...Buffer.from(header), ...data])
}

const float = (value: number): number[] => [...new Uint8Array(Float32Array.of(value).buffer)]
const double = (value: number): number[] => [...new Uint8Array(Float64Array.of(value).buffer)]

const header =
  '{"__metadata__":{"format":"pt"},"b":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},'
  + '"a":{"dtype":"F32","shape":[1,2],"data_offsets":[16,24]},"é":{"dtype":"U8","shape":[],"data_offsets":[24,25]}}'
const padded = header + ' '.repeat((8 - (Buffer.byteLength(header) % 8)) % 8)
const data = [...double(1.5), ...double(-2), ...float(0.25), ...float(-1), 7]

describe('a file as the reference implementation lays it out', () => {
  it('is read', () => {
    const { tensors, metadata } = readSafetensors(file(padded, data))
    expect(Object.fromEntries(metadata)).toEqual({ format: 'pt' })
    const bytes = (values: readonly number[]) => Uint8Array.from(values)
    expect(Object.fromEntries(tensors)).toEqual({
      b: { dtype: 'F64', shape: [2], bytes: bytes(data.slice(0, 16)) },
      a: { dtype: 'F32', shape: [1, 2], bytes: bytes(data.slice(16, 24)) },
      é: { dtype: 'U8', shape: [], bytes: bytes([7]) },
    })
  })

  it('is what is written', () => {
    expect(writeSafetensors(readSafetensors(file(padded, data)))).toEqual(file(padded, data))
  })

  it('is read without metadata, empty, with arrays of no elements, with arrays in any order, unpadded, and with spaces', () => {
    expect(readSafetensors(file('{}', [])).tensors.size).toBe(0)
    expect(readSafetensors(file('{"a":{"dtype":"I64","shape":[0,3],"data_offsets":[0,0]}}', [])).tensors.get('a')!.bytes.length).toBe(0)
    const swapped =
      '{ "z" : { "data_offsets" : [ 1 , 3 ] , "dtype" : "BF16" , "shape" : [ 1 ] },\n"a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]} }  '
    expect(readSafetensors(file(swapped, [1, 2, 3])).tensors.get('z')!.bytes).toEqual(Uint8Array.of(2, 3))
  })

  it.each([
    ['BOOL', 8],
    ['U8', 8],
    ['I8', 8],
    ['F8_E5M2', 8],
    ['F8_E4M3', 8],
    ['F8_E8M0', 8],
    ['I16', 16],
    ['U16', 16],
    ['F16', 16],
    ['BF16', 16],
    ['I32', 32],
    ['U32', 32],
    ['F32', 32],
    ['C64', 64],
    ['F64', 64],
    ['I64', 64],
    ['U64', 64],
    ['F4', 4],
    ['F6_E2M3', 6],
    ['F6_E3M2', 6],
  ] as const)('is read with elements of type %s', (dtype, bits) => {
    const size = (8 * bits) / 8
    const text = (end: number) => `{"a":{"dtype":"${dtype}","shape":[2,4],"data_offsets":[0,${end}]}}`
    expect(readSafetensors(file(text(size), new Array(size).fill(1))).tensors.get('a')).toMatchObject({ dtype, shape: [2, 4] })
    expect(() => readSafetensors(file(text(size + 1), new Array(size + 1).fill(1)))).toThrow(expect.objectContaining({ code: 'FORMAT' }))
  })
})

describe('what the reference implementation refuses is refused', () => {
  const tensor = (shape: string, offsets: string, dtype = 'U8') => `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`
  it.each([
    ['no length', Uint8Array.of(1, 0, 0)],
    ['a header beyond the end', file('{}', [], 3)],
    ['a header of 100 MB and more', file('{}', [], 100_000_001)],
    ['a length of 2^64 - 1', Uint8Array.from([...new Array(8).fill(255), 0x7b, 0x7d])],
    ['no JSON', file('{', [])],
    ['no UTF-8', Uint8Array.from([4, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff, 0xff, 0x7d])],
    ['an array of no known type', file(`{"a":${tensor('[1]', '[0,1]', 'F5')}}`, [1])],
    ['a hole before the first array', file(`{"a":${tensor('[1]', '[1,2]')}}`, [1, 2])],
    ['a hole between arrays', file(`{"a":${tensor('[1]', '[0,1]')},"b":${tensor('[1]', '[2,3]')}}`, [1, 2, 3])],
    ['arrays that overlap', file(`{"a":${tensor('[2]', '[0,2]')},"b":${tensor('[2]', '[1,3]')}}`, [1, 2, 3])],
    ['offsets that go backwards', file(`{"a":${tensor('[1]', '[1,0]')}}`, [1])],
    ['more data than arrays', file(`{"a":${tensor('[1]', '[0,1]')}}`, [1, 2])],
    ['less data than arrays', file(`{"a":${tensor('[3]', '[0,3]')}}`, [1, 2])],
    ['a shape that is not its bytes', file(`{"a":${tensor('[3]', '[0,2]')}}`, [1, 2])],
    ['a shape that overflows', file(`{"a":${tensor('[4294967296,4294967296,2]', '[0,0]')}}`, [])],
    ['a negative extent', file(`{"a":${tensor('[-1]', '[0,1]')}}`, [1])],
    ['metadata that are no words', file('{"__metadata__":{"a":1}}', [])],
    ['something after the header', file('{}x', [])],
  ])('%s', (_what, bytes) => expect(() => readSafetensors(bytes)).toThrow(expect.objectContaining({ name: 'NgradError', code: 'FORMAT' })))
})

it('whatever is written is read back, each array aligned to its elements', () => {
  const dtypes = { U8: 1, F16: 2, F32: 4, F64: 8 } as const
  const tensor = fc
    .tuple(
      fc.constantFrom(...(Object.keys(dtypes) as (keyof typeof dtypes)[])),
      fc.array(fc.nat(4), { maxLength: 3 }),
      fc.uint8Array({ minLength: 1, maxLength: 9 }),
    )
    .map(([dtype, shape, noise]): Tensor => {
      const bytes = new Uint8Array(shape.reduce((a, b) => a * b, 1) * dtypes[dtype])
      return { dtype, shape, bytes: bytes.map((_, i) => noise[i % noise.length]) }
    })
  const named = <T>(value: fc.Arbitrary<T>) => fc.uniqueArray(fc.tuple(fc.string(), value), { selector: ([name]) => name, maxLength: 5 })
  fc.assert(
    fc.property(named(tensor), named(fc.string()), (arrays, words) => {
      const tensors = new Map(arrays.filter(([name]) => name !== '__metadata__'))
      const written = writeSafetensors({ tensors, metadata: new Map(words) })
      const read = readSafetensors(written)
      expect(new Map([...read.tensors].sort())).toEqual(new Map([...tensors].sort()))
      expect(new Map([...read.metadata].sort())).toEqual(new Map([...words].sort()))
      for (const { dtype, bytes } of read.tensors.values())
        expect((bytes.byteOffset - written.byteOffset) % dtypes[dtype as keyof typeof dtypes]).toBe(0)
    }),
    { numRuns: 300, seed: 5 },
  )
})
