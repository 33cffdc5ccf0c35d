// Comma-separated values (RFC 4180) as a data set: every field is a number, or it is said where one is not.
import { describe, NgradError, requireOptions } from '../errors.js'
import { Dataset } from './dataset.js'
import { oneHot } from './rows.js'

/** Options of {@link parseCsv}. */
export interface CsvOptions {
  /** The columns of the targets, by name or by number from 0; default the last one. */
  readonly targets?: string | number | readonly (string | number)[] | undefined
  /** Whether the first line has the names of the columns; default whether a field of it is no number. */
  readonly header?: boolean
  /** What stands between fields, one character; default a comma. */
  readonly separator?: string
  /**
   * Whether the target is a class, which becomes one-hot: classes are sorted, numbers as numbers. Default whether it is one column in which
   * nothing is a number.
   */
  readonly classes?: boolean
}

/** A table that was read. */
export interface CsvData {
  /** `x` and `y` as Float64Array. */
  readonly data: Dataset
  /** The names of the inputs, in the order of `x`; their numbers where there is no header. */
  readonly inputs: readonly string[]
  readonly targets: readonly string[]
  /** The classes in the order of `y`, where the target is one. */
  readonly classes?: readonly string[]
}

/** What is a number: what people write by hand, and what programs print. No blanks, no hexadecimals, no infinities. */
const number = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

/**
 * A data set from the text of a CSV file: a line an example, a column an input or a target. Fields in double quotes may hold separators
 * and line breaks; blank lines are passed over.
 *
 * ```ts
 * const { data, classes } = parseCsv(readFileSync('iris.csv', 'utf8'), { targets: 'species' })
 * ```
 *
 * @throws NgradError `FORMAT`, with line and column, for a field that is no finite number, a line of another length, a quote that does
 * not end; `RANGE` for a column that there is not; `TYPE`
 */
export function parseCsv(text: string, options: CsvOptions = {}): CsvData {
  const where = 'parseCsv(text, options)'
  if (typeof text !== 'string') throw new NgradError('TYPE', where, 'the text of a file', describe(text))
  const {
    targets,
    header: hasHeader,
    separator = ',',
    classes: isClass,
  } = requireOptions(where, options, { targets: true, header: true, separator: true, classes: true })
  if (typeof separator !== 'string' || separator.length !== 1 || /["\r\n]/.test(separator))
    throw new NgradError('TYPE', `${where}: separator`, 'one character', describe(separator))
  for (const [name, flag] of Object.entries({ header: hasHeader, classes: isClass }))
    if (flag !== undefined && typeof flag !== 'boolean') throw new NgradError('TYPE', `${where}: ${name}`, 'true or false', describe(flag))
  const lines = [...linesOf(where, text, separator)]
  if (lines.length === 0) throw new NgradError('FORMAT', where, 'at least one line', 'none')
  const header = (hasHeader ?? lines[0].fields.some((field) => !number.test(field))) ? lines.shift()!.fields : undefined
  if (lines.length === 0) throw new NgradError('FORMAT', where, 'at least one line beside the header', 'none')
  const columns = header?.length ?? lines[0].fields.length
  for (const { fields, line } of lines)
    if (fields.length !== columns) throw new NgradError('FORMAT', `${where}, line ${line}`, `${columns} fields`, fields.length)
  const names = header ?? Array.from({ length: columns }, (_, column) => String(column))
  const chosen = columnsOf(`${where}: targets`, names, targets ?? columns - 1)
  const inputs = names.flatMap((_, column) => (chosen.includes(column) ? [] : [column]))
  if (inputs.length === 0)
    throw new NgradError('FORMAT', where, `a column beside ${chosen.map((column) => names[column]).join(', ')}`, 'none')

  const read = (column: number, { fields, line }: Line): number => {
    const value = number.test(fields[column]) ? Number(fields[column]) : NaN
    if (Number.isFinite(value)) return value
    throw new NgradError('FORMAT', `${where}, line ${line}, column ${names[column]}`, 'a finite number', describe(fields[column]))
  }
  const table = (of: readonly number[]): Float64Array => Float64Array.from(lines.flatMap((line) => of.map((column) => read(column, line))))
  const named = { inputs: inputs.map((column) => names[column]), targets: chosen.map((column) => names[column]) }
  const labels = lines.map(({ fields }) => fields[chosen[0]])
  const numeric = labels.every((label) => number.test(label))
  if (!(isClass ?? (chosen.length === 1 && !labels.some((label) => number.test(label)))))
    return { data: new Dataset(table(inputs), table(chosen), lines.length), ...named }
  if (chosen.length > 1) throw new NgradError('UNSUPPORTED', `${where}: classes`, 'one column of targets', chosen.length)
  const empty = lines.find(({ fields }) => fields[chosen[0]] === '')
  if (empty) throw new NgradError('FORMAT', `${where}, line ${empty.line}, column ${names[chosen[0]]}`, 'a class', 'an empty field')
  const classes = [...new Set(labels)].sort((a, b) => (numeric ? Number(a) - Number(b) : a < b ? -1 : 1))
  const y = Float64Array.from(
    oneHot(
      labels.map((label) => classes.indexOf(label)),
      classes.length,
    ),
  )
  return { data: new Dataset(table(inputs), y, lines.length), ...named, classes }
}

interface Line {
  readonly fields: string[]
  /** From 1. */
  readonly line: number
}

function* linesOf(where: string, text: string, separator: string): Iterable<Line> {
  let at = text.startsWith('\ufeff') ? 1 : 0
  let line = 1
  while (at < text.length) {
    const begun = line
    const fields: string[] = []
    for (let more = true; more;) {
      let field = ''
      if (text[at] === '"') {
        for (at++; ; at++) {
          if (at >= text.length) throw new NgradError('FORMAT', `${where}, line ${begun}`, 'a quote that ends', 'the end of the text')
          if (text[at] === '"' && text[++at] !== '"') break
          if (text[at] === '\n') line++
          field += text[at]
        }
        if (at < text.length && text[at] !== separator && !/[\r\n]/.test(text[at]))
          throw new NgradError('FORMAT', `${where}, line ${line}`, 'a separator after a quote', describe(text[at]))
      } else {
        const from = at
        while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') at++
        field = text.slice(from, at).trim()
      }
      fields.push(field)
      more = text[at] === separator
      if (more) at++
    }
    if (text[at] === '\r') at++
    if (text[at] === '\n') at++
    line++
    if (fields.length > 1 || fields[0] !== '') yield { fields, line: begun }
  }
}

function columnsOf(where: string, names: readonly string[], targets: NonNullable<CsvOptions['targets']>): number[] {
  const list: readonly unknown[] = Array.isArray(targets) ? targets : [targets]
  if (list.length === 0) throw new NgradError('RANGE', where, 'at least one column', 'none')
  return list.map((target) => {
    const column = typeof target === 'string' ? names.indexOf(target) : Number.isInteger(target) ? (target as number) : NaN
    if (Number.isNaN(column)) throw new NgradError('TYPE', where, 'the name or the number of a column', describe(target))
    if (column < 0 || column >= names.length) throw new NgradError('RANGE', where, `one of ${names.join(', ')}`, describe(target))
    return column
  })
}
