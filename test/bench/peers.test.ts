// bench/vs without the peers: that README says what was measured, and that a wrong answer would be found.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { judge } from '../../bench/vs/bars.mjs'
import { open } from '../../bench/vs/peers/ngrad.mjs'
import { readReports, withTable } from '../../bench/vs/table.mjs'
import { answerOf, difference, prepare, toleranceOf, workNames } from '../../bench/vs/work.mjs'

/** As much of what the scripts make as is looked at here. */
interface Work {
  readonly kind: 'product' | 'step'
  readonly dtype: 'f32' | 'f64'
  readonly learningRate: number
  readonly a: Float32Array | Float64Array
}
interface Report {
  readonly node: string
  readonly simd: string
  readonly results: readonly {
    name: string
    peers: object
    differences: Record<string, { relative: number; allowed: number; agrees: boolean }>
  }[]
  readonly bars: unknown
}

const reports: Report[] = readReports()

describe('the table of the peers', () => {
  it('is in README as the results have it', () => {
    const readme = readFileSync('README.md', 'utf8')
    expect(readme).toBe(withTable(readme, reports))
  })

  it.each(reports.map((report) => [`${report.node}, ${report.simd}`, report] as const))(
    'of %s is of all works, with right answers only',
    (_, report) => {
      expect(report.results.map(({ name }) => name)).toEqual(workNames)
      for (const { differences, peers } of report.results) {
        expect(Object.keys(differences).sort()).toEqual(['ngrad', ...Object.keys(peers)].sort())
        for (const { relative, allowed, agrees } of Object.values(differences)) expect([relative <= allowed, agrees]).toEqual([true, true])
      }
      expect(report.bars).toEqual(judge(report))
    },
  )
})

it('holds nothing but peers where it looks for them', () => {
  for (const file of readdirSync('bench/vs/peers')) {
    const source = readFileSync(`bench/vs/peers/${file}`, 'utf8')
    for (const part of [/^export const name = '/m, /^export (async function open\(|function open\(|const open = )/m])
      expect(source, file).toMatch(part)
  }
})

describe('answers', async () => {
  const ngrad = (await open({ relaxed: false })) as unknown as Record<Work['kind'], (work: Work) => { close(): void }>
  const off = async (name: string, change: (work: Work) => object) => {
    const work = prepare(name) as unknown as Work
    const trial = ngrad[work.kind]({ ...work, ...change(work) })
    const relative = difference(work, await answerOf(work, trial))
    trial.close()
    return relative / toleranceOf(work, work.dtype)
  }
  const small = workNames.filter((name) => !/1024|512|784/.test(name))

  it.each(small)('of %s are right', async (name) => {
    expect(await off(name, () => ({}))).toBeLessThanOrEqual(1)
  })

  it.each(small.filter((name) => name.includes('step')))('of %s are found wrong where a step is a thousandth too long', async (name) => {
    expect(await off(name, ({ learningRate }) => ({ learningRate: 1.001 * learningRate }))).toBeGreaterThan(1)
  })

  it.each(small.filter((name) => name.includes('product')))('of %s are found wrong where one element is', async (name) => {
    const wrong = ({ a }: Work) => ({ a: a.map((value, i) => (i === 777 ? value + 0.01 : value)) })
    expect(await off(name, wrong)).toBeGreaterThan(1)
  })
})
