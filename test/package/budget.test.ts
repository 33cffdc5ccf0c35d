// What an application ships: bundled from dist by esbuild, minified, gzipped, the WebAssembly core within it.
import { gzipSync } from 'node:zlib'
import { readFileSync } from 'node:fs'
import { build, transform } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { registry } from '../../src/learners/registry.js'

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

const using = (rules: readonly string[]): string => `
  import { createTrainer, ${rules.join(', ')} } from 'ngrad'
  console.log(createTrainer, ${rules.join(', ')})`

describe('what an application ships', () => {
  it('is the core and the one rule that it imports, in 37.8 kB', async () => {
    const { size, files } = await bundle(train('backprop'))
    console.log(`the core and backprop: ${(size / kB).toFixed(1)} kB of 37.8, minified and gzipped, with the WebAssembly core`)
    expect(size).toBeLessThanOrEqual(37.8 * kB)
    const strangers = files.filter((file) =>
      /^(data|io|verify|cli)\/|registry|equilibrium|relaxation|perturbation|hebbian|feedback|predictive/.test(file),
    )
    expect(strangers).toEqual([])
    expect(files).toContain('learners/gradient/backprop')
  })

  it('is 43.7 kB with equilibrium propagation, and no other rule, nor what it is measured against', async () => {
    const { size, files } = await bundle(train('equilibriumPropagation'))
    console.log(`the core and equilibriumPropagation: ${(size / kB).toFixed(1)} kB of 43.7`)
    expect(size).toBeLessThanOrEqual(43.7 * kB)
    const rules = files.filter((file) => /^learners\/\w+\/[a-z]/.test(file)) // machinery is underscored
    expect(rules).toEqual(['learners/contrastive/equilibrium-propagation'])
    expect(files.filter((file) => /^(data|io|verify|cli)\/|registry/.test(file))).toEqual([])
  })

  it('is the same from ngrad/learners', async () => {
    expect((await bundle(train('backprop', 'ngrad/learners'))).files.sort()).toEqual((await bundle(train('backprop'))).files.sort())
  })

  // No cap on everything, which nobody ships: on what a rule adds to the others of its family.
  it('is at most 3 kB more for another rule, beyond the machinery that its family has', { timeout: 120_000 }, async () => {
    const families = new Map<string, typeof registry>()
    for (const row of registry) families.set(row.family, [...(families.get(row.family) ?? []), row])
    const sizes: string[] = []
    for (const [family, rows] of families) {
      const names = rows.map(({ name }) => name)
      const { size: whole } = await bundle(using(names))
      for (const name of names.length > 1 ? names : []) {
        const added = whole - (await bundle(using(names.filter((other) => other !== name)))).size
        const file = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
        const { code } = await transform(readFileSync(`dist/learners/${family}/${file}.js`, 'utf8'), { minify: true })
        const own = gzipSync(code, { level: 9 }).length
        sizes.push(`${family}: ${name} ${(added / kB).toFixed(1)}, its own file ${(own / kB).toFixed(1)}`)
        expect(own, name).toBeLessThanOrEqual(3 * kB)
      }
    }
    const { size } = await bundle("export * from 'ngrad'")
    console.log(`kB that a rule adds to its family:\n  ${sizes.join('\n  ')}\neverything of 'ngrad': ${(size / kB).toFixed(1)} kB`)
  })

  it('is nothing where nothing is used: no module acts when it is imported', async () => {
    const { size } = await bundle(`import 'ngrad'; import 'ngrad/data'; import 'ngrad/registry'; import * as all from 'ngrad'`)
    expect(size).toBeLessThan(50)
  })
})
