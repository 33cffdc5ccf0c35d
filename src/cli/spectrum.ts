// `ngrad spectrum`: the same network, taught by every rule.
import { classOf } from '../core/class-of.js'
import type { Dataset } from '../data/dataset.js'
import { recipeNetwork } from '../learners/registry.js'
import { describeNetwork } from '../verify/random-setting.js'
import { command } from './command.js'
import { replaceFile, requireWritable } from './files.js'
import { machine, version } from './host.js'
import { data, flag, hidden, integer, path, rules, threads } from './options.js'
import { inParallel } from './parallel.js'
import { reportPage } from './spectrum/report.js'
import { forms, isText, printResult } from './results.js'
import { runRows, type Unmeasured } from './spectrum/result.js'
import { speedsOf } from './spectrum/speeds.js'
import type { Piece } from './spectrum/worker.js'
import { percent, summaryText } from './spectrum/summary.js'
import { endProgress, paint, print, showProgress } from './terminal.js'

const worker = new URL('./spectrum/worker.js', import.meta.url)

export const spectrum = command({
  name: 'spectrum',
  summary: 'Trains the same network by every rule, and shows how each relates to backprop.',
  details: 'Prints a table and writes a report, one HTML file with plots that needs nothing else.',
  options: {
    rules,
    data,
    hidden,
    epochs: integer('passes over the training images (as the recipe of each rule says)', [1, 10_000], undefined),
    seeds: integer('networks for each rule (3)', [1, 1000], 3),
    threads,
    html: path('where the report goes', 'ngrad-spectrum.html'),
    'no-html': flag('no report'),
    ...forms,
  },
  examples: [
    ['spectrum', 'every rule on the digits'],
    ['spectrum --rules backprop,feedbackAlignment --seeds 10', 'two rules, more seeds'],
    ['spectrum --data mnist:data/mnist --hidden 200 --epochs 5', 'on MNIST, from a folder'],
    ['spectrum --json --no-html > spectrum.json', 'for another program'],
    ['spectrum --csv --no-html > spectrum.csv', 'a line for each rule, seed and epoch'],
  ],
  run: async ({ rules, data, hidden = data.hidden, epochs = data.epochs, seeds, threads, html, 'no-html': noHtml, json, csv }) => {
    const text = isText({ json, csv })
    if (!noHtml) requireWritable(html)
    const began = performance.now()
    const { train, test } = data.load() // what cannot be read is said before anything is begun
    const network = recipeNetwork(train.inputs, hidden, train.outputs)
    const pieces: Piece[] = rules.map(({ name }) => ({ rule: name, data: data.text, hidden, epochs, seeds }))
    const found: Unmeasured[] = []
    for await (const [number, row] of inParallel<Piece, Unmeasured>(worker, pieces, threads, showProgress)) {
      found[number] = row
      endProgress(`${row.rule.padEnd(24)} test error ${percent(row.testError.mean).padStart(4)} %`)
    }
    showProgress('measuring speeds ...')
    const speeds = speedsOf(rules, network, train)
    endProgress()
    const rows = found.map((row, i) => ({ ...row, samplesPerSecond: speeds[i] }))
    const built = network.build()
    const result = {
      version,
      machine,
      date: new Date().toISOString(),
      data: { name: data.name, statement: data.statement, train: train.size, test: test.size, chance: chanceOf(test) },
      network: describeNetwork(built),
      loss: 'crossEntropy',
      seeds,
      reference: 'backprop',
      rules: rows,
      seconds: (performance.now() - began) / 1000,
    } as const
    built.dispose()
    // What was found is out before a path that cannot be written ends it.
    printResult({ json, csv }, { document: result, rows: () => runRows(rows), text: () => print(summaryText(result)) })
    if (!noHtml) replaceFile(html, reportPage(result))
    if (!noHtml && text) print(`Report: ${paint('bold', html)}`)
    return 0
  },
})

/** The error of whoever always names the commonest class. */
function chanceOf({ y, size, outputs }: Dataset): number {
  const counts = new Array<number>(outputs).fill(0)
  for (let row = 0; row < size; row++) counts[classOf(y, row * outputs, outputs, 0.5)]++
  return 1 - Math.max(...counts) / size
}
