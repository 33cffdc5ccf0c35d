// What aggregates reads the store, and nothing else.
import { canonical, keyOf } from './job.js'

/** The mean error of some jobs, infinite where one diverged; undefined where one has no result. */
export function meanErrorOf(jobs, store) {
  let sum = 0
  for (const job of jobs) {
    const result = store.get(keyOf(job))
    if (result === undefined) return undefined
    sum += result.outcome === 'done' ? result.numbers.error : Infinity
  }
  return sum / jobs.length
}

/** Student's t for 95 % and 1 to 30 degrees of freedom; beyond, the normal distribution's. */
const student = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086,
  2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
]
/** Half the 95 % interval of a mean of `n` values with this deviation. */
const halfInterval = (n, deviation) => ((student[n - 2] ?? 1.96) * deviation) / Math.sqrt(n)

/** A line for each cell: its seeds together. Cells that options were chosen by are scored on the validation part. */
export function rowsOf(jobs, chosen, store) {
  const tried = chosen.flatMap(({ rule, tried, best }) =>
    tried.map(({ cell, error }) => ({ rule, cell, error: error ?? NaN, part: 'validation', chosen: cell === best?.cell })),
  )
  const groups = new Map()
  for (const job of jobs) {
    if (job.part === 'validation') continue
    const { seed: _, ...cell } = job
    const name = canonical(cell)
    groups.set(name, [...(groups.get(name) ?? []), job])
  }
  const scored = [...groups.values()].map((of) => {
    const results = of.flatMap((job) => store.get(keyOf(job)) ?? [])
    const errors = results.flatMap(({ outcome, numbers }) => (outcome === 'done' ? [numbers.error] : []))
    const n = errors.length
    const mean = errors.reduce((sum, error) => sum + error, 0) / n
    const deviation = Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / (n - 1))
    const [{ rule, options, hidden, optimizer, epochs, batchSize, dtype, data }] = of
    return {
      rule,
      settings: settingsOf({ options, hidden, optimizer, epochs, batchSize, dtype }),
      data: data.split(':')[0],
      part: 'test',
      seeds: n,
      of: of.length,
      diverged: results.length - n,
      error: n > 0 ? mean : NaN,
      interval: n > 1 ? halfInterval(n, deviation) : NaN,
    }
  })
  return [
    ...scored,
    ...tried.map(({ rule, cell, error, part, chosen: isChosen }) => ({
      rule,
      settings: settingsOf(cell),
      data: jobs[0].data.split(':')[0],
      part: isChosen ? 'validation, chosen' : part,
      seeds: NaN,
      of: NaN,
      diverged: error === Infinity ? 1 : 0,
      error,
      interval: NaN,
    })),
  ]
}

/** What a cell is beside its rule, in a line. */
function settingsOf({ options, hidden, optimizer: { kind, learningRate, ...rest }, epochs, batchSize }) {
  const more = Object.entries({ ...rest, ...options }).map(
    ([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`,
  )
  return [`${hidden.join('-')} hidden`, `${kind} ${learningRate}`, ...more, `${epochs} x ${batchSize}`].join(', ')
}

const percent = (share) => (Number.isFinite(share) ? (100 * share).toFixed(2) : '')

/** The table, as text or in the form asked for. */
export function tableOf(jobs, chosen, store, { json, csv, markdown }) {
  const rows = rowsOf(jobs, chosen, store)
  if (json) return JSON.stringify({ rows }, null, 2)
  const columns = ['rule', 'settings', 'data', 'scored on', 'seeds', 'diverged', 'error %', '95 %']
  const cells = rows.map(({ rule, settings, data, part, seeds, of, diverged, error, interval }) => [
    rule,
    settings,
    data,
    part,
    Number.isNaN(seeds) ? '' : seeds + diverged < of ? `${seeds} of ${of}` : String(seeds),
    diverged > 0 ? String(diverged) : '',
    percent(error),
    Number.isFinite(interval) ? `+-${percent(interval)}` : '',
  ])
  if (csv)
    return [columns, ...cells]
      .map((line) => line.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(','))
      .join('\n')
  if (markdown)
    return [columns, columns.map((_, i) => (i > 3 ? '---:' : '---')), ...cells].map((line) => `| ${line.join(' | ')} |`).join('\n')
  const widths = columns.map((title, i) => Math.max(title.length, ...cells.map((line) => line[i].length)))
  return [columns, ...cells]
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
