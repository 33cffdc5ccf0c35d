// The layers of the house, held: who may import whom, who may touch the core, and what nobody may call.
import { readFileSync } from 'node:fs'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { beforeAll, describe, expect, it } from 'vitest'

/** A file imports lower levels only, and its own folder. */
const levels: Record<string, number> = {
  'src/errors.ts': 0,
  'src/options.ts': 1,
  'src/core': 1,
  'src/numerics': 2,
  'src/layers': 3,
  'src/linalg': 3,
  'src/environments': 3,
  'src/losses': 3,
  'src/optimizers': 3,
  'src/data': 3,
  'src/dynamics': 4,
  'src/models': 5,
  'src/learners': 6,
  'src/training': 7,
  'src/io': 7,
  'src/verify': 7,
  'src/cli': 8,
  'src/index.ts': 9,
}

/** Importers of another folder of the same level, where the design has one serve the other. */
const neighbours = new Set(['src/losses -> src/layers', 'src/verify -> src/training', 'src/io -> src/training'])

interface Import {
  readonly from: string
  readonly to: string
}

const folderOf = (path: string): string => Object.keys(levels).find((key) => path === key || path.startsWith(`${key}/`)) ?? path
const levelOf = (path: string): number => levels[folderOf(path)] ?? NaN

let files: string[]
let imports: Import[]
let builtins: { from: string; to: string }[]

beforeAll(async () => {
  const { output } = await cruise(['src'], {
    tsPreCompilationDeps: true, // so that imports of types count
    exclude: { path: 'node_modules' },
  })
  const { modules } = output as ICruiseResult
  files = modules.map(({ source }) => source).filter((source) => source.startsWith('src/'))
  const all = modules
    .filter(({ source }) => source.startsWith('src/'))
    .flatMap(({ source, dependencies }) =>
      dependencies.map(({ resolved, coreModule }) => ({
        from: source,
        to: resolved,
        coreModule,
      })),
    )
  builtins = all.filter(({ coreModule }) => coreModule)
  imports = all.filter(({ to }) => to.startsWith('src/'))
}, 60_000)

const text = (file: string): string => readFileSync(file, 'utf8')
/** Data that were made text. */
const generated = ['src/core/wasm-bytes.ts', 'src/core/wasm-bytes-relaxed.ts', 'src/data/digits-bytes.ts']
const under = (...folders: string[]): string[] => files.filter((file) => folders.includes(folderOf(file)) && !generated.includes(file))
const withoutComments = (source: string): string => source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*/g, '')

describe('the layers', () => {
  it('are read: the library is there', () => {
    expect(files.length).toBeGreaterThan(40)
    expect(imports.length).toBeGreaterThan(100)
  })

  it('give every file a level', () => {
    expect(files.filter((file) => Number.isNaN(levelOf(file)))).toEqual([])
  })

  it('import downwards only', () => {
    const upwards = imports.filter(({ from, to }) => {
      const [a, b] = [folderOf(from), folderOf(to)]
      return a !== b && levelOf(from) <= levelOf(to) && !neighbours.has(`${a} -> ${b}`)
    })
    expect(upwards).toEqual([])
  })

  it('have no cycles, imports of types counted', () => {
    const targets = new Map<string, string[]>()
    for (const { from, to } of imports) targets.set(from, [...(targets.get(from) ?? []), to])
    const done = new Set<string>()
    const visit = (file: string, path: readonly string[]): void => {
      expect(path, 'a cycle').not.toContain(file)
      if (done.has(file)) return
      for (const next of targets.get(file) ?? []) visit(next, [...path, file])
      done.add(file)
    }
    for (const file of files) visit(file, [])
  })

  it('let tools alone import the registry', () => {
    const importers = imports.filter(({ to }) => to === 'src/learners/registry.ts').map(({ from }) => folderOf(from))
    expect(importers.filter((folder) => !['src/cli', 'src/verify'].includes(folder))).toEqual([])
    expect(imports.filter(({ from, to }) => from === 'src/verify/index.ts' && /verify-rules|registry/.test(to))).toEqual([])
  })

  it('import nothing of Node below the command line', () => {
    expect(builtins.filter(({ from }) => folderOf(from) !== 'src/cli')).toEqual([])
  })
})

describe('the core', () => {
  it('is touched by its own folder alone', () => {
    const outside = imports.filter(({ from, to }) => to === 'src/core/wasm.ts' && folderOf(from) !== 'src/core')
    expect(outside.filter(({ from }) => from !== 'src/index.ts')).toEqual([]) // which exports init
    expect(files.filter((file) => folderOf(file) !== 'src/core' && /\bkernels\b/.test(withoutComments(text(file))))).toEqual([])
  })

  it('reaches rules, layers, losses and optimizers by what they are handed, so that they serve the core of whoever uses them', () => {
    const owners = /\/(estimator|network|parameter|model|boltzmann-machine|rbm|helmholtz-machine|predictive-hierarchy)\.ts$/
    const folders = ['src/numerics', 'src/layers', 'src/losses', 'src/optimizers', 'src/dynamics', 'src/learners', 'src/models']
    const handed = under(...folders).filter((file) => !owners.test(file))
    expect(handed.filter((file) => /\b(operations|memoryViews|bytesInUse)\(|new Region\(/.test(withoutComments(text(file))))).toEqual([])
  })

  it('lends no view of the whole memory but by a matrix, and places records by the fields of their classes', () => {
    expect(files.filter((file) => folderOf(file) !== 'src/core' && /\bmemoryViews\b/.test(text(file)))).toEqual([])
    const written = files.filter((file) => /\bu32\[/.test(text(file)) && folderOf(file) !== 'src/core')
    expect(written.filter((file) => /u32\[\w+ \+ \d/.test(text(file)))).toEqual([])
  })

  it('imports nothing, so that any host can run it', () => {
    const module = new WebAssembly.Module(readFileSync('build/core.wasm'))
    expect(WebAssembly.Module.imports(module)).toEqual([])
  })
})

describe('the same bits everywhere', () => {
  const deterministic = [
    'src/environments',
    'src/core',
    'src/numerics',
    'src/layers',
    'src/losses',
    'src/optimizers',
    'src/data',
    'src/dynamics',
    'src/models',
    'src/learners',
    'src/training',
  ]
  const allowed = new Set(['abs', 'min', 'max', 'floor', 'ceil', 'trunc', 'round', 'sqrt', 'fround', 'imul'])

  it('needs functions that no two engines compute differently', () => {
    const uses = under(...deterministic).flatMap((file) =>
      [...withoutComments(text(file)).matchAll(/\bMath\.(\w+)/g)].map(([, name]) => `${file}: Math.${name}`),
    )
    expect(uses.length).toBeGreaterThan(0)
    expect(uses.filter((use) => !allowed.has(use.split('Math.')[1]))).toEqual([])
  })

  it('needs no powers but by multiplication: ** is Math.pow', () => {
    const written = under(...deterministic).filter((file) => !/-bytes(-\w+)?\.ts$/.test(file)) // not the embedded bytes
    expect(written.filter((file) => withoutComments(text(file)).includes('**'))).toEqual([])
  })

  it('needs no chance but the seeded one, and no arithmetic that differs by language or zone', () => {
    const uses = /\b(crypto|Intl|toLocale\w*|localeCompare)\b/
    expect(under(...deterministic).filter((file) => uses.test(withoutComments(text(file))))).toEqual([])
  })

  it('needs no clock, but for how fast training goes', () => {
    const clocks = under(...deterministic).filter((file) => /\b(Date|performance)\b/.test(withoutComments(text(file))))
    expect(clocks).toEqual(['src/training/host.ts'])
  })
})

describe('the package', () => {
  it('has no dependencies', () => {
    const { dependencies = {}, peerDependencies = {} } = JSON.parse(text('package.json'))
    expect({ ...dependencies, ...peerDependencies }).toEqual({})
  })

  it('keeps a file short enough to be read at once', () => {
    const long = files.filter((file) => !generated.includes(file) && text(file).split('\n').length > 350)
    expect(long).toEqual([])
  })
})
