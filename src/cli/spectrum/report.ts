// The report of `ngrad spectrum`: one HTML page that needs no other file, no script and no network.
import { documentOf } from '../rule-options.js'
import { mean, type Point } from './experiment.js'
import { type Axis, linePlot, positionOn, type Series } from './plot.js'
import { claimTable, escape, scrolling, trainingTable } from './report-tables.js'
import { byColumn, type Spectrum, type SpectrumRow } from './result.js'
import { style } from './style.js'
import { degreesText, percent } from './summary.js'

const errorAxis: Axis = { from: 0.005, to: 1, log: true, ticks: [0.01, 0.03, 0.1, 0.3, 1], format: (tick) => `${100 * tick}%` }
const angleAxis: Axis = { from: 0, to: 120, ticks: [0, 30, 60, 90, 120], mark: 90, format: (tick) => `${tick}°` }

const feedbackTitles = {
  none: 'No feedback: synapses see their own two ends',
  scalar: 'Scalar feedback: every synapse hears the same number, how the loss changed',
  vector: 'Vector feedback: every unit hears an error of its own',
} as const

export function reportPage(spectrum: Spectrum): string {
  const { network, data, rules, seeds, version } = spectrum
  const seedsText = `${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>ngrad spectrum: ${data.name}</title><style>${style}</style></head><body><main>
<h1>How much must a synapse be told?</h1>
<p class="lede">One network, ${network}, learns ${data.name} by ${rules.length === 1 ? 'one rule' : `${rules.length} rules`}. What sets rules apart is how
much they tell a synapse about the error: <b class="none">nothing</b>, <b class="scalar">one number</b>, or
<b class="vector">a vector</b>. Backprop, the exact gradient, is the measure of the others.</p>

<h2>Test error</h2>
<p class="quiet">Share of the ${data.test} test images taken for another class, on a logarithmic scale: a dot for each of ${seedsText}, a bar
for their mean${rules.some(isBackprop) ? ', a line through all rows for the mean of backprop' : ''}, a dashed one for chance,
${percent(data.chance)} %: who always names the commonest class.</p>
${dotPlot(rules, data.chance)}

<h2>Test error over training</h2>
<p class="quiet">Mean over the seeds, the band from the least to the most; in grey the other rules. Nothing was chosen by these curves:
recipes were chosen on a part of the training images of the digits. Dashed: chance.</p>
<div class="panels">${rules.map((row) => errorPanel(row, rules, data.chance)).join('')}</div>

<h2>Angle to backprop over training</h2>
<p class="quiet">Between the rule's direction for the weights of a layer and backprop's, on the same batch of training images. 0° is the
gradient; below 90° a small step lowers the loss; at 90° it is as good as chance. One estimate of a perturbation rule is nearly at
right angles, since it explores at random; it is the mean of many that is the gradient, as its claim says. A network that settles
with full feedback computes another function than the feedforward one, whose gradient its rules follow: their angle to that, recurrent
backprop, is below.</p>
<div class="panels">${rules.map((row) => anglePanel(row, epochsOf(rules), 'backprop', ({ degrees }) => degrees)).join('')}</div>
${settledAngles(rules)}

<h2>What each rule claims, and what was measured</h2>
<p class="quiet">In double precision on random small networks, alignment on the digits; <code>ngrad verify</code> measures more of them.</p>
${claimTable(rules)}

<h2>What each rule is</h2>
<p class="quiet">The head of its file, in the notation of the library: h activities, z what goes into them, delta errors of z, G what is
subtracted; of layer l of L, over N samples.</p>
${descriptions(rules)}

<h2>At the end of training</h2>
<p class="quiet">Test error: mean (least..most) over the seeds. Angles: mean over the seeds, from the first layer to the last.</p>
${trainingTable(rules)}

<h2>How this was made</h2>
${definitions([
  ['data', escape(data.statement)],
  ['images', `${data.train} to train on, ${data.test} to test with. The test images were never used for tuning.`],
  ['network', `${network}, cross-entropy, in single precision; the same initial weights for every rule, by seed`],
  ['seeds', seeds === 1 ? '0' : `0 to ${seeds - 1}`],
  ['angles', 'on the first 256 training images, after each epoch'],
  [
    'machine',
    escape(`${spectrum.machine.cpu}, ${spectrum.machine.cores} cores, ${spectrum.machine.platform}, Node ${spectrum.machine.node}`),
  ],
  ['made', `${spectrum.date.slice(0, 16).replace('T', ' ')} UTC by ngrad ${version}, in ${spectrum.seconds.toFixed(0)} s`],
])}

<h2>Papers</h2>
${definitions(rules.map(({ rule, paper }) => [rule, paperLinks(paper)]))}
<script type="application/json" id="spectrum">${compactJson(spectrum)}</script>
</main></body></html>
`
}

const definitions = (pairs: readonly (readonly [term: string, html: string])[]): string =>
  `<dl>${pairs.map(([term, html]) => `<dt>${term}</dt><dd>${html}</dd>`).join('')}</dl>`

const isBackprop = ({ rule }: SpectrumRow): boolean => rule === 'backprop'
const colourOf = ({ feedback }: SpectrumRow): string => `var(--${feedback})`
const epochsOf = (rules: readonly SpectrumRow[]): number => Math.max(...rules.map(({ epochs }) => epochs))

function dotPlot(rules: readonly SpectrumRow[], chance: number): string {
  const at = (error: number): string => `left:${(100 * positionOn(errorAxis, error)).toFixed(1)}%`
  const reference = rules
    .filter(isBackprop)
    .map(({ testError }) => `<b class="reference" style="${at(testError.mean)}"></b>`)
    .join('')
  const byChance = `<b class="chance" style="${at(chance)}"></b>`
  const line = (row: SpectrumRow): string => {
    const errors = row.runs.map(({ seed, points }) => ({ seed, error: points.at(-1)!.testError }))
    const dots = errors.map(({ seed, error }) => `<i style="${at(error)}" title="seed ${seed}: ${percent(error)} %"></i>`)
    const said = `${row.rule}: ${errors.map(({ error }) => `${percent(error)} %`).join(', ')}`
    return (
      `<div class="name">${row.rule}</div><div class="strip ${row.feedback}" role="img" aria-label="${said}">${byChance}${reference}${dots.join('')}`
      + `<b style="${at(row.testError.mean)}"></b></div><div class="value">${percent(row.testError.mean)} %</div>`
    )
  }
  const groups = (['none', 'scalar', 'vector'] as const).map((feedback) => {
    const members = rules.filter((row) => row.feedback === feedback)
    return members.length === 0 ? '' : `<h3 class="${feedback}">${feedbackTitles[feedback]}</h3>${members.map(line).join('')}`
  })
  const ticks = errorAxis.ticks.map((tick) => `<span style="${at(tick)}">${errorAxis.format(tick)}</span>`)
  return `<figure class="dots">${groups.join('')}<div></div><div class="axis">${ticks.join('')}</div><div></div></figure>`
}

/** A series over the epochs, from the values of each run. */
function series(label: string, colour: string, runs: readonly (readonly number[])[]): Series {
  const longest = runs.reduce((a, b) => (b.length > a.length ? b : a))
  const rows = runs.map((values) => longest.map((_, epoch) => values[epoch] ?? NaN))
  const present =
    (of: (values: readonly number[]) => number) =>
    (column: readonly number[]): number => {
      const values = column.filter((value) => !Number.isNaN(value))
      return values.length === 0 ? NaN : of(values)
    }
  return {
    label,
    colour,
    middle: byColumn(rows, present(mean)),
    low: byColumn(
      rows,
      present((values) => Math.min(...values)),
    ),
    high: byColumn(
      rows,
      present((values) => Math.max(...values)),
    ),
  }
}

const errorSeries = (row: SpectrumRow): Series =>
  series(
    `${percent(row.testError.mean)} %`,
    colourOf(row),
    row.runs.map(({ points }) => points.map(({ testError }) => testError)),
  )

function errorPanel(row: SpectrumRow, rules: readonly SpectrumRow[], chance: number): string {
  const plot = linePlot({
    description: `Test error of ${row.rule} by epoch, ${percent(row.testError.mean)} % at the end`,
    series: [errorSeries(row)],
    context: rules.filter((other) => other !== row).map((other) => errorSeries(other).middle),
    epochs: epochsOf(rules),
    y: errorAxis,
    level: chance,
  })
  return panel(row, plot)
}

/** Of a settling rule, to the gradient of its own network. */
function settledAngles(rules: readonly SpectrumRow[]): string {
  const relaxing = rules.filter(({ degreesToSettled }) => degreesToSettled !== null)
  if (relaxing.length === 0) return ''
  const panels = relaxing.map((row) => anglePanel(row, epochsOf(rules), 'recurrent backprop', ({ degreesToSettled }) => degreesToSettled!))
  return `<h2>Angle to recurrent backprop over training</h2>
<p class="quiet">For rules whose network settles, to the gradient of the settled network's loss: what their claims are about. Recurrent backprop
is that gradient, at 0° here and far from backprop above.</p>
<div class="panels">${panels.join('')}</div>`
}

function anglePanel(row: SpectrumRow, epochs: number, reference: string, of: (point: Point) => readonly number[]): string {
  const layers = row.degrees.map((_, layer) =>
    series(
      `layer ${layer + 1}`,
      `var(--layer${layer % 4})`,
      row.runs.map(({ points }) => points.map((point) => of(point)[layer])),
    ),
  )
  const last = layers.map(({ middle }) => middle.at(-1)!)
  const description = `Angle of ${row.rule} to ${reference} by epoch; at the end ${degreesText(last)} degrees, layer by layer`
  return panel(row, linePlot({ description, series: layers, epochs, y: angleAxis }))
}

/** The head of each rule's file: what it is in a sentence, and its equations. */
const descriptions = (rules: readonly SpectrumRow[]): string =>
  rules
    .map(({ rule, feedback }) => {
      const [sentence, ...paragraphs] = documentOf(rule)?.head.split('\n\n') ?? ['']
      const equations = paragraphs.find((paragraph) => /^ {2}/.test(paragraph)) ?? ''
      return `<h3 class="${feedback}">${rule}</h3><p>${escape(sentence.replaceAll('\n', ' '))}</p>${scrolling('pre', `Equations of ${rule}`, escape(equations))}`
    })
    .join('')

/** Each paper, with a search for it. */
const paperLinks = (papers: string): string =>
  papers
    .split('; ')
    .map((paper) => `<a href="https://scholar.google.com/scholar?q=${encodeURIComponent(paper)}" rel="noreferrer">${escape(paper)}</a>`)
    .join('; ')

const panel = (row: SpectrumRow, plot: string): string =>
  `<figure><figcaption class="${row.feedback}">${row.rule}</figcaption>${plot}</figure>`

/** The numbers behind the plots, to five digits, in a form that cannot close its own element. */
const compactJson = (spectrum: Spectrum): string =>
  JSON.stringify(spectrum, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value,
  ).replaceAll('<', '\\u003c')
