// The options that several commands share, and how their values are read.
import { processors } from './parallel.js'
import { classifiers, type Classifier } from '../learners/registry.js'
import { type Option, UsageError } from './command.js'
import { type Data, readData } from './data.js'

export const flag = (help: string): Option<boolean> => ({ help, otherwise: false, read: () => true })

/** An integer from the first to the second; `otherwise` may be undefined, for what depends on other options. */
export const integer = <T extends number | undefined>(
  help: string,
  range: readonly [number, number],
  otherwise: T,
): Option<number | T> => ({
  placeholder: 'N',
  help,
  otherwise,
  read: (text) => readInteger(text, range),
})

export const seed = (help: string): Option<number> => ({
  placeholder: 'N',
  help: `${help} (0)`,
  otherwise: 0,
  read: (text) => readInteger(text, [0, 0xffffffff]),
})

/** How many pieces of the work are done at a time; what comes out is the same. */
export const threads: Option<number> = integer(`threads that work (${processors})`, [1, 256], processors)

export const path = (help: string, otherwise: string): Option<string> => ({
  placeholder: 'PATH',
  help: `${help} (${otherwise})`,
  otherwise,
  read: (text) => text,
})

/** A path that may be left out. */
export const somePath = (help: string): Option<string | undefined> => ({
  placeholder: 'PATH',
  help,
  otherwise: undefined,
  read: (text) => text,
})

/** The same option, undefined where it was left out. */
export const optional = <T>(option: Option<T>): Option<T | undefined> => ({ ...option, otherwise: undefined })

export const hidden: Option<readonly number[] | undefined> = {
  placeholder: 'N,N...',
  help: 'units of the hidden layers (32 for digits, else 128)',
  otherwise: undefined,
  read: (text) => text.split(',').map((part) => readInteger(part, [1, 1 << 24])),
}

export const data: Option<Data> = {
  placeholder: 'DATA',
  help: 'digits, mnist:DIR or fashion:DIR (digits)',
  otherwise: readData('digits'),
  read: readData,
}

/** Some of them, in their order; all where none are named. */
export const someOf = <T extends { readonly name: string }>(all: readonly T[], what: string): Option<readonly T[]> => ({
  placeholder: 'A,B...',
  help: `only these ${what}, as \`ngrad rules\` names them`,
  otherwise: all,
  read: (text) => {
    const chosen = text.split(',').map((name) => named(all, name))
    return all.filter((one) => chosen.includes(one))
  },
})

/** The one of that name. Throws UsageError. */
export function named<T extends { readonly name: string }>(all: readonly T[], name: string): T {
  const found = all.find((one) => one.name === name)
  if (found === undefined) throw new UsageError(`no rule ${JSON.stringify(name)}; there are ${all.map((known) => known.name).join(', ')}`)
  return found
}

export const rules: Option<readonly Classifier[]> = someOf(classifiers, 'rules')

function readInteger(text: string, [least, most]: readonly [number, number]): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least || value > most)
    throw new UsageError(`expected an integer from ${least} to ${most}, got ${JSON.stringify(text)}`)
  return value
}
