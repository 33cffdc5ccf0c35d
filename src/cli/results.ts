// What a command found, in the form that was asked for: text for people, one JSON document, or a table as CSV (RFC 4180).
// docs/output.md says what each holds.
import { flag } from './options.js'
import { print, printJson } from './terminal.js'

/** The options that ask for a form. */
export const forms = {
  json: flag('print one JSON document, and nothing else'),
  csv: flag('print the table as CSV, and nothing else'),
}

/** A line of a table, by column. */
export type Rows = readonly Readonly<Record<string, unknown>>[]

/** Whether text for people is asked for. */
export const isText = ({ json, csv }: { readonly json: boolean; readonly csv: boolean }): boolean => !json && !csv

/** Prints it in the form that is asked for. */
export function printResult(
  form: { readonly json: boolean; readonly csv: boolean },
  { document, rows, text }: { readonly document: unknown; readonly rows: () => Rows; readonly text: () => void },
): void {
  if (isText(form)) text()
  else if (form.json) printJson(document)
  else print(csvText(rows()))
}

/** The lines under a line of their columns, which are those of the first. */
export function csvText(rows: Rows): string {
  const columns = Object.keys(rows[0] ?? {})
  return [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))].map((cells) => cells.map(quoted).join(',')).join('\n')
}

/** Lists are one cell, of their elements; what is not there, or is not a number, an empty one. */
function cell(value: unknown): string {
  if (value === null || value === undefined || Number.isNaN(value)) return ''
  if (Array.isArray(value)) return value.map(cell).join('; ')
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : JSON.stringify(value)
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
