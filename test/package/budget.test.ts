// What an application ships: bundled from dist by esbuild, minified, gzipped, the WebAssembly core within it.
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'

const kB = 1000

/** The bundle of a program, and which of the library's files are in it. */
async function bundle(program: string) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: process.cwd() },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    metafile: true,
    logLevel: 'error',
  })
  const [{ inputs }] = Object.values(metafile.outputs)
  const files = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  return {
    size: gzipSync(outputFiles[0].contents, { level: 9 }).length,
    files: files.map(([path]) => path.replace(/^dist\//, '').replace(/\.js$/, '')),
  }
}

const train = (rule: string, from = 'ngrad') => `
  import { createTrainer, crossEntropy, dense, sequential, sgd } from 'ngrad'
  import { ${rule} } from '${from}'
  const network = sequential(4, [dense(3)]).build()
  createTrainer(network, { learner: ${rule}(), loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }) }).step()`

describe('what an application ships', () => {
  it('is the core and the one rule that it imports, in 40 kB', async () => {
    const { size, files } = await bundle(train('backprop'))
    console.log(`the core and backprop: ${(size / kB).toFixed(1)} kB of 40, minified and gzipped, with the WebAssembly core`)
    expect(size).toBeLessThanOrEqual(40 * kB)
    const strangers = files.filter((file) =>
      /^(data|io|verify|cli)\/|registry|equilibrium|relaxation|perturbation|hebbian|feedback|predictive/.test(file),
    )
    expect(strangers).toEqual([])
    expect(files).toContain('learners/gradient/backprop')
  })

  it('is the same from ngrad/learners', async () => {
    expect((await bundle(train('backprop', 'ngrad/learners'))).files.sort()).toEqual((await bundle(train('backprop'))).files.sort())
  })

  // Since the cap of 90 kB: checks of every number, count, file and sample, and settling by sample, some 11 kB.
  it('is everything, digits, models, claims and all rules included, in 105 kB', async () => {
    const entries = ['ngrad', 'ngrad/learners', 'ngrad/registry', 'ngrad/data', 'ngrad/verify']
    const { size } = await bundle(entries.map((entry, i) => `export * as e${i} from '${entry}'`).join('\n'))
    console.log(`everything: ${(size / kB).toFixed(1)} kB of 105`)
    expect(size).toBeLessThanOrEqual(105 * kB)
  })

  it('is nothing where nothing is used: no module acts when it is imported', async () => {
    const { size } = await bundle(`import 'ngrad'; import 'ngrad/data'; import 'ngrad/registry'; import * as all from 'ngrad'`)
    expect(size).toBeLessThan(50)
  })
})
