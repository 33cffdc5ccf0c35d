// The store of sweeps: whatever is killed, corrupted or run twice, it ends as that of an undisturbed run, digest by digest.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it, test } from 'vitest'
import { scratchFolder } from '../support/scratch.js'

interface Job {
  readonly rule: string
  readonly part: string
  readonly seed: number
  readonly optimizer: { readonly learningRate: number }
}
interface Result {
  readonly job: Job
  readonly outcome: string
  readonly numbers: { readonly error?: number; readonly losses: readonly number[]; readonly steps: number }
  readonly digest: string
  readonly seal: string
}

const folder = scratchFolder()
cpSync('sweeps', join(folder, 'sweeps'), { recursive: true, filter: (path) => !path.includes('node_modules') })
mkdirSync(join(folder, 'sweeps/node_modules'))
symlinkSync(process.cwd(), join(folder, 'sweeps/node_modules/ngrad'))
const main = join(folder, 'sweeps/src/main.js')
const module = async (name: string) => (await import(pathToFileURL(join(folder, 'sweeps/src', name)).href)) as Record<string, never>

const sweep = (...words: string[]) => spawnSync(process.execPath, [main, ...words], { encoding: 'utf8', cwd: folder })
function write(name: string, what: object): string {
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify(what))
  return path
}
const paths = (store: string): string[] =>
  readdirSync(join(folder, store), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => join(folder, store, path))
const results = (store: string): Result[] => paths(store).map((path) => JSON.parse(readFileSync(path, 'utf8')) as Result)
const seals = (store: string): string[] =>
  results(store)
    .map(({ seal }) => seal)
    .sort()

const file = write('sweep.json', {
  data: 'digits',
  seeds: 2,
  runs: [
    { rule: 'backprop', epochs: 12 },
    { rule: 'directFeedbackAlignment', epochs: 12, hidden: [16, 8] },
    // Noise of its own at every step, which must go on where it was.
    { rule: 'nodePerturbation', epochs: 6 },
  ],
})

describe('a sweep', { timeout: 120_000 }, () => {
  beforeAll(() => {
    expect(sweep('run', file, '--store', 'undisturbed')).toMatchObject({ status: 0, stderr: '', stdout: '' })
  }, 120_000)

  it('keeps a result for each rule and seed, and runs none again', () => {
    expect(
      results('undisturbed')
        .map(({ job: { rule, seed } }) => `${rule} ${seed}`)
        .sort(),
    ).toEqual([
      'backprop 0',
      'backprop 1',
      'directFeedbackAlignment 0',
      'directFeedbackAlignment 1',
      'nodePerturbation 0',
      'nodePerturbation 1',
    ])
    expect(new Set(results('undisturbed').map(({ digest }) => digest)).size).toBe(6)
    for (const { numbers, outcome } of results('undisturbed')) {
      expect(outcome).toBe('done')
      expect(numbers.losses.at(-1)).toBeLessThan(numbers.losses[0])
    }
    const times = (): number[] => paths('undisturbed').map((path) => statSync(path).mtimeMs)
    const before = times()
    expect(sweep('run', file, '--store', 'undisturbed').status).toBe(0)
    expect(times()).toEqual(before)
    expect(sweep('status', file, '--store', 'undisturbed').stdout).toBe('6 of 6 trainings done\n')
  })

  it('that is killed again and again, its trainings with it, ends in the same store', async () => {
    const ended = (child: ChildProcess): Promise<void> => new Promise((resolve) => child.on('close', () => resolve()))
    for (let kills = 0; kills < 6; kills++) {
      const child = spawn(process.execPath, [main, 'run', file, '--store', 'killed', '--every', '0', '--jobs', '2'], {
        cwd: folder,
        detached: true,
      })
      const end = ended(child)
      await new Promise((resolve) => setTimeout(resolve, 500 + 150 * kills))
      try {
        process.kill(-child.pid!, 'SIGKILL')
      } catch {
        // it was done
      }
      await end
    }
    expect(sweep('run', file, '--store', 'killed').status).toBe(0)
    expect(seals('killed')).toEqual(seals('undisturbed'))
    expect(
      readdirSync(join(folder, 'killed'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.safetensors')),
    ).toEqual([])
  })

  it('in parts ends in the same store', () => {
    for (const part of [1, 2, 3]) expect(sweep('run', file, '--store', 'parts', '--shard', `${part}/3`).status).toBe(0)
    expect(seals('parts')).toEqual(seals('undisturbed'))
  })

  it('puts a file aside that is not what its name says, and runs its job again', () => {
    cpSync(join(folder, 'undisturbed'), join(folder, 'corrupt'), { recursive: true })
    const [cut, changed, other] = paths('corrupt')
    writeFileSync(cut, readFileSync(cut, 'utf8').slice(0, 100))
    writeFileSync(changed, readFileSync(changed, 'utf8').replace(/"error": 0\./, '"error": 0.9'))
    writeFileSync(other, readFileSync(paths('corrupt')[3])) // a sound one, of another job
    const { status, stderr } = sweep('run', file, '--store', 'corrupt')
    expect(status).toBe(0)
    expect(stderr.trim().split('\n')).toHaveLength(3)
    expect(seals('corrupt')).toEqual(seals('undisturbed'))
  })

  it('goes on from a checkpoint that was cut as if there were none', async () => {
    cpSync(join(folder, 'undisturbed'), join(folder, 'cut'), { recursive: true })
    const [path] = paths('cut')
    writeFileSync(path.replace('.json', '.safetensors'), 'half a checkpoint')
    writeFileSync(path, '')
    expect(sweep('run', file, '--store', 'cut').status).toBe(0)
    expect(seals('cut')).toEqual(seals('undisturbed'))
  })

  it('is ended by a job that comes to something else than it did', async () => {
    const { Store, Contradiction } = await module('store.js')
    const store = new (Store as new (path: string) => { put(result: unknown): void })(join(folder, 'undisturbed'))
    const [result] = results('undisturbed')
    expect(() => store.put(result)).not.toThrow()
    expect(() => store.put({ ...result, digest: result.digest.replace(/./, (digit) => (digit === '0' ? '1' : '0')) })).toThrow(
      Contradiction,
    )
    expect(() => store.put({ ...result, numbers: { ...result.numbers, error: 0.5 } })).toThrow(Contradiction)
  })
})

it('keeps divergence as a result, and says after three attempts what failed otherwise', { timeout: 60_000 }, () => {
  const bad = write('bad.json', {
    seeds: 1,
    runs: [
      { rule: 'backprop', epochs: 1, optimizer: { kind: 'sgd', learningRate: 1e39 } },
      { rule: 'kolenPollack', epochs: 1, options: { decay: 2 } },
    ],
  })
  const { status, stderr } = sweep('run', bad, '--store', 'bad')
  expect(status).toBe(1)
  expect(stderr).toContain('sweep: kolenPollack, seed 0: kolenPollack(options): decay: expected a number in [0, 1), got 2')
  expect(results('bad')).toMatchObject([{ outcome: 'diverged', numbers: { steps: 0 } }])
  expect(sweep('status', bad, '--store', 'bad').stdout).toBe('1 of 2 trainings done\n')
})

it('chooses by the validation part alone, and scores what it chose', { timeout: 60_000 }, () => {
  const rates = [1e-4, 0.1]
  const grid = write('grid.json', {
    seeds: 3,
    choose: { seeds: 2 },
    runs: [{ rule: 'backprop', epochs: 2, grid: { 'optimizer.learningRate': rates } }],
  })
  expect(sweep('run', grid, '--store', 'grid').status).toBe(0)
  const of = (part: string, rate: number): number[] =>
    results('grid')
      .filter(({ job }) => job.part === part && job.optimizer.learningRate === rate)
      .map(({ job }) => job.seed)
      .sort()
  expect(rates.map((rate) => of('validation', rate))).toEqual([
    [0, 1],
    [0, 1],
  ])
  expect(rates.map((rate) => of('test', rate))).toEqual([[], [0, 1, 2]])
  const { rows } = JSON.parse(sweep('table', grid, '--store', 'grid', '--json').stdout) as { rows: { part: string; settings: string }[] }
  expect(rows.map(({ part }) => part)).toEqual(['test', 'validation', 'validation, chosen'])
  expect(rows[2].settings).toContain('sgd 0.1')
})

test('a table has means and Student’s intervals, over the seeds', async () => {
  const { rowsOf } = (await module('table.js')) as unknown as {
    rowsOf(jobs: object[], chosen: object[], store: object): { error: number; interval: number; seeds: number; diverged: number }[]
  }
  const cell = { rule: 'r', options: {}, hidden: [1], optimizer: { kind: 'sgd' }, epochs: 1, batchSize: 1, data: 'digits', part: 'test' }
  const errors = [0.1, 0.2, 0.3, 0.4]
  const jobs = [...errors, NaN].map((_, seed) => ({ ...cell, seed }))
  const found = [...errors.map((error) => ({ outcome: 'done', numbers: { error } })), { outcome: 'diverged', numbers: {} }]
  let next = 0
  const [row] = rowsOf(jobs, [], { get: () => found[next++] })
  // The deviation of 1, 2, 3, 4 is sqrt(5/3); t of 3 degrees is 3.182.
  expect(row).toMatchObject({ seeds: 4, diverged: 1 })
  expect(row.error).toBeCloseTo(0.25, 12)
  expect(row.interval).toBeCloseTo((3.182 * 0.1 * Math.sqrt(5 / 3)) / 2, 12)
})

test('a key is of what a job is, not of how it is written', async () => {
  const { keyOf } = (await module('job.js')) as unknown as { keyOf(job: object): string }
  expect(keyOf({ a: 1, b: { c: [1, 2], d: undefined } })).toBe(keyOf({ b: { c: [1, 2] }, a: 1 }))
  expect(keyOf({ a: 1 })).not.toBe(keyOf({ a: '1' }))
})

test.each([
  ['{', 'sweep:'],
  ['{}', 'runs: expected a list'],
  ['{"runs":[{"rule":"nobody"}]}', 'no rule "nobody"'],
  ['{"runs":[{"rule":"backprop","epoch":3}]}', 'got "epoch"'],
  ['{"runs":[{"rule":"backprop","epochs":0}]}', 'epochs: expected an integer'],
  ['{"runs":[{"rule":"backprop","grid":{"a.b":[1]}}]}', 'there is no a with b'],
  ['{"seeds":1.5,"runs":[{"rule":"*"}]}', 'seeds: expected'],
  ['{"dtype":"f16","runs":[{"rule":"*"}]}', 'dtype'],
  ['{"data":"/etc/passwd","runs":[{"rule":"*"}]}', 'data: expected'],
])('refuses %s in a line', (text, said) => {
  writeFileSync(join(folder, 'wrong.json'), text)
  const { status, stderr, stdout } = sweep('run', join(folder, 'wrong.json'))
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(stderr).toContain(said)
})
