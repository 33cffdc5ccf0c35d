// What numbers an array can hold beyond finite ones: what the structure of a model, or a rule, keeps it to. Whoever writes
// it from outside, by hand or from a file, is held to the same.

/** What each number of an example, or of a target, must be. */
export interface Admissible {
  /** For the error that says so. */
  readonly expected: string
  /** Whether a number is one. */
  accepts(value: number): boolean
}

/** What the numbers of an array can be. */
export interface Validity {
  /** What the array must be, for errors. */
  readonly expected: string
  /** The first place from `from` on, of `length`, whose number cannot be there; or -1. */
  firstInvalid(values: ArrayLike<number>, from: number, length: number): number
}

/** @internal Numbers each of which is accepted alone. */
export const everyNumber = (expected: string, accepts: (value: number) => boolean): Validity => ({
  expected,
  firstInvalid: (values, from, length) => {
    for (let at = from; at < from + length; at++) if (!accepts(values[at])) return at
    return -1
  },
})

/** @internal */
export const nonNegative = everyNumber('numbers of at least 0', (value) => value >= 0)

/** @internal States of binary units. */
export const binary = everyNumber('zeros and ones', (value) => value === 0 || value === 1)

const zeros = everyNumber('zeros between the parameters', (value) => value === 0)

interface Part {
  readonly start: number
  readonly length: number
  readonly validity?: Validity | undefined
}

/** @internal Arrays side by side, in order, with zeros in the gaps. */
export const sideBySide = (parts: readonly Part[]): Validity => ({
  expected: [zeros, ...new Set(parts.flatMap(({ validity }) => validity ?? []))].map(({ expected }) => expected).join(', and '),
  firstInvalid: (values, from, length) => {
    let end = from
    for (const part of [...parts, { start: length, length: 0 }]) {
      const start = from + part.start
      const gap = zeros.firstInvalid(values, end, start - end)
      const at = gap >= 0 ? gap : firstInvalid(part, values, start)
      if (at >= 0) return at
      end = start + part.length
    }
    return -1
  },
})

const firstInvalid = ({ validity, length }: Part, values: ArrayLike<number>, start: number): number =>
  validity === undefined ? -1 : validity.firstInvalid(values, start, length)

/** @internal Throws, by `refuse`, for the first number that cannot be in the array. */
export function requireValid(
  validity: Validity | undefined,
  values: ArrayLike<number>,
  refuse: (at: number, expected: string) => Error,
): void {
  const at = validity?.firstInvalid(values, 0, values.length) ?? -1
  if (validity && at >= 0) throw refuse(at, validity.expected)
}
