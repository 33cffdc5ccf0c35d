// The table in README.md, from results that were measured: `node bench/vs/run.mjs --readme`.
import { readFileSync } from 'node:fs'

const root = new URL('../../', import.meta.url)
export const tableSources = ['bench/results/vs-node-20.json', 'bench/results/vs-node-24-relaxed.json']
export const readReports = () => tableSources.map((path) => JSON.parse(readFileSync(new URL(path, root), 'utf8')))

const [opening, closing] = ['<!-- peers -->', '<!-- /peers -->']

/** README's text with the table of these reports between its marks. */
export function withTable(readme, reports) {
  const [start, end] = [readme.indexOf(opening), readme.indexOf(closing)]
  if (start < 0 || end < start) throw new Error(`README.md has no ${opening} ... ${closing}`)
  const line = readme.indexOf('\n', start) + 1
  return `${readme.slice(0, line)}${table(reports)}\n${readme.slice(end)}`
}

export function table(reports) {
  const names = [...new Set(reports.flatMap(({ peers }) => Object.keys(peers)))]
  const works = [...new Set(reports.flatMap(({ results }) => results.map(({ name }) => name)))]
  const row = (cells) => `| ${cells.join(' | ')} |`
  const [first] = reports
  const peers = names.map((name) => `${name} ${reports.find((report) => report.peers[name]).peers[name].version}`)
  const absent = Object.keys(first.absent)
  const loads = reports.flatMap(({ results }) => results.map(({ load }) => Math.round(load)))
  const [least, most] = [Math.min(...loads), Math.max(...loads)]
  return [
    row(['work', 'ngrad', ...names]),
    row(['---', ...[null, ...names].map(() => '---:')]),
    ...works.map((work) => {
      const found = reports.map(({ results }) => results.find(({ name }) => name === work))
      const cell = (text) => (found.some((one) => one && text(one)) ? found.map((one) => (one && text(one)) || '-').join(' / ') : '')
      return row([
        work,
        cell(({ microseconds }) => duration(microseconds)),
        ...names.map((name) => cell(({ peers }) => peers[name] && ratio(peers[name].ratio))),
      ])
    }),
    '',
    `How many times as long as ngrad a peer takes: ${reports.map(({ node, simd }) => `Node ${node.slice(1)}, ${simd} SIMD`).join(' / ')}. One thread of `
      + `${first.machine.cpu} (${first.machine.cores} cores, shared: load ${least === most ? least : `${least} to ${most}`}), `
      + `${first.date.slice(0, 10)}, by processor time; ${peers.join(', ')}`
      + `${absent.length ? `; not measured, for want of it: ${absent.join(', ')}` : ''}.`,
  ].join('\n')
}

const ratio = (value) => (value < 10 ? value.toPrecision(2) : Math.round(value).toLocaleString('en'))
const duration = (us) => (us < 1000 ? `${Number(us.toPrecision(3))} us` : `${Number((us / 1000).toPrecision(3))} ms`)
