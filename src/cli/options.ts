// The options that several commands share, and how their values are read.
import { processors } from './parallel.js'
import { classifiers, type Classifier, rulesNamed } from '../learners/registry.js'
import { type Option, UsageError } from './command.js'
import { type Data, readData } from './data.js'

export const flag = (help: string): Option<boolean> => ({ help, otherwise: false, read: () => true })

export const json = flag('print one JSON document, and nothing else')

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

export const rules: Option<readonly Classifier[]> = {
  placeholder: 'A,B...',
  help: 'only these rules, as `ngrad rules` names them',
  otherwise: classifiers,
  read: (text) => {
    const names = text.split(',')
    names.forEach(ruleNamed)
    return rulesNamed(names)
  },
}

/** The rule of that name. Throws UsageError. */
export function ruleNamed(name: string): Classifier {
  const [row] = rulesNamed([name])
  if (row === undefined)
    throw new UsageError(`no rule ${JSON.stringify(name)}; there are ${classifiers.map((known) => known.name).join(', ')}`)
  return row
}

function readInteger(text: string, [least, most]: readonly [number, number]): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least || value > most)
    throw new UsageError(`expected an integer from ${least} to ${most}, got ${JSON.stringify(text)}`)
  return value
}
