// Numbers from outside, at the door. An array may have a length of its own, run code when it is read, grow while it is read,
// or be changed by another thread. What comes out of here is of none of these kinds: whoever goes on with it reads what
// was counted and checked, and nothing of the caller's runs meanwhile.
import { describe, NgradError } from '../errors.js'
import type { DType } from './dtype.js'

/** A typed array of numbers, not of bigints, whose memory no other thread sees and nobody resizes; or a copy. Its `length` may lie: see {@link lengthOf}. */
export type Numbers =
  Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array

// What typed arrays say of themselves in every realm, whatever properties were put upon them.
const prototype = Object.getPrototypeOf(Uint8Array.prototype) as Float64Array
const getter = (of: object, name: PropertyKey) => Object.getOwnPropertyDescriptor(of, name)!.get as () => unknown
const kind = getter(prototype, Symbol.toStringTag) as () => string | undefined
const length = getter(prototype, 'length') as () => number
const buffer = getter(prototype, 'buffer') as () => ArrayBuffer
const byteOffset = getter(prototype, 'byteOffset') as () => number
const { at } = prototype

/** No number of rows or columns that is asked for. */
const any = -1
const byteLength = getter(ArrayBuffer.prototype, 'byteLength')
/** Where buffers can be resized. */
const resizable = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'resizable')?.get

/**
 * What is remembered where numbers are taken again and again, in every step, with the same number of columns: it spares looking,
 * and memory for copies.
 */
export interface Remembered {
  /** The last typed array that was taken as it is: of it nothing changes but that its memory may go, which `countOf` sees. */
  known?: Numbers
  /** The last copy. */
  copy?: Float64Array
}

/** What kind of typed array it is, such as `Float32Array`; undefined for anything else. */
export const kindOf = (value: unknown): string | undefined => (ArrayBuffer.isView(value) ? kind.call(value) : undefined)

/** How many numbers there are. */
export const lengthOf = (values: Numbers): number => length.call(values)

/** How many numbers were taken; throws `TYPE` where their memory is gone, to what was read after them, say. */
export function countOf(where: string, name: string, values: Numbers): number {
  const count = lengthOf(values)
  if (count === 0) requireMemory(where, name, values)
  return count
}

/** `count` numbers from `start` on, sharing the memory, with nothing put upon them. Throws `TYPE` where the memory is gone. */
export function part(values: Numbers, start: number, count: number): Numbers {
  const make = (globalThis as unknown as Record<string, Float64ArrayConstructor>)[kind.call(values)!]
  try {
    return new make(buffer.call(values), byteOffset.call(values) + start * make.BYTES_PER_ELEMENT, count)
  } catch (cause) {
    throw new NgradError('TYPE', 'numbers', 'an array that has its memory', describe(values), { cause })
  }
}

/**
 * The numbers of an array-like: itself, for a typed array, or a copy, of which each is a finite number. `name` follows `where` in
 * errors; the two are put together only there, because this runs in every step.
 *
 * @param columns how many there are in a row
 * @param count how many there must be; any number of whole rows where it is left out
 * @throws NgradError `TYPE`, `SHAPE`, `NOT_FINITE` with row and column, `OUT_OF_MEMORY`
 */
export function takeNumbers(
  where: string,
  name: string,
  values: ArrayLike<number>,
  columns: number,
  count = any,
  last?: Remembered,
): Numbers {
  const known = last?.known
  return known !== undefined && known === values ? known : take(where, name, values, columns, count, any, last)
}

/** The same for `rows` rows, at least 1, of however many columns, at least 1. */
export const takeRows = (where: string, values: ArrayLike<number>, rows: number): Numbers => take(where, '', values, any, any, rows)

function take(
  where: string,
  name: string,
  values: ArrayLike<number>,
  columns: number,
  count: number,
  rows: number,
  last?: Remembered,
): Numbers {
  const type = kindOf(values)
  if (type === undefined) return copy(where, name, values, columns, count, rows, last)
  if (type === 'BigInt64Array' || type === 'BigUint64Array')
    throw new NgradError('TYPE', where + name, 'an array of numbers', describe(values))
  const typed = values as Numbers
  const found = countOf(where, name, typed)
  const width = columnsOf(where, name, found, columns, count, rows)
  if (isUnsteady(typed)) return copyOf(where, name, typed, found, width, last)
  if (last) last.known = typed
  return typed
}

/**
 * The bytes of a Uint8Array, with nothing put upon it; a copy where other threads see them.
 * @throws NgradError `TYPE` for anything else
 */
export function takeBytes(where: string, bytes: Uint8Array): Uint8Array {
  if (kindOf(bytes) !== 'Uint8Array') throw new NgradError('TYPE', where, 'a Uint8Array', describe(bytes))
  const found = countOf(where, '', bytes)
  const plain = part(bytes, 0, found) as Uint8Array
  return isUnsteady(bytes) ? Uint8Array.from(plain) : plain
}

/** Checks numbers that were taken, as they will be in a precision. Throws NOT_FINITE, with row and column. */
export function requireFinite(where: string, values: Numbers, columns: number, dtype: DType = 'f64'): void {
  const count = lengthOf(values)
  for (let i = 0; i < count; i++)
    if (!Number.isFinite(dtype === 'f32' ? Math.fround(values[i]) : values[i])) throw notFinite(where, '', i, columns, values[i])
}

/** That number `i` is none, or not finite; rows are counted from `first`. */
export function notFinite(where: string, name: string, i: number, columns: number, value: unknown, first = 0): NgradError {
  return new NgradError('NOT_FINITE', `${where}${name}, ${place(i, columns, first)}`, 'a finite number', describe(value))
}

/** Where number `i` stands; rows are counted from `first`. */
export const place = (i: number, columns: number, first = 0): string => `row ${first + Math.floor(i / columns)}, column ${i % columns}`

/** What is thrown where something of the caller's threw while it was read. */
export const unreadable = (where: string, expected: string, cause: unknown): NgradError =>
  cause instanceof NgradError ? cause : new NgradError('TYPE', where, expected, 'one that cannot be read', { cause })

function copy(
  where: string,
  name: string,
  values: ArrayLike<number>,
  columns: number,
  count: number,
  rows: number,
  last?: Remembered,
): Numbers {
  try {
    const found: unknown = values?.length
    if (typeof values !== 'object' || typeof found !== 'number' || !Number.isSafeInteger(found) || found < 0)
      throw new NgradError('TYPE', where + name, 'an array of numbers', describe(values))
    return copyOf(where, name, values, found, columnsOf(where, name, found, columns, count, rows), last)
  } catch (cause) {
    throw unreadable(where + name, 'an array of numbers', cause)
  }
}

function copyOf(where: string, name: string, values: ArrayLike<unknown>, count: number, columns: number, last?: Remembered): Float64Array {
  const taken = last?.copy?.length === count ? last.copy : zeros(where + name, count)
  if (last) last.copy = taken
  for (let i = 0; i < count; i++) {
    const value = values[i]
    if (typeof value !== 'number' || !Number.isFinite(value)) throw notFinite(where, name, i, columns, value)
    taken[i] = value
  }
  return taken
}

function zeros(where: string, count: number): Float64Array {
  try {
    return new Float64Array(count)
  } catch (cause) {
    throw new NgradError('OUT_OF_MEMORY', where, `memory for ${count} numbers`, 'no more memory', { cause })
  }
}

/** How many columns so many numbers have. */
function columnsOf(where: string, name: string, found: number, columns: number, count: number, rows: number): number {
  if (rows !== any) {
    if (found >= rows && found % rows === 0) return found / rows
    throw new NgradError('SHAPE', where + name, `${rows} rows of equal length`, `${found} numbers`)
  }
  if (count !== any && found !== count) throw new NgradError('SHAPE', where + name, `${count} numbers`, found)
  if (found % columns === 0) return columns
  throw new NgradError('SHAPE', where + name, `a multiple of ${columns} numbers (row-major rows)`, found)
}

/** An array without numbers may be one that has lost its memory. */
function requireMemory(where: string, name: string, values: Numbers): void {
  try {
    at.call(values, 0)
  } catch (cause) {
    throw new NgradError('TYPE', where + name, 'an array that has its memory', 'one whose memory was taken away', { cause })
  }
}

/** Whether its memory may change its size, or, being no ArrayBuffer and so a SharedArrayBuffer, its content, at any time. */
function isUnsteady(values: Numbers): boolean {
  try {
    const memory = buffer.call(values)
    byteLength.call(memory)
    return resizable?.call(memory) === true
  } catch {
    return true
  }
}
