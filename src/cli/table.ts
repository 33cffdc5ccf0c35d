// Tables as text and as Markdown, from the same columns.
import { paint } from './terminal.js'

export interface Column<Row> {
  readonly title: string
  readonly align?: 'left' | 'right'
  readonly text: (row: Row) => string
  /** Colours the padded cell. */
  readonly paint?: (row: Row, cell: string) => string
}

/** Lines of aligned columns, two spaces apart, under a line of titles. */
export function textTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const widths = columns.map(({ title, text }) => Math.max(title.length, ...rows.map((row) => text(row).length)))
  const pad = (text: string, i: number): string =>
    columns[i]!.align === 'right' ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)
  const titles = columns.map(({ title }, i) => paint('bold', pad(title, i)))
  const lines = rows.map((row) =>
    columns.map(({ text, paint: colour }, i) => (colour === undefined ? pad(text(row), i) : colour(row, pad(text(row), i)))),
  )
  return [titles, ...lines].map((cells) => cells.join('  ').trimEnd()).join('\n')
}

export function markdownTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map((row) => line(columns.map(({ text }) => text(row)))),
  ].join('\n')
}
