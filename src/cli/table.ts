// Tables as text and as Markdown, from the same columns.
import { paint } from './terminal.js'

export interface Column<Row> {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** The most characters of a line: what is longer goes on below, from word to word. */
  readonly width?: number
  readonly text: (row: Row) => string
  /** Colours the padded cell. */
  readonly paint?: (row: Row, cell: string) => string
}

/** Lines of aligned columns, two spaces apart, under a line of titles. */
export function textTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const widths = columns.map(({ title, text, width }) =>
    Math.max(title.length, ...rows.flatMap((row) => wrapped(text(row), width).map((line) => line.length))),
  )
  return [titleLine(columns, widths), ...rows.map((row) => rowLines(columns, widths, row))].join('\n')
}

/** A table whose rows come one by one: the line of titles, and the lines of a row. Each column is as wide as it says, or its title. */
export function growingTable<Row>(columns: readonly Column<Row>[]): { readonly titles: string; readonly lines: (row: Row) => string } {
  const widths = columns.map(({ title, width = 0 }) => Math.max(title.length, width))
  return { titles: titleLine(columns, widths), lines: (row) => rowLines(columns, widths, row) }
}

const titleLine = <Row>(columns: readonly Column<Row>[], widths: readonly number[]): string =>
  line(columns.map((column, i) => paint('bold', pad(column, column.title, widths[i]))))

function rowLines<Row>(columns: readonly Column<Row>[], widths: readonly number[], row: Row): string {
  const cells = columns.map(({ text, width }) => wrapped(text(row), width))
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

const line = (cells: readonly string[]): string => cells.join('  ').trimEnd()

/** Lines of at most `width` characters, broken between words; a longer word has a line of its own. */
function wrapped(text: string, width = Infinity): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' '))
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
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
