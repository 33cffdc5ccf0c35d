// The table of `ngrad spectrum`, and the words that its numbers have in the report too.
import { type Column, textTable } from '../table.js'
import { paint } from '../terminal.js'
import type { Spectrum, SpectrumRow } from './result.js'

export const percent = (share: number): string => (100 * share).toFixed(1)

/** Degrees layer by layer, from the first; a dash where a direction vanishes and has no angle. */
export const degreesText = (degrees: readonly number[]): string =>
  degrees.map((value) => (Number.isNaN(value) ? '-' : value.toFixed(0))).join(', ')

export const errorText = ({ testError: { mean, min, max } }: SpectrumRow): string => `${percent(mean)} (${percent(min)}..${percent(max)})`

/** Without what it is of, which is in the report. */
export const claimText = ({ claim: { claim } }: SpectrumRow): string => claim.split(':')[0]

/** What decided about the claim, in a word or two. */
export function measuredText({ claim: { kind, slope, worst } }: SpectrumRow): string {
  if (kind === 'limit') return `slope ${slope.toFixed(2)}`
  if (kind === 'aligned') return `${worst.toFixed(0)} degrees`
  if (kind === 'unbiased') return `|z| ${worst.toFixed(1)}`
  return `off by ${worst.toExponential(0)}`
}

export const speedText = ({ samplesPerSecond }: SpectrumRow): string => Math.round(samplesPerSecond).toLocaleString('en')

export function settlingText({ settling, unsettled }: SpectrumRow): string {
  if (settling === null) return ''
  const { sweeps, residual, converged } = settling
  return `${sweeps} sweeps, residual ${residual.toPrecision(1)}, ${converged ? 'settled' : 'not settled'}; ${percent(unsettled)} % of all steps unsettled`
}

/** The angle to the gradient of the network that the rule teaches: of one that settles, starred, that of recurrent backprop. */
export const angleText = ({ degrees, degreesToSettled }: SpectrumRow): string =>
  degreesToSettled === null ? degreesText(degrees) : `${degreesText(degreesToSettled)}*`

const columns: readonly Column<SpectrumRow>[] = [
  { title: 'rule', text: ({ rule }) => rule },
  { title: 'feedback', text: ({ feedback }) => feedback },
  { title: 'claim', text: claimText },
  {
    title: 'measured',
    text: (row) => `${row.claim.passed ? 'holds' : 'FAILS'}, ${measuredText(row)}`,
    paint: ({ claim }, cell) => paint(claim.passed ? 'green' : 'red', cell),
  },
  { title: 'test error %', align: 'right', text: errorText },
  { title: 'angle, degrees', align: 'right', text: angleText },
  { title: 'samples/s', align: 'right', text: speedText },
]

export function summaryText(spectrum: Spectrum): string {
  const { data, network, seeds, rules, seconds } = spectrum
  const settling = rules.filter((row) => row.settling !== null)
  const relaxing = rules.filter((row) => row.degreesToSettled !== null)
  const stopped = rules.flatMap(({ rule, runs }) =>
    runs.flatMap((run) => (run.stopped === null ? [] : [`${rule}, seed ${run.seed}: ended early. ${run.stopped}`])),
  )
  return [
    `${network} on ${data.name} (${data.train} images; ${data.test} to test with), cross-entropy, ${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`,
    '',
    textTable(columns, rules),
    '',
    'Test error: mean (min..max) over the seeds. Angle to backprop by layer, first to last, after training;',
    '* to recurrent backprop, since the network that this rule teaches settles: its angle to backprop stands below.',
    'Claims are measured on random small networks, alignment on the digits: `ngrad verify` says more.',
    ...section(
      'Settling, in the last step of training, and how often it was not reached:',
      settling.map((row) => `${row.rule}: ${settlingText(row)}`),
    ),
    ...section(
      'Angle to backprop, the gradient of the network without its feedback:',
      relaxing.map((row) => `${row.rule}: ${degreesText(row.degrees)} degrees`),
    ),
    ...section('Ended early:', stopped),
    '',
    paint('dim', `${seconds.toFixed(0)} s`),
  ].join('\n')
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]
