// The safetensors format (https://huggingface.co/docs/safetensors): named arrays in one file, and no code.
//
//   u64 little-endian: bytes of the header
//   the header, JSON that begins with `{`, spaces after it allowed:
//     { "name": { "dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end] }, ..., "__metadata__": { "key": "value" } }
//   the data, row-major, little-endian; offsets count from their start
//
// The arrays cover the data without overlap or hole, as the reference implementation demands. The bytes are
// trusted in nothing: what is wrong with them is a `FORMAT` error, found in linear time and memory.
import { byteArray } from '../core/dtype.js'
import { takeBytes } from '../core/numbers.js'
import { describe, NgradError, requireArray, requireInteger, requireOneOf, requireOptions } from '../errors.js'
import { JsonScanner } from './json-scanner.js'

/** Bits of an element. */
const widths = {
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  BOOL: 8,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E5M2FNUZ: 8,
  F8_E4M3FNUZ: 8,
  F8_E8M0: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  F64: 64,
  I64: 64,
  U64: 64,
  C64: 64,
} as const

/** One array of such a file. */
export interface Tensor {
  readonly dtype: keyof typeof widths
  readonly shape: readonly number[]
  /** Row-major, little-endian; a view of the file where it was read. */
  readonly bytes: Uint8Array
}

/** What is in a file of the safetensors format. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Tensor>
  readonly metadata: ReadonlyMap<string, string>
}

const where = 'safetensors'
const prefixBytes = 8
const metadataKey = '__metadata__'
/** How much a reader takes on. */
interface Limits {
  readonly headerBytes: number
  readonly arrays: number
  /** Of metadata. */
  readonly words: number
}
/** The reference implementation's own limit. */
const anyFile: Limits = { headerBytes: 100_000_000, arrays: Infinity, words: Infinity }
/** Those of the deepest network, and the losses of a million epochs. */
const checkpoint: Limits = { headerBytes: 1 << 26, arrays: 1 << 17, words: 1 << 12 }
/** Extents of an array: as many as numpy allows. */
const maxRank = 64

interface Coding {
  readonly TextDecoder: new (label: string, options: object) => { decode(bytes: Uint8Array): string }
  readonly TextEncoder: new () => { encode(text: string): Uint8Array }
}

/** The host's own, which are not in every host's types. Throws `UNSUPPORTED` where it has none. */
function requireCoding(where: string): Coding {
  const host = globalThis as Partial<Coding>
  if (typeof host.TextDecoder !== 'function' || typeof host.TextEncoder !== 'function')
    throw new NgradError('UNSUPPORTED', where, 'a host with TextEncoder and TextDecoder', 'none')
  return host as Coding
}

/** The arrays and the metadata in the bytes of a file. Throws `FORMAT`, or `TYPE` for what is no Uint8Array. */
export const readSafetensors = (bytes: Uint8Array): Safetensors => readWithin(anyFile, bytes)

/** The same of a file that claims to be a checkpoint, whose header says no more than a checkpoint's. @internal */
export function readCheckpoint(bytes: Uint8Array): Safetensors {
  // Copied: what a caller's options and optimizers do meanwhile must not reach what was checked.
  const given = takeBytes(where, bytes)
  const copy = byteArray(given.length)
  copy.set(given)
  return readWithin(checkpoint, copy)
}

function readWithin(limits: Limits, given: Uint8Array): Safetensors {
  const bytes = takeBytes(where, given)
  if (bytes.length < prefixBytes) throw malformed('length', `at least ${prefixBytes} bytes`, bytes.length)
  const view = new DataView(bytes.buffer, bytes.byteOffset, prefixBytes)
  const headerBytes = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32
  const most = Math.min(limits.headerBytes, bytes.length - prefixBytes)
  if (headerBytes > most) throw malformed('header', `at most ${most} bytes`, headerBytes)
  const data = bytes.subarray(prefixBytes + headerBytes)
  const { entries, metadata } = readHeader(decode(bytes.subarray(prefixBytes, prefixBytes + headerBytes)), limits)
  return { tensors: new Map(placed(entries, data)), metadata }
}

interface Entry {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly offsets: readonly number[]
}

function decode(header: Uint8Array): string {
  if (header[0] !== 0x7b) throw malformed('header', 'a JSON object', 'something else')
  const { TextDecoder } = requireCoding(where)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(header)
  } catch {
    throw malformed('header', 'UTF-8', 'other bytes')
  }
}

function readHeader(text: string, { arrays, words }: Limits): { entries: Entry[]; metadata: Map<string, string> } {
  const json = new JsonScanner(`${where}, header`, text)
  const entries: Entry[] = []
  const metadata = new Map<string, string>()
  json.object((name) => {
    if (name === metadataKey) json.object((key) => metadata.set(key, json.string()), words)
    else entries.push(readEntry(json, name))
  }, arrays + 1)
  json.end()
  return { entries, metadata }
}

function readEntry(json: JsonScanner, name: string): Entry {
  let dtype: string | undefined
  let shape: number[] | undefined
  let offsets: number[] | undefined
  json.object((key) => {
    if (key === 'dtype') dtype = json.string()
    else if (key === 'shape') shape = json.array(() => json.integer(), maxRank)
    else if (key === 'data_offsets') offsets = json.array(() => json.integer(), 2)
    else throw json.unexpected('no key but dtype, shape and data_offsets')
  })
  if (dtype === undefined || shape === undefined || offsets?.length !== 2)
    throw json.unexpected('dtype, shape and two data_offsets before this')
  return { name, dtype, shape, offsets }
}

/** The arrays in the order of their data, each where the one before it ends, the last to the end. */
function placed(entries: readonly Entry[], data: Uint8Array): [string, Tensor][] {
  let end = 0
  const tensors = [...entries]
    .sort((a, b) => a.offsets[0] - b.offsets[0] || a.offsets[1] - b.offsets[1])
    .map(({ name, dtype, shape, offsets }): [string, Tensor] => {
      if (!Object.hasOwn(widths, dtype))
        throw malformed(`tensor ${describe(name)}, dtype`, `one of ${Object.keys(widths).join(', ')}`, describe(dtype))
      const known = dtype as keyof typeof widths
      const size = sizeOf(known, shape)
      const [from, to] = offsets as [number, number]
      if (from !== end || to > data.length || to - from !== size)
        throw malformed(`tensor ${describe(name)}, data_offsets`, `[${end}, ${end + size}] of ${data.length}`, `[${from}, ${to}]`)
      end = to
      return [name, { dtype: known, shape, bytes: data.subarray(from, to) }]
    })
  if (end !== data.length) throw malformed('data', `${end} bytes, as there are in the arrays`, data.length)
  return tensors
}

/** The entries of a map of any realm, read once. Throws `TYPE`. */
function takeMap<V>(where: string, map: ReadonlyMap<string, V>): [string, V][] {
  try {
    return [...Map.prototype.entries.call(map)] as [string, V][]
  } catch (cause) {
    throw new NgradError('TYPE', where, 'a Map', describe(map), { cause })
  }
}

function requireWords(where: string, words: readonly unknown[]): void {
  for (const word of words) if (typeof word !== 'string') throw new NgradError('TYPE', where, 'a string', describe(word))
}

/** A tensor with everything in it read, once. @internal */
export function takeTensor(where: string, name: string, tensor: Tensor): Tensor {
  requireWords(`${where}: names`, [name])
  if (name === metadataKey) throw new NgradError('RANGE', `${where}: names`, 'another name', name)
  const here = `${where}: ${describe(name)}`
  const { dtype, shape: givenShape, bytes: givenBytes } = requireOptions(here, tensor, { dtype: true, shape: true, bytes: true })
  requireOneOf(`${here}, dtype`, dtype, Object.keys(widths))
  const shape = requireArray(`${here}, shape`, givenShape, (extent) => requireInteger(`${here}, shape`, extent, 0))
  const bytes = takeBytes(`${here}, bytes`, givenBytes)
  if (bytes.length !== sizeOf(dtype, shape)) throw new NgradError('SHAPE', `${here}, bytes`, `${sizeOf(dtype, shape)} bytes`, bytes.length)
  return { dtype, shape, bytes }
}

// In doubles: a product too large for an integer is inexact, infinite or NaN, but never wraps around to fit.
const sizeOf = (dtype: keyof typeof widths, shape: readonly number[]): number =>
  (shape.reduce((product, extent) => product * extent, 1) * widths[dtype]) / 8

/** The bytes of a file. Throws `TYPE`, `RANGE` or `SHAPE` for what would be none. Wider types first, and the header padded, so that each array is aligned to its own width. */
export function writeSafetensors(file: Safetensors): Uint8Array {
  const where = 'writeSafetensors({ tensors, metadata })'
  const { tensors: givenTensors, metadata: givenMetadata } = requireOptions(where, file, { tensors: true, metadata: true })
  const tensors = takeMap(`${where}: tensors`, givenTensors).map(([name, tensor]) => [name, takeTensor(where, name, tensor)] as const)
  const metadata = takeMap(`${where}: metadata`, givenMetadata)
  for (const pair of metadata) requireWords(`${where}: metadata`, pair)
  const ordered = tensors.sort(([, a], [, b]) => widths[b.dtype] - widths[a.dtype])
  let end = 0
  const entries = ordered.map(([name, { dtype, shape, bytes }]) => {
    const begin = end
    end += bytes.length
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`
  })
  const pairs = metadata.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
  const header = `{${[...(pairs.length > 0 ? [`"${metadataKey}":{${pairs.join()}}`] : []), ...entries].join()}}`
  const json = new (requireCoding(where).TextEncoder)().encode(header)
  const headerBytes = Math.ceil(json.length / prefixBytes) * prefixBytes
  const written = byteArray(prefixBytes + headerBytes + end).fill(0x20, prefixBytes, prefixBytes + headerBytes)
  new DataView(written.buffer).setUint32(0, headerBytes, true)
  written.set(json, prefixBytes)
  let at = prefixBytes + headerBytes
  for (const [, { bytes }] of ordered) {
    written.set(bytes, at)
    at += bytes.length
  }
  return written
}

const malformed = (what: string, expected: string, got: string | number): NgradError =>
  new NgradError('FORMAT', `${where}, ${what}`, expected, got)
