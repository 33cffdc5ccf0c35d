// The tables of the report.
import type { SpectrumRow } from './result.js'
import { degreesText, errorText, settlingText, speedText } from './summary.js'

interface Column {
  readonly title: string
  readonly text: (row: SpectrumRow) => string
  /** The classes of its cells. */
  readonly kind?: (row: SpectrumRow) => string
}

const number = (): string => 'number'
const ruleColumn: Column = { title: 'rule', text: ({ rule }) => rule }

const claimColumns: readonly Column[] = [
  ruleColumn,
  { title: 'feedback', text: ({ feedback }) => feedback, kind: ({ feedback }) => feedback },
  { title: 'claim', text: ({ claim }) => claim.claim },
  { title: 'expected', text: ({ claim }) => claim.expected },
  { title: 'measured, worst case', text: ({ claim }) => claim.measured },
  { title: 'verdict', text: ({ claim }) => (claim.passed ? 'holds' : 'fails'), kind: ({ claim }) => (claim.passed ? 'good' : 'bad') },
]

const trainingColumns: readonly Column[] = [
  ruleColumn,
  { title: 'epochs', text: ({ epochs }) => String(epochs), kind: number },
  { title: 'test error %', text: errorText, kind: number },
  { title: '° to backprop', text: ({ degrees }) => degreesText(degrees), kind: number },
  { title: '° to recurrent backprop', text: ({ degreesToSettled }) => degreesText(degreesToSettled ?? []), kind: number },
  { title: 'samples/s', text: speedText, kind: number },
  { title: 'last relaxation', text: settlingText },
  { title: 'ended early', text: ({ runs }) => runs.flatMap(({ stopped }) => stopped ?? []).join('; '), kind: () => 'bad' },
]

export const claimTable = (rules: readonly SpectrumRow[]): string => table('Claims', claimColumns, rules)
export const trainingTable = (rules: readonly SpectrumRow[]): string => table('The end of training', trainingColumns, rules)

/** A table without the columns that have nothing to say. */
function table(title: string, columns: readonly Column[], rules: readonly SpectrumRow[]): string {
  const shown = columns.filter(({ text }) => rules.some((row) => text(row) !== ''))
  const head = shown.map(({ title, kind }) => `<th scope="col" class="${kind === number ? 'number' : ''}">${title}</th>`)
  const lines = rules.map(
    (row) => `<tr>${shown.map(({ text, kind }) => `<td class="${kind?.(row) ?? ''}">${escape(text(row))}</td>`).join('')}</tr>`,
  )
  return scrolling('div', title, `<table><thead><tr>${head.join('')}</tr></thead><tbody>${lines.join('')}</tbody></table>`)
}

/** What may be wider than the page, and is then moved by touch or by keys. */
export const scrolling = (element: 'div' | 'pre', title: string, html: string): string =>
  `<${element} class="wide" role="region" aria-label="${title}" tabindex="0">${html}</${element}>`

/** Text as HTML. */
export const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
