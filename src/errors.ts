// The one error of the library, and the guards that throw it: inputs are checked at the door, and
// what was expected and what came instead is said in the caller's terms.

/**
 * What kind of thing went wrong.
 *
 * - `TYPE` not the kind of value that is asked for; `RANGE` the right kind, outside its bounds;
 * - `SHAPE` lengths that do not fit together; `NOT_FINITE` NaN or infinity among the numbers;
 * - `STATE` called at the wrong time; `DISPOSED` use after `dispose()`; `OUT_OF_MEMORY` the WASM memory cannot grow;
 * - `UNSUPPORTED` this host, or this combination, cannot do it;
 * - `FORMAT` bytes that are not what they claim to be; `IO` a file that cannot be read or written.
 */
export type NgradErrorCode =
  'TYPE' | 'RANGE' | 'SHAPE' | 'NOT_FINITE' | 'DISPOSED' | 'STATE' | 'OUT_OF_MEMORY' | 'UNSUPPORTED' | 'FORMAT' | 'IO'

/** Every error that the library throws. Its message reads `where: expected X, got Y`. */
export class NgradError extends Error {
  override readonly name = 'NgradError'
  readonly code: NgradErrorCode
  readonly where: string
  readonly expected: string
  readonly got: string

  constructor(code: NgradErrorCode, where: string, expected: string | number, got: string | number, options?: { cause: unknown }) {
    super(`${where}: expected ${expected}, got ${got}`, options)
    this.code = code
    this.where = where
    this.expected = String(expected)
    this.got = String(got)
  }
}

/** A value as an error message shows it: short, and a string told from a number. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return value.length > 40 ? `a string of ${value.length}` : JSON.stringify(value)
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return String(value)
  try {
    const kind = Object.prototype.toString.call(value).slice(8, -1)
    const length = (value as { length?: unknown }).length
    return typeof length === 'number' ? `${kind}(${length})` : kind
  } catch {
    return 'an object that cannot be read'
  }
}

/** `value`, when it is a finite number in [min, max]. Throws TYPE, NOT_FINITE or RANGE. */
export function requireNumber(where: string, value: unknown, min = -Infinity, max = Infinity): number {
  const expected = () => `a number${interval(min, max)}`
  if (typeof value !== 'number') throw new NgradError('TYPE', where, expected(), describe(value))
  if (!Number.isFinite(value)) throw new NgradError('NOT_FINITE', where, expected(), value)
  if (value < min || value > max) throw new NgradError('RANGE', where, expected(), value)
  return value
}

/** `value`, when it is a finite number above 0. Throws TYPE, NOT_FINITE or RANGE. */
export function requirePositive(where: string, value: unknown): number {
  const number = requireNumber(where, value)
  if (number <= 0) throw new NgradError('RANGE', where, 'a number above 0', number)
  return number
}

/** `value`, when it is a safe integer in [min, max]. Throws TYPE, NOT_FINITE or RANGE. */
export function requireInteger(where: string, value: unknown, min = -Infinity, max = Infinity): number {
  const expected = () => `an integer${interval(min, max)}`
  if (typeof value !== 'number') throw new NgradError('TYPE', where, expected(), describe(value))
  if (!Number.isFinite(value)) throw new NgradError('NOT_FINITE', where, expected(), value)
  if (!Number.isSafeInteger(value) || value < min || value > max) throw new NgradError('RANGE', where, expected(), value)
  return value
}

/** The most sweeps, steps or samples within one step of training: more than any needs, and few enough to end. */
export const mostRepeats = 1_000_000
/** The most epochs, and examples in a batch. */
export const mostPasses = 0x7fffffff

/** `value`, when it is a u32: what seeds and streams are. Throws TYPE, NOT_FINITE or RANGE. */
export function requireSeed(where: string, value: unknown): number {
  return requireInteger(where, value, 0, 0xffffffff)
}

/** `value`, when it is one of `choices`. Throws RANGE. */
export function requireOneOf<Choice extends string>(where: string, value: unknown, choices: readonly Choice[]): Choice {
  if (choices.includes(value as Choice)) return value as Choice
  throw new NgradError('RANGE', where, `one of ${choices.map(describe).join(', ')}`, describe(value))
}

/** The names of all options that there are. */
export type Known<O> = { readonly [Name in keyof O]-?: true | object }

/**
 * `options`, when they are an object, and no array: a copy, for which each was read once, inherited ones too. Throws TYPE; RANGE for an
 * option of its own that is not one of the `known`.
 */
export function requireOptions<O extends object>(where: string, options: O, known: Known<O>): O {
  const expected = 'an object of options'
  if (typeof options !== 'object' || options === null) throw new NgradError('TYPE', where, expected, describe(options))
  try {
    if (Array.isArray(options)) throw new NgradError('TYPE', where, expected, describe(options))
    for (const name of Object.keys(options)) if (!Object.hasOwn(known, name)) throw unknownOption(where, name, Object.keys(known))
    const read: Record<string, unknown> = {}
    // Up to the object that all inherit from, whatever realm it is of.
    for (let of: object = options, next: object | null; of === options || Object.getPrototypeOf(of) !== null; of = next) {
      for (const key of Object.getOwnPropertyNames(of))
        if (key !== 'constructor' && !Object.hasOwn(read, key)) read[key] = (options as Record<string, unknown>)[key]
      next = Object.getPrototypeOf(of) as object | null
      if (next === null) break
    }
    return read as O
  } catch (cause) {
    if (cause instanceof NgradError) throw cause
    throw new NgradError('TYPE', where, expected, 'one that cannot be read', { cause })
  }
}

function unknownOption(where: string, name: string, known: readonly string[]): NgradError {
  const nearest = nearestOf(name, known)
  const expected = `${known.length > 1 ? 'one of ' : ''}${known.join(', ')}${nearest === undefined ? '' : `, perhaps ${nearest},`}`
  return new NgradError('RANGE', where, expected, `an option ${describe(name)}`)
}

/** Which of some names another may be meant for. @internal */
export const nearestOf = (name: string, known: readonly string[]): string | undefined =>
  known.find((other) => isNear(name.toLowerCase(), other))

/** Whether a name may be meant for another: by its initials, as a part of it, or but for a few letters. */
function isNear(name: string, other: string): boolean {
  const initials = other[0] + other.replace(/[^A-Z]/g, '').toLowerCase()
  const whole = other.toLowerCase()
  return name === initials || whole.includes(name) || name.includes(whole) || distance(name, whole) <= Math.min(3, whole.length / 2.5)
}

/** How many letters must be put in, taken out or exchanged (Levenshtein 1966). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) next.push(Math.min(next[j] + 1, row[j + 1] + 1, row[j] + (a[i] === b[j] ? 0 : 1)))
    row = next
  }
  return row[b.length]
}

/** A copy of `values`, when they are an array: its length and each element read once, holes too, and made sure of by `each`. Throws TYPE. */
export function requireArray<T>(where: string, values: readonly T[], each?: (value: T, index: number) => unknown): T[] {
  if (!Array.isArray(values)) throw new NgradError('TYPE', where, 'an array', describe(values))
  const { length } = values
  const taken: T[] = []
  for (let i = 0; i < length; i++) {
    const value = values[i] as T
    each?.(value, i)
    taken.push(value)
  }
  return taken
}

/**
 * `value`, when it is what this copy of the library has made: what holds memory of another copy's core would be read as
 * addresses in this one's. Throws TYPE.
 */
export function requireOwn<T>(where: string, value: unknown, kind: abstract new (...operands: never[]) => T, what: string): T {
  if (value instanceof kind) return value
  throw new NgradError('TYPE', where, `${what} of this copy of ngrad`, describe(value))
}

/** Which numbers, in words: from the first to the second, without an end that is open. @internal */
export function interval(low: number, high: number, openLow = false, openHigh = false): string {
  if (low === -Infinity && high === Infinity) return ''
  if (high === Infinity) return openLow ? ` above ${low}` : ` of at least ${low}`
  if (low === -Infinity) return openHigh ? ` below ${high}` : ` of at most ${high}`
  return ` in ${openLow ? '(' : '['}${low}, ${high}${openHigh ? ')' : ']'}`
}
