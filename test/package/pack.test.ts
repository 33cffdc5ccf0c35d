// The package as npm would install it, in an empty folder: the README's first program in JavaScript, and in TypeScript
// with `strict`, nothing skipped, and no types of the host's.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = process.cwd()
const [outside, used] = [...readFileSync('docs/your-own-rule.md', 'utf8').matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code)
const folder = mkdtempSync(join(tmpdir(), 'ngrad-packed-'))
const program = /```js\n([^]*?)```/.exec(readFileSync('README.md', 'utf8'))![1]

/** What stands around the second piece of docs/your-own-rule.md. */
const imports = `import type { Batch, Network } from 'ngrad'\nimport scaledFeedback from './scaled-feedback.js'\n`

/** The same with `using`, and with what a user may write types for. */
const typed = `${program}
import { save, resume, type Network, type NgradError, type Trainer } from 'ngrad'
import { defineRule, type Learner, type Matrix, type Rule, type TargetSite } from 'ngrad/rules'
import { digests as hostDigests } from 'ngrad/digests'
import { feedbackAlignment as again } from 'ngrad/learners'
import { registry } from 'ngrad/registry'
import { multiply } from 'ngrad/linalg'
import { relaxed } from 'ngrad/relaxed'
import { initThreads } from 'ngrad/threads'
import { angles as anglesAgain } from 'ngrad/verify'
export const subpaths: object[] = [defineRule, hostDigests, again, registry, multiply, relaxed, initThreads, anglesAgain]
{
  using network: Network = description.build({ dtype: 'f32', seed: 7 })
  using trainer: Trainer = createTrainer(network, { learner: backprop(), loss: crossEntropy(), optimizer: adam() })
  const bytes: Uint8Array = save(trainer)
  const { position } = resume(bytes, { learner: backprop(), loss: crossEntropy(), optimizer: adam() })
  const outputs: Float32Array | Float64Array = network.predict([0])
  const code: NgradError['code'] = 'SHAPE'
  const outside = (learner: Learner, site: TargetSite): [Rule, Matrix] => [learner.attach(site), site.y]
  void outside
  console.log(position.epoch, outputs, code)
}
`

describe('the packed package, in an empty folder', { timeout: 120_000 }, () => {
  beforeAll(() => {
    const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { encoding: 'utf8' }).trim()
    const installed = join(folder, 'node_modules/ngrad')
    mkdirSync(installed, { recursive: true })
    execFileSync('tar', ['-xzf', join(folder, packed), '-C', installed, '--strip-components=1'])
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true }))

  it('runs the first program of the README', () => {
    writeFileSync(join(folder, 'first.js'), program)
    const printed = execFileSync(process.execPath, ['first.js'], { cwd: folder, encoding: 'utf8' })
    const [, accuracy] = /accuracy: ([\d.]+)/.exec(printed)!
    expect(Number(accuracy)).toBeGreaterThan(0.85)
    expect(printed).toMatch(/passed: true/)
  })

  it('teaches with a rule from outside, measures it, saves it, and takes it on the command line', () => {
    // TypeScript's types taken out: what tsc does, for which the test below has it.
    const { outputText } = transpileModule(outside, { compilerOptions: { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 } })
    writeFileSync(join(folder, 'scaled-feedback.js'), outputText)
    writeFileSync(
      join(folder, 'teach.js'),
      `
import { backprop, createTrainer, crossEntropy, dense, measureClaim, resume, save, sequential, sgd } from 'ngrad'
import scaledFeedback from './scaled-feedback.js'
const description = sequential(4, [dense(5, 'tanh'), dense(4, 'sigmoid'), dense(3)])
const batch = { x: Array.from({ length: 24 }, (_, i) => Math.sin(i * i)), y: Array.from({ length: 18 }, (_, i) => Number(i % 4 === 0)), size: 6 }
const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 })
const loss = crossEntropy()
const measured = (learner) => measureClaim(description.build({ dtype: 'f64', seed: 1 }), learner, loss, batch).passed
const taught = (learner) => {
  const trainer = createTrainer(description.build({ dtype: 'f64', seed: 1 }), { learner, loss, optimizer })
  for (let step = 0; step < 3; step++) trainer.step(batch)
  return trainer
}
const bits = ({ network }) => network.parameters.flatMap((parameter) => [...parameter.read()])
const [own, theirs, half] = [scaledFeedback(), backprop(), scaledFeedback({ scale: 0.5 })].map(taught)
const again = resume(save(half), { learner: scaledFeedback({ scale: 0.5 }), loss, optimizer }).trainer
const before = bits(half)
half.step(batch)
again.step(batch)
const liar = { ...half.learner, with: () => half.learner }
const code = (act) => { try { act() } catch (error) { return error.code + ' ' + error.where } }
console.log(JSON.stringify({
  asBackprop: String(bits(own)) === String(bits(theirs)),
  otherwise: String(before) !== String(bits(theirs)),
  holds: measured(scaledFeedback({ scale: 0.5 })),
  lies: measured(liar),
  goesOn: String(bits(half)) === String(bits(again)),
  refused: code(() => scaledFeedback({ scale: -1 })),
  options: scaledFeedback({ scale: 2 }).options,
}))`,
    )
    const run = (...words: string[]): string => execFileSync(process.execPath, words, { cwd: folder, encoding: 'utf8' })
    expect(JSON.parse(run('teach.js'))).toEqual({
      asBackprop: true,
      otherwise: true,
      holds: true,
      lies: false,
      goesOn: true,
      refused: 'RANGE scaledFeedback(options): scale',
      options: { scale: 2 },
    })

    const cli = 'node_modules/ngrad/dist/cli/main.js'
    const words = ['train', './scaled-feedback.js', '--scale', '0.5', '--json']
    const whole = JSON.parse(run(cli, ...words, '--epochs', '2', '--save', 'two.safetensors'))
    expect(whole).toMatchObject({ rule: 'scaledFeedback', options: { scale: 0.5 }, epochs: 2, batchSize: 32 })
    expect(whole.test.accuracy).toBeGreaterThan(0.8)
    expect(JSON.parse(run(cli, 'train', './scaled-feedback.js', '--resume', 'two.safetensors', '--json'))).toMatchObject({
      options: { scale: 0.5 },
      test: whole.test,
    })
    expect(run(cli, 'train', './scaled-feedback.js', '--help')).toMatch(
      /Options of scaledFeedback:\n {2}--scale X\n {6}a number above 0; default 1/,
    )
  })

  it('declares its bytes as strings, and does not repeat them', () => {
    const declarations = readdirSync(join(folder, 'node_modules/ngrad/dist'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.d.ts'),
    )
    expect(declarations.length).toBeGreaterThan(40)
    const size = (name: string): number => statSync(join(folder, 'node_modules/ngrad/dist', name)).size
    expect(declarations.filter((name) => size(name) > 20_000)).toEqual([])
  })

  // From 5.2 on, TypeScript knows `using`.
  it.each([
    ['TypeScript 7', 'node_modules/@typescript/native/bin/tsc', typed],
    ['TypeScript 6', 'node_modules/typescript/bin/tsc6', typed],
    ['TypeScript 5.9', 'node_modules/typescript-5.9/bin/tsc', typed],
    ['TypeScript 5.4', 'node_modules/typescript-5.4/bin/tsc', typed],
    ['TypeScript 5.0', 'node_modules/typescript-5.0/bin/tsc', typed.replaceAll(/\busing (?=\w)/g, 'const ')],
  ])('compiles it in %s, strict, with skipLibCheck off', (_, compiler, source) => {
    writeFileSync(join(folder, 'scaled-feedback.ts'), outside)
    writeFileSync(join(folder, 'used.ts'), `declare const network: Network, exact: Network, batch: Batch\n${imports}${used}`)
    writeFileSync(
      join(folder, 'first.ts'),
      `declare const console: { log(...values: unknown[]): void; table(value: unknown): void }\n${source}`,
    )
    const compilerOptions = {
      noEmit: true,
      strict: true,
      skipLibCheck: false,
      target: 'es2022',
      lib: ['es2022'],
      module: 'nodenext',
      types: [],
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['first.ts', 'used.ts'] }))
    const { stdout } = spawnSync(process.execPath, [join(root, compiler)], { cwd: folder, encoding: 'utf8' })
    expect(stdout).toBe('')
  })
})
