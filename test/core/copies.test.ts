// Two copies of the library in one program, each with a core and a memory of its own; and `init`, which takes this copy's core.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ngrad-copies-'))
  for (const copy of ['a', 'b'])
    for (const entry of ['dist', 'package.json'])
      cpSync(entry, join(folder, copy, entry), { recursive: true, filter: (path) => !path.endsWith('.map') })
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What a program prints, as JSON, that knows the copies as A and B. */
const run = (program: string) =>
  JSON.parse(
    execFileSync(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `
    import { readFileSync } from 'node:fs'
    import * as A from './a/dist/index.js'
    import * as B from './b/dist/index.js'
    import { classifiers } from './a/dist/learners/registry.js'
    const code = (f) => { try { f(); return 'none' } catch ({ name, code }) { return name + ' ' + code } }
    const core = (copy) => new WebAssembly.Module(readFileSync(copy + '/dist/core/core.wasm'))
    const results = []
    ${program}
    console.log(JSON.stringify(results))`,
      ],
      { cwd: folder, encoding: 'utf8' },
    ),
  )

describe('two copies of the library', { timeout: 60_000 }, () => {
  it('refuse what holds memory of the other one', () => {
    expect(
      run(`
      const batch = { x: [0, 0, 0, 1, 1, 0, 1, 1], y: [0, 1, 1, 0], size: 4 }
      const options = (N) => ({ learner: N.backprop(), loss: N.squaredError(), optimizer: N.sgd({ learningRate: 0.1 }) })
      const build = (N) => N.sequential(2, [N.dense(3, 'tanh'), N.dense(1)]).build({ seed: 1 })
      const [network, own] = [build(A), build(B)]
      const before = JSON.stringify([network, own].map(({ parameters }) => parameters.map((one) => one.read())))
      const trainer = A.createTrainer(network, options(A))
      const machine = A.rbm({ visible: 2, hidden: 2 })
      const model = machine.build()
      const modelOptions = (N) => ({ learner: N.rbmLikelihood(), optimizer: N.sgd({ learningRate: 0.1 }) })
      const modelTrainer = A.createTrainer(model, modelOptions(A))
      const held = B.bytesInUse?.()
      results.push(...[
        () => B.createTrainer(network, options(B)), () => B.createTrainer(network, options(A)),
        () => B.angles(trainer, B.backprop(), batch), () => B.gradientCheck(network, B.backprop(), B.squaredError(), batch),
        () => B.measureClaim(network, B.backprop(), B.squaredError(), batch), () => B.save(trainer),
        () => B.createTrainer(model, modelOptions(B)), () => B.save(modelTrainer),
        () => B.resume(A.save(modelTrainer), { model: machine, ...modelOptions(B) }),
      ].map(code))
      results.push(JSON.stringify([network, own].map(({ parameters }) => parameters.map((one) => one.read()))) === before)`),
    ).toEqual([...Array.from({ length: 9 }, () => 'NgradError TYPE'), true])
  })

  it('may share descriptions, rules, losses and optimizers, which compute in the core of whoever uses them', () => {
    expect(
      run(`
      const images = (N) => N.sequential([6, 6, 1], [N.conv2d(2, { kernel: 3 }, 'tanh'), N.averagePool2d(2), N.dense(3)])
      const plain = (N) => N.sequential(36, [N.dense(5, 'tanh'), N.dense(3)])
      const lateral = (N) => N.sequential(36, [N.recurrent(5, 'tanh'), N.dense(3)])
      const wave = (n) => Array.from({ length: n }, (_, i) => ((i * 37) % 19) / 19)
      const batch = { x: wave(36 * 4), y: [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0], size: 4 }
      // Everything but the core is of the copy \`from\`.
      const taught = (from, layers, learner) => {
        const network = B.sequential(layers(from).inputs, layers(from).layers).build({ seed: 1 })
        const trainer = B.createTrainer(network, { learner, loss: from.crossEntropy(), optimizer: from.adam({ learningRate: 0.01 }), seed: 2 })
        for (let step = 0; step < 3; step++) trainer.step(batch)
        return JSON.stringify(network.parameters.map((one) => [...one.read()]))
      }
      const { classifiers: own } = await import('./b/dist/learners/registry.js')
      const variants = (rows) => rows.flatMap((row) => row.variants.filter(({ task }) => task === undefined).map(({ learner }) => [plain, learner]))
      const more = (N) => [[images, N.backprop()], [images, N.equilibriumPropagation()], [lateral, N.recurrentBackprop()]]
      const rules = (N, rows) => [...variants(rows), ...more(N)]
      const theirs = rules(A, classifiers)
      results.push(rules(B, own).filter(([layers, learner], i) => taught(B, layers, learner) !== taught(A, layers, theirs[i][1])).map(([, { name }]) => name))
      const models = (N) => [
        [B.rbm({ visible: 6, hidden: 3 }), N.rbmLikelihood()], [B.rbm({ visible: 6, hidden: 3 }), N.contrastiveDivergence({ persistent: 3 })],
        [B.boltzmannMachine({ visible: 6, hidden: 2 }), N.boltzmannLearning()],
        [B.boltzmannMachine({ visible: 6, hidden: 2 }), N.boltzmannLearning({ expectations: 'gibbs' })],
        [B.boltzmannMachine({ visible: 6, hidden: 2, inputs: 2 }), N.meanFieldLearning()],
        [B.helmholtzMachine({ layers: [6, 3] }), N.wakeSleep()], [B.helmholtzMachine({ layers: [6, 3] }), N.wakeSleep({ expected: true })],
        [B.predictiveHierarchy({ layers: [6, 3] }), N.predictiveLearning()],
      ].map(([description, learner]) => {
        const model = description.build({ seed: 1 })
        const trainer = B.createTrainer(model, { learner, optimizer: N.sgd({ learningRate: 0.1 }), seed: 2 })
        const x = wave(24).map(Math.round)
        for (let step = 0; step < 3; step++) trainer.step({ x, size: 4 })
        return JSON.stringify(model.parameters.map((one) => [...one.read()]))
      })
      results.push(models(A).map((text, i) => text === models(B)[i]))
      results.push(code(() => A.init(core('a'))))`), // whose core has never run, then
    ).toEqual([[], Array.from({ length: 8 }, () => true), 'none'])
  })
})

describe('init', () => {
  it('takes the core of this version alone, and may be called again after a refusal', () => {
    const bytes = readFileSync('build/core.wasm')
    // Another version: the same exports, another number in the body of \`version\`.
    const { version } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as { version(): number }
    const place = Buffer.from(bytes).indexOf(Buffer.from(leb(version())))
    expect(place).toBeGreaterThan(0)
    expect(
      run(`
      const bytes = readFileSync('a/dist/core/core.wasm')
      const other = Uint8Array.from(bytes)
      other[${place}] ^= 1
      const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)
      const threads = readFileSync(${JSON.stringify(join(process.cwd(), 'build/core-threads.wasm'))})
      for (const one of [empty, other, threads]) results.push(code(() => A.init(new WebAssembly.Module(one))))
      for (const one of [bytes, {}, { [Symbol.toStringTag]: 'WebAssembly.Module' }, null]) results.push(code(() => A.init(one)))
      const { Instance } = WebAssembly
      WebAssembly.Instance = function () { throw new RangeError('no memory') }
      results.push(code(() => A.init(core('a'))))
      WebAssembly.Instance = Instance
      results.push(code(() => A.init(core('b'))), code(() => A.init(core('a'))), A.sequential(2, [A.dense(1)]).build().simd)`),
    ).toEqual([...Array.from({ length: 7 }, () => 'NgradError TYPE'), 'NgradError UNSUPPORTED', 'none', 'NgradError STATE', 'portable'])
  })
})

/** A signed LEB128, as the operand of i32.const. */
function leb(value: number): number[] {
  const bytes = []
  for (; ; value >>= 7) {
    const last = value >> 6 === 0
    bytes.push((value & 127) | (last ? 0 : 128))
    if (last) return bytes
  }
}
