// What is written where. A terminal gets what a pipe does not: colours, and a line that is written over. Progress goes to
// stderr, so that stdout holds results only. What is printed is out when the call returns, or has thrown.
import { writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import { workerData } from 'node:worker_threads'
import { NgradError } from '../errors.js'
import { codesOf, type Colour, escapeLine, escapeText, jsonText } from './printable.js'

export const stdout = { file: 1, isTTY: isatty(1) } as const
export const stderr = { file: 2, isTTY: isatty(2) } as const

/** Whoever read our results has had enough, as in `ngrad rules | head -3`: no error. */
export class ReaderGone extends Error {}

/** Text in a colour, where it goes to a terminal that wants one (no-color.org). */
export function paint(colour: Colour, text: string, stream: { readonly isTTY: boolean } = stdout): string {
  const { NO_COLOR, TERM } = process.env
  if (!stream.isTTY || NO_COLOR || TERM === 'dumb') return text
  const [on, off] = codesOf(colour)
  return on + escapeText(text) + off
}

const toLineStart = '\r\x1b[K'

/** The columns of the terminals that stderr and stdout are, which only the main thread knows; 0 or nothing where none says. */
const { columns, width } = (workerData ?? {}) as { readonly columns?: number; readonly width?: number }

/** How long a line of results may be: as the terminal is wide, and any length elsewhere. */
export const lineWidth = stdout.isTTY ? width || 80 : Infinity

/** A terminal that is written to at every step of training would set the pace. */
const milliseconds = 50
let shownAt = -Infinity

/** Shows where the work is, on a line that the next call writes over; what comes too soon after another is left out. */
export function showProgress(text: string): void {
  if (!stderr.isTTY || performance.now() - shownAt < milliseconds) return
  shownAt = performance.now()
  say(toLineStart + escapeLine(text).slice(0, (columns || 80) - 1)) // 0, where a terminal does not know
}

/** Takes the line of progress away, and leaves `text` in its place if there is one. */
export function endProgress(text = ''): void {
  shownAt = -Infinity
  if (stderr.isTTY) say(toLineStart + (text && `${escapeLine(text)}\n`))
}

/** Says something beside the results. */
export const warn = (text: string): void => say(`ngrad: ${escapeLine(text)}\n`)

/** Says what went wrong, in one line, or in those that it has. */
export const complain = (text: string, form: 'line' | 'lines' = 'line'): void =>
  say(`${paint('red', 'ngrad:', stderr)} ${form === 'line' ? escapeLine(text) : escapeText(text)}\n`)

/** Prints lines of results. Throws NgradError `IO` where they cannot be written, `ReaderGone` where nobody reads them. */
export const print = (text: string): void => put(escapeText(text))

/** One JSON document. NaN, which JSON lacks, becomes null. */
export const printJson = (document: unknown): void => put(jsonText(document))

function put(text: string): void {
  try {
    writeAll(stdout.file, `${text}\n`)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'EPIPE') throw new ReaderGone()
    throw new NgradError('IO', 'stdout', 'room for the results', message, { cause })
  }
}

/** To stderr; where that cannot be written, there is nobody left to tell. */
function say(text: string): void {
  try {
    writeAll(stderr.file, text)
  } catch {
    // see above
  }
}

const never = new Int32Array(new SharedArrayBuffer(4))

/** A pipe may take a part, or ask to wait. */
export function writeAll(file: number, data: string | Uint8Array): void {
  for (let rest = typeof data === 'string' ? Buffer.from(data) : data; rest.length > 0;)
    try {
      rest = rest.subarray(writeSync(file, rest))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      Atomics.wait(never, 0, 0, 5)
    }
}
