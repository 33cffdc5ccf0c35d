// JSON from strangers, read by a caller who knows its grammar: no value is built that was not asked for, depth is
// the caller's, duplicate keys are errors (JSON.parse would let the last win), and time is linear.
import { NgradError } from '../errors.js'

export class JsonScanner {
  #at = 0

  constructor(
    readonly where: string,
    readonly text: string,
  ) {}

  /** Reads `{ "key": value, ... }`, at most so many, the values by `value`. */
  object(value: (key: string) => void, most = Infinity): void {
    const keys = new Set<string>()
    this.#list('{', '}', most, () => {
      const key = this.string()
      if (keys.has(key)) throw this.unexpected('keys that differ')
      keys.add(key)
      this.#take(':')
      value(key)
    })
  }

  /** Reads `[ element, ... ]`, at most so many, the elements by `element`. */
  array<T>(element: () => T, most = Infinity): T[] {
    const elements: T[] = []
    this.#list('[', ']', most, () => elements.push(element()))
    return elements
  }

  /** Any value whose objects and arrays are nested at most `depth` deep, and hold at most `most` members each. */
  value(depth: number, most: number): unknown {
    const next = this.#next()
    if (next === '"') return this.string()
    for (const [word, value] of words) if (this.#word(word)) return value
    if (next !== '{' && next !== '[') return this.number()
    if (depth === 0) throw this.unexpected('no deeper value')
    if (next === '[') return this.array(() => this.value(depth - 1, most), most)
    const members: [string, unknown][] = []
    this.object((key) => members.push([key, this.value(depth - 1, most)]), most)
    return Object.fromEntries(members)
  }

  string(): string {
    this.#take('"')
    const start = this.#at
    let escaped = false
    for (; this.#at < this.text.length; this.#at++) {
      const code = this.text.charCodeAt(this.#at)
      if (code === quote) break
      if (code === backslash) {
        escaped = true
        this.#at++
      } else if (code < space) throw this.unexpected('a string')
    }
    const text = this.text.slice(start, this.#at)
    this.#take('"')
    if (!escaped) return text
    try {
      return JSON.parse(`"${text}"`) as string
    } catch {
      throw this.unexpected('a string')
    }
  }

  /** An integer in [0, 2^53), without sign, fraction or exponent. */
  integer(): number {
    this.#space()
    const start = this.#at
    while (isDigit(this.text.charCodeAt(this.#at))) this.#at++
    const digits = this.text.slice(start, Math.min(this.#at, start + 17))
    const value = Number(digits)
    if (digits === '' || !Number.isSafeInteger(value) || (digits.length > 1 && digits[0] === '0'))
      throw this.unexpected('an integer in [0, 2^53)')
    return value
  }

  /** A finite number, of no more characters than a double needs. */
  number(): number {
    this.#space()
    const [digits = ''] = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(this.text.slice(this.#at, this.#at + mostDigits + 1)) ?? []
    const value = Number(digits)
    if (digits === '' || digits.length > mostDigits || !Number.isFinite(value)) throw this.unexpected('a number')
    this.#at += digits.length
    return value
  }

  /** Checks that nothing but space is left. */
  end(): void {
    this.#space()
    if (this.#at < this.text.length) throw this.unexpected('the end')
  }

  unexpected(expected: string): NgradError {
    return new NgradError(
      'FORMAT',
      `${this.where}, character ${this.#at}`,
      expected,
      JSON.stringify(this.text.slice(this.#at, this.#at + 12)),
    )
  }

  #list(open: string, close: string, most: number, item: () => void): void {
    this.#take(open)
    if (this.#is(close)) return
    let count = 0
    do {
      if (++count > most) throw this.unexpected(`at most ${most} in a list`)
      item()
    } while (this.#is(','))
    this.#take(close)
  }

  #next(): string | undefined {
    this.#space()
    return this.text[this.#at]
  }

  #word(word: string): boolean {
    if (!this.text.startsWith(word, this.#at)) return false
    this.#at += word.length
    return true
  }

  #is(mark: string): boolean {
    this.#space()
    if (this.text.charCodeAt(this.#at) !== mark.charCodeAt(0)) return false
    this.#at++
    return true
  }

  #take(mark: string): void {
    if (!this.#is(mark)) throw this.unexpected(mark)
  }

  #space(): void {
    while (isSpace(this.text.charCodeAt(this.#at))) this.#at++
  }
}

const [quote, backslash, space] = [34, 92, 32]
const words = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const
const mostDigits = 32
const isSpace = (code: number): boolean => code === space || code === 9 || code === 10 || code === 13
const isDigit = (code: number): boolean => code >= 48 && code <= 57
