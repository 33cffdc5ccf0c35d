// `ngrad spectrum`: the same network, taught by every rule.
import { recipeNetwork, type Classifier } from '../learners/registry.js'
import { describeNetwork } from '../verify/random-setting.js'
import type { VerifiedClaim } from '../verify/verified-claim.js'
import { verifyRules } from '../verify/verify-rules.js'
import { command } from './command.js'
import { replaceFile } from './files.js'
import { machine, version } from './host.js'
import { data, flag, hidden, integer, json, path, rules } from './options.js'
import { type Run, runExperiment, type Task } from './spectrum/experiment.js'
import { reportPage } from './spectrum/report.js'
import { summarize, type SpectrumRow } from './spectrum/result.js'
import { percent, summaryText } from './spectrum/summary.js'
import { endProgress, paint, print, printJson, showProgress } from './terminal.js'

/** Random networks for each claim; `ngrad verify` takes more. */
const claimCases = 5

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
    html: path('where the report goes', 'ngrad-spectrum.html'),
    'no-html': flag('no report'),
    json,
  },
  examples: [
    ['spectrum', 'every rule on the digits'],
    ['spectrum --rules backprop,feedbackAlignment --seeds 10', 'two rules, more seeds'],
    ['spectrum --data mnist:data/mnist --hidden 200 --epochs 5', 'on MNIST, from a folder'],
    ['spectrum --json --no-html > spectrum.json', 'for another program'],
  ],
  run: async ({ rules, data, hidden = data.hidden, epochs = data.epochs, seeds, html, 'no-html': noHtml, json }) => {
    const began = performance.now()
    const { train, test } = data.load()
    const network = recipeNetwork(train.inputs, hidden, train.outputs)
    const task: Task = { train, test, network }
    const rows: SpectrumRow[] = []
    for (const rule of rules) {
      const claim = measureDefaultForm(rule)
      const runs: Run[] = []
      for (let seed = 0; seed < seeds; seed++) runs.push(await runVisibly(rule, task, seed, seeds, epochs ?? rule.recipe.epochs))
      const row = summarize(rule, claim, epochs ?? rule.recipe.epochs, runs)
      rows.push(row)
      endProgress(`${rule.name.padEnd(24)} test error ${percent(row.testError.mean).padStart(4)} %`)
    }
    const built = network.build()
    const result = {
      version,
      machine,
      date: new Date().toISOString(),
      data: { name: data.name, statement: data.statement, train: train.size, test: test.size },
      network: describeNetwork(built),
      loss: 'crossEntropy',
      seeds,
      reference: 'backprop',
      rules: rows,
      seconds: (performance.now() - began) / 1000,
    } as const
    built.dispose()
    // What was found is out before a path that cannot be written ends it.
    if (json) printJson(result)
    else print(summaryText(result))
    if (!noHtml) replaceFile(html, reportPage(result))
    if (!noHtml && !json) print(`Report: ${paint('bold', html)}`)
    return 0
  },
})

function measureDefaultForm(rule: Classifier): VerifiedClaim {
  showProgress(`${rule.name.padEnd(24)} measuring its claim ...`)
  const [claim] = verifyRules({ rules: [{ ...rule, variants: rule.variants.slice(0, 1) }], cases: claimCases })
  return claim
}

const runVisibly = (rule: Classifier, task: Task, seed: number, seeds: number, epochs: number): Promise<Run> =>
  runExperiment(rule, task, seed, epochs, ({ epoch, loss, testError }) =>
    showProgress(
      `${rule.name.padEnd(24)} seed ${seed + 1} of ${seeds}  epoch ${String(epoch).padStart(2)} of ${epochs}  `
        + `loss ${Number.isNaN(loss) ? '  -  ' : loss.toFixed(3)}  test error ${percent(testError)} %`,
    ),
  )
