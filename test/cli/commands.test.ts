// What each command prints into a pipe: the table alone, or one JSON document with the fields that are promised.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { digest } from '../../src/cli/digest.js'
import { flagOf } from '../../src/cli/rule-options.js'
import { train } from '../../src/cli/train.js'
import { describeClaim } from '../../src/learners/claim.js'
import { models, registry } from '../../src/learners/registry.js'
import { type Ended, ngrad } from './run.js'
import { scratchFolder } from '../support/scratch.js'

const number = expect.any(Number)
const text = expect.any(String)

/** The document, when nothing but it was printed. */
function document({ code, stdout, stderr }: Ended) {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

describe('rules', () => {
  it('lists every rule, as a table, as Markdown and as JSON', async () => {
    const [plain, markdown, json] = await Promise.all([ngrad(['rules']), ngrad(['rules', '--markdown']), ngrad(['rules', '--json'])])
    const names = registry.map(({ name }) => name)
    expect(
      plain.stdout
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(/ +/)[1]),
    ).toEqual(names)
    expect(
      markdown.stdout
        .trim()
        .split('\n')
        .slice(2)
        .map((line) => line.split(' ')[3]),
    ).toEqual(names)
    const { rules } = document(json)
    expect(rules.map(({ rule }: { rule: string }) => rule)).toEqual(names)
    expect(rules[0]).toEqual({
      family: text,
      rule: text,
      feedback: 'none',
      claims: [text, text],
      paper: text,
      variants: [{ label: text, options: { clamp: true }, claims: [text, text] }],
    })
  })
})

describe('rules RULE', () => {
  it.each(['backprop', 'equilibriumPropagation', 'pairStdp'])('says all about %s', async (name) => {
    const { make, paper, variants } = registry.find((row) => row.name === name)!
    const [said, json, ...helps] = await Promise.all([
      ngrad(['rules', name]),
      ngrad(['rules', name, '--json']),
      ngrad(['train', name, '--help']),
      ngrad(['digest', name, '--help']),
    ])
    const all = document(json)
    expect(said.stdout).toContain(paper)
    expect(said.stdout).toContain(all.equations)
    expect(all.claims).toEqual(variants[0].learner.claims.map(describeClaim))
    const shown = Object.entries(make.options).filter(([, { internal }]) => !internal)
    expect(Object.keys(all.options)).toEqual(shown.map(([option]) => option))
    for (const [option] of shown) for (const { stdout } of [said, ...helps]) expect(stdout).toContain(`\n  --${flagOf(option)} `)
    if (shown.length === 0) expect(said.stdout).toContain(`${name}() takes no options.`)
  })

  it('has a page of a rule in Markdown', async () => {
    const { stdout } = await ngrad(['rules', 'kolenPollack', '--markdown'])
    expect(stdout).toMatch(/^# kolenPollack\n\nfeedback, feedback vector\. Kolen & Pollack 1994; Akrout et al\. 2019\. \[Source\]/)
    expect(stdout).toMatch(/\n## Claims\n\n- contracts: \|W - R\|\n/)
    expect(stdout).toMatch(/\n\| `decay` \| 0\.001 \| Decay of both weights at each step/)
  })

  it('says all about a model', async () => {
    const [said, json] = await Promise.all([ngrad(['rules', 'rbm']), ngrad(['rules', 'rbm', '--json'])])
    expect(document(json)).toMatchObject({ model: 'rbm', taughtBy: ['rbmLikelihood', 'contrastiveDivergence'], claims: [text] })
    for (const option of ['visible', 'hidden', 'deviation']) expect(said.stdout).toContain(`\n  --${option} `)
  })

  it('has equations, and a meaning for each option, of every rule and model; and no flag of a rule is one of the command itself', () => {
    const documents = JSON.parse(readFileSync('dist/cli/rule-documents.json', 'utf8'))
    for (const { name, make } of [...registry, ...models]) {
      expect(documents[name].head.length, name).toBeGreaterThan(150)
      for (const [option, { internal }] of Object.entries(make.options)) {
        if (!internal) expect(documents[name].options[option], `${name}: ${option}`).toMatch(/\w{3}/)
        if (registry.some((row) => row.name === name))
          for (const command of [train, digest]) expect(Object.keys(command.options)).not.toContain(flagOf(option))
      }
    }
  })
})

describe('digest', () => {
  it('is the one of test/digests.json for every form of a rule, and another with another option', async () => {
    const known = JSON.parse(readFileSync('test/digests.json', 'utf8')) as Record<string, string>
    const { digests } = document(await ngrad(['digest', 'predictiveCoding', '--json']))
    const own = Object.entries(known).filter(([name]) => name.startsWith('predictiveCoding'))
    expect(Object.entries(digests).sort()).toEqual(own.sort())
    const other = document(await ngrad(['digest', 'predictiveCoding', '--steps', '7', '--json'])).digests
    expect(Object.keys(other)).toEqual(['predictiveCoding({"steps":7})/f32', 'predictiveCoding({"steps":7})/f64'])
    expect(own.map(([, digest]) => digest)).not.toContain(other['predictiveCoding({"steps":7})/f64'])
  })
})

describe('the documents', () => {
  const between = (text: string, mark: string): string =>
    text.split(`<!-- ${mark} -->`)[1].split(`<!-- /${mark} -->`)[0].split('\n').slice(1).join('\n')

  it('have the tables that `ngrad rules` prints', async () => {
    const [all, families, kinds] = await Promise.all(
      [[], ['--families'], ['--models']].map((which) => ngrad(['rules', ...which, '--markdown'])),
    )
    expect(between(readFileSync('docs/rules.md', 'utf8'), 'rules')).toBe(all.stdout)
    expect(between(readFileSync('docs/rules.md', 'utf8'), 'models')).toBe(kinds.stdout)
    expect(between(readFileSync('README.md', 'utf8'), 'families')).toBe(families.stdout)
  })
})

describe('verify', () => {
  const words = ['verify', '--rules', 'predictiveCoding,backprop,rbmLikelihood', '--cases', '2', '--seed', '5']

  it('prints each claim with expected and measured', async () => {
    const { seed, passed, claims } = document(await ngrad([...words, '--json']))
    expect({ seed, passed }).toEqual({ seed: 5, passed: true })
    expect(claims.map(({ kind }: { kind: string }) => kind)).toEqual([
      'exact',
      'limit',
      'limit',
      'exact',
      'exact',
      'not',
      'exact',
      'contracts',
      'exact',
      'not',
      'exact',
      'exact',
    ])
    for (const claim of claims)
      expect(claim).toMatchObject({
        rule: text,
        variant: text,
        claim: text,
        expected: text,
        measured: text,
        worst: number,
        passed: true,
        cases: 2,
        conditions: text,
        failedSeeds: [],
      })
  })

  it('prints a table without escape codes', async () => {
    const { code, stdout, stderr } = await ngrad(words)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).not.toContain('\x1b')
    expect(stdout).toMatch(/^backprop +exact: the gradient of the +relative error <= 1e-9 +\S+ +2 +holds$/m)
    expect(stdout).toContain('12 of 12 claims hold, on the networks of seeds 5 to 6.')
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120)
  })
})

describe('train', () => {
  const scratch = scratchFolder()

  it('reports the training and the test', async () => {
    const words = ['train', 'kolenPollack', '--epochs', '2', '--batch-size', '100', '--hidden', '20,10', '--seed', '1', '--json']
    const [first, second] = await Promise.all([ngrad(words), ngrad(words)])
    const result = document(first)
    expect(result).toMatchObject({
      rule: 'kolenPollack',
      data: 'digits',
      network: '64-20(tanh)-10(tanh)-10',
      seed: 1,
      epochs: 2,
      batchSize: 100,
      samplesPerSecond: number,
      history: [
        { epoch: 1, loss: number },
        { epoch: 2, loss: number },
      ],
      test: { loss: number, accuracy: number, images: 360 },
    })
    const { history, test } = document(second)
    expect({ history, test }).toEqual({ history: result.history, test: result.test })
  })

  it('takes the options of the rule, keeps them in its file, and says what is none', async () => {
    const saved = join(scratch, 'options.safetensors')
    const words = ['train', 'predictiveCoding', '--epochs', '1', '--hidden', '10', '--json']
    const [plain, other, refused, wrong, twice] = await Promise.all([
      ngrad(words),
      ngrad([...words, '--variant', 'fixedPrediction', '--rate', '0.5', '--save', saved]),
      ngrad([...words, '--hidden-precisions', '1,0']),
      ngrad([...words, '--variant', 'zeroDivergence', '--steps', '3']),
      ngrad(['train', 'oja']),
    ])
    expect(document(other).options).toEqual({ variant: 'fixedPrediction', rate: 0.5, tolerance: 0 })
    expect(document(other).history).not.toEqual(document(plain).history)
    expect(refused).toMatchObject({ code: 2, stderr: 'ngrad: --hidden-precisions: expected a number above 0, got "1,0"\n' })
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('predictiveCoding(options): steps') })
    expect(twice).toMatchObject({ code: 2, stderr: expect.stringContaining('ngrad digest oja') })
    const again = await ngrad(['train', 'predictiveCoding', '--resume', saved, '--json'])
    expect(document(again)).toMatchObject({ options: document(other).options, test: document(other).test })
    expect(await ngrad(['train', 'predictiveCoding', '--resume', saved, '--rate', '1'])).toMatchObject({
      code: 2,
      stderr: 'ngrad: --rate: the file of --resume says it\n',
    })
  })
})

describe('spectrum', () => {
  const tiny = ['spectrum', '--rules', 'hebbian,equilibriumPropagation,backprop', '--epochs', '1', '--seeds', '2']
  const page = join(scratchFolder(), 'report.html')
  let plain: Ended
  let json: Ended
  beforeAll(async () => {
    ;[plain, json] = await Promise.all([ngrad([...tiny, '--no-html']), ngrad([...tiny, '--json', '--html', page])])
  })

  it('prints a table without escape codes or progress', () => {
    expect({ code: plain.code, stderr: plain.stderr }).toEqual({ code: 0, stderr: '' })
    expect(plain.stdout).not.toContain('\x1b')
    expect(plain.stdout).toMatch(/^backprop +vector +exact +holds, off by \S+ +\d+\.\d \(\d+\.\d\.\.\d+\.\d\) +0, 0 +[\d,]+$/m)
    expect(plain.stdout).toMatch(/^ {2}equilibriumPropagation: \d+ sweeps, residual /m)
  })

  it('prints one JSON document', () => {
    const result = document(json)
    expect(result).toMatchObject({
      version: text,
      machine: { node: process.version, cpu: text, cores: number, platform: text },
      data: { name: 'digits', statement: text, train: 1437, test: 360 },
      network: '64-32(tanh)-10',
      loss: 'crossEntropy',
      seeds: 2,
      reference: 'backprop',
      seconds: number,
    })
    const [hebbian, settling, backprop] = result.rules
    expect(result.rules).toHaveLength(3)
    expect(backprop).toMatchObject({
      rule: 'backprop',
      feedback: 'vector',
      paper: text,
      claim: { claim: 'exact: the gradient of the loss', expected: text, measured: text, passed: true },
      epochs: 1,
      testError: { mean: number, min: number, max: number },
      degrees: [0, 0],
      degreesToSettled: null,
      samplesPerSecond: number,
      settling: null,
    })
    expect(backprop.runs.map(({ seed }: { seed: number }) => seed)).toEqual([0, 1])
    expect(backprop.runs[0].points).toEqual([
      { epoch: 0, loss: null, testError: number, degrees: [0, 0], degreesToSettled: null, settling: null },
      { epoch: 1, loss: number, testError: number, degrees: [0, 0], degreesToSettled: null, settling: null },
    ])
    expect(settling).toMatchObject({
      degreesToSettled: [number, number],
      settling: { sweeps: number, residual: number, converged: expect.any(Boolean) },
    })
    expect(hebbian.feedback).toBe('none')
  })

  it('writes a page that needs nothing else', () => {
    const html = readFileSync(page, 'utf8')
    expect(html).toMatch(/^<!doctype html>[^]*<\/html>\n$/)
    // It links to papers, and loads nothing.
    expect(html.replaceAll(/<a href="https:\/\/scholar.google.com\/scholar\?q=[^"]*"/g, '')).not.toMatch(
      /https?:|src=|href=|url\(|@import|NaN|undefined/,
    )
    expect(html.match(/<svg /g)).toHaveLength(7) // three of errors, three of angles, and one to recurrent backprop
    const embedded = JSON.parse(/<script type="application\/json" id="spectrum">([^]*)<\/script>/.exec(html)![1])
    expect(embedded.rules.map(({ rule }: { rule: string }) => rule)).toEqual(['hebbian', 'equilibriumPropagation', 'backprop'])
  })
})

describe('bench', () => {
  it('prints speeds and fractions of the roofline', async () => {
    const { roofline, products, steps } = document(await ngrad(['bench', '--rules', 'backprop', '--json']))
    expect(roofline).toEqual({ loop: text, f32: number, f64: number })
    expect(products).toHaveLength(12)
    expect(products[0]).toEqual({ form: 'NN', dtype: 'f32', shape: '256x256x256', gflops: number, fraction: number })
    expect(steps).toEqual({ setting: text, rules: [{ rule: 'backprop', samplesPerSecond: number }] })
  })
})
