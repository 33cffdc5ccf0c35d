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
  const cells = rows.map((row) => columns.map(({ text, width }) => wrapped(text(row), width)))
  const widths = columns.map(({ title }, i) =>
    Math.max(title.length, ...cells.map((row) => Math.max(...row[i].map((line) => line.length)))),
  )
  const pad = (text: string, i: number): string => (columns[i].align === 'right' ? text.padStart(widths[i]) : text.padEnd(widths[i]))
  const titles = columns.map(({ title }, i) => paint('bold', pad(title, i)))
  const lines = rows.flatMap((row, n) => {
    const height = Math.max(...cells[n].map((cell) => cell.length))
    return Array.from({ length: height }, (_, line) =>
      columns.map(({ paint: colour }, i) => {
        const text = pad(cells[n][i][line] ?? '', i)
        return colour === undefined ? text : colour(row, text)
      }),
    )
  })
  return [titles, ...lines].map((line) => line.join('  ').trimEnd()).join('\n')
}

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
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map((row) => line(columns.map(({ text }) => text(row)))),
  ].join('\n')
}
