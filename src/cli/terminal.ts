// What a terminal gets and a pipe does not: colours, and a line that is written over. Progress goes to stderr, so
// that stdout holds results only.

type Colour = 'bold' | 'dim' | 'red' | 'green'

const codes: Record<Colour, readonly [number, number]> = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39] }

/** Text in a colour, where it goes to a terminal that wants one (no-color.org). */
export function paint(colour: Colour, text: string, stream: { readonly isTTY: boolean } = process.stdout): string {
  const { NO_COLOR, TERM } = process.env
  if (!stream.isTTY || NO_COLOR || TERM === 'dumb') return text
  const [on, off] = codes[colour]
  return `\x1b[${on}m${text}\x1b[${off}m`
}

const toLineStart = '\r\x1b[K'

/** A terminal that is written to at every step of training would set the pace. */
const milliseconds = 50
let shownAt = -Infinity

/** Shows where the work is, on a line that the next call writes over; what comes too soon after another is left out. */
export function showProgress(text: string): void {
  const { stderr } = process
  if (!stderr.isTTY || performance.now() - shownAt < milliseconds) return
  shownAt = performance.now()
  stderr.write(toLineStart + text.slice(0, (stderr.columns || 80) - 1))
}

/** Takes the line of progress away, and leaves `text` in its place if there is one. */
export function endProgress(text = ''): void {
  shownAt = -Infinity
  if (process.stderr.isTTY) process.stderr.write(toLineStart + (text && `${text}\n`))
}

/** Lets signals be handled between two pieces of synchronous work. */
export const breathe = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/** Says something beside the results. */
export const warn = (text: string): void => void process.stderr.write(`ngrad: ${text}\n`)

export const print = (text: string): void => void process.stdout.write(`${text}\n`)

/** One JSON document. NaN, which JSON lacks, becomes null. */
export const printJson = (document: unknown): void => print(JSON.stringify(document, null, 2))
