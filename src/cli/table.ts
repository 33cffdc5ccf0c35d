// Tables as text and as Markdown, from the same columns.
import { lineWidth, paint } from './terminal.js'

export interface Column<Row> {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** The most characters of a line: what is longer goes on below, from word to word. */
  readonly width?: number
  /** Whether it keeps that width, where lines are short, as long as others can give way. */
  readonly firm?: true
  readonly text: (row: Row) => string
  /** Colours the padded cell. */
  readonly paint?: (row: Row, cell: string) => string
}

/** Lines of aligned columns, two spaces apart, under a line of titles; no longer than `most`, where words can be broken for it. */
export function textTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], most = lineWidth): string {
  const longest = (of: (text: string, width?: number) => string[]): number[] =>
    columns.map(({ title, text, width }) =>
      Math.max(title.length, ...rows.flatMap((row) => of(text(row), width).map((part) => part.length))),
    )
  const widths = fitted(
    longest(wrapped),
    longest((text) => text.split(' ')),
    most,
  )
  return [titleLine(columns, widths), ...rows.map((row) => rowLines(columns, widths, row))].join('\n')
}

/** A table whose rows come one by one: the line of titles, and the lines of a row. Each column is as wide as it says, or its title. */
export function growingTable<Row>(
  columns: readonly Column<Row>[],
  most = lineWidth,
): { readonly titles: string; readonly lines: (row: Row) => string } {
  const widths = fitted(
    columns.map(({ title, width = 0 }) => Math.max(title.length, width)),
    columns.map(({ title, width, firm }) => (firm ? width! : title.length)),
    most,
  )
  return { titles: titleLine(columns, widths), lines: (row) => rowLines(columns, widths, row) }
}

const between = 2
/** What a column is left with where a line is too short for all. */
const narrowest = 6

/** The widths, of which the widest give way until a line fits: to the least, which breaks no word, then to what is left. */
function fitted(widths: readonly number[], least: readonly number[], most: number): number[] {
  const fitting = [...widths]
  let over = fitting.reduce((sum, width) => sum + width + between, -between) - most
  for (const floor of [least, least.map(() => narrowest)])
    for (; over > 0; over--) {
      const giving = fitting.map((width, i) => (width > floor[i] ? width : 0))
      const widest = Math.max(...giving)
      if (widest === 0) break
      fitting[giving.indexOf(widest)]--
    }
  return fitting
}

const titleLine = <Row>(columns: readonly Column<Row>[], widths: readonly number[]): string =>
  line(columns.map((column, i) => paint('bold', pad(column, column.title, widths[i]))))

function rowLines<Row>(columns: readonly Column<Row>[], widths: readonly number[], row: Row): string {
  const cells = columns.map(({ text }, i) => wrapped(text(row), widths[i]))
  const height = Math.max(...cells.map((cell) => cell.length))
  return Array.from({ length: height }, (_, n) =>
    line(
      columns.map((column, i) => {
        const text = pad(column, cells[i][n] ?? '', widths[i])
        return column.paint === undefined ? text : column.paint(row, text)
      }),
    ),
  ).join('\n')
}

const pad = <Row>({ align }: Column<Row>, text: string, width: number): string =>
  align === 'right' ? text.padStart(width) : text.padEnd(width)

const line = (cells: readonly string[]): string => cells.join(' '.repeat(between)).trimEnd()

/** Lines of at most `width` characters, broken between words, and within those that are longer. */
function wrapped(text: string, width = Infinity): string[] {
  const lines: string[] = []
  let line = ''
  for (let word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ''
    }
    for (; word.length > width; word = word.slice(width)) lines.push(word.slice(0, width))
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

export function markdownTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const markdown = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [
    markdown(columns.map(({ title }) => title)),
    markdown(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map((row) => markdown(columns.map(({ text }) => text(row)))),
  ].join('\n')
}
