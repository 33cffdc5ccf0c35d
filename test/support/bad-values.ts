// Arguments gone wrong: from good ones, each list with one value in it exchanged for what no type allows.

export interface BadCall {
  /** Which value, and for what. */
  readonly what: string
  readonly args: readonly unknown[]
  /** Whether it must be refused: a number or a word that is none. Elsewhere a value may be accepted. */
  readonly mustThrow: boolean
}

const notNumbers: readonly unknown[] = [NaN, Infinity, -Infinity, '1', '', null, {}, [], () => 1, Symbol('one'), 1n, true]
const notWords: readonly unknown[] = [NaN, 0, '', 'no such word', null, {}, [], () => '', Symbol('word'), 1n, true]
const notObjects: readonly unknown[] = [null, 0, NaN, 'object', true, 1n, Symbol('object'), () => ({})]
const notArrays: readonly unknown[] = [null, 0, 'array', true, 1n, Symbol('array'), {}, { length: -1 }, { length: NaN }, { length: '1' }]

const show = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? JSON.stringify(value)
    : typeof value === 'string'
      ? `'${value}'`
      : typeof value === 'function'
        ? 'a function'
        : String(value)

type Build = (value: unknown) => readonly unknown[]

/** Every way in which one value of `args` is wrong. Objects of plain data are entered; learners, networks and the like are exchanged whole. */
export function badCalls(args: readonly unknown[]): BadCall[] {
  return args.flatMap((arg, i) => wrong(`argument ${i}`, arg, (value) => args.map((other, j) => (j === i ? value : other))))
}

function wrong(what: string, good: unknown, build: Build): BadCall[] {
  const all = (values: readonly unknown[], mustThrow: boolean): BadCall[] =>
    values.map((value) => ({ what: `${what} = ${show(value)}`, args: build(value), mustThrow }))
  if (typeof good === 'number') return [...all(notNumbers, true), ...all([-1, 0.5, 2 ** 53], false)]
  if (typeof good === 'string') return all(notWords, true)
  if (typeof good === 'boolean') return all([null, 0, 'true', {}], false)
  if (typeof good === 'function') return all([null, 0, 'f', {}], true)
  if (isArray(good)) {
    const shorter = Array.from(good).slice(1)
    const element = good.length > 0 ? wrong(`${what}[0]`, good[0], (value) => build([value, ...shorter])) : []
    return [...all(notArrays, true), ...element, { what: `${what} without its first`, args: build(shorter), mustThrow: false }]
  }
  if (!isPlain(good)) return all([...notObjects, {}, []], true)
  const inside = Object.entries(good).flatMap(([key, value]) => wrong(`${what}.${key}`, value, (bad) => build({ ...good, [key]: bad })))
  return [...all(notObjects, true), ...inside]
}

const isArray = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))

/** Data, as opposed to what has been made: options and batches. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false
  return !Object.values(value).some((member) => typeof member === 'function')
}
