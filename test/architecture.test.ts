// The layers of the house (design, section 3). dependency-cruiser reads the imports, TypeScript the rest.
import { readFileSync } from 'node:fs'
import { cruise, type ICruiseResult, type IModule } from 'dependency-cruiser'
import ts from 'typescript'
import { beforeAll, describe, expect, it } from 'vitest'

const levels: Record<string, number> = {
  errors: 0, core: 1, layers: 2, losses: 2, optimizers: 2, data: 2, learners: 3, training: 4, io: 4, verify: 4, index: 5, cli: 6,
}
/** Folders of one level that may see each other: what measures trainers imports them, losses name their link. */
const neighbours: Record<string, readonly string[]> = { losses: ['layers'], verify: ['training', 'io'], io: ['training'] }

/** The folder that a file of src belongs to, or its own name where it lies in none. */
const homeOf = (path: string): string => /^src\/([^/.]+)/.exec(path)![1]!

interface File {
  readonly path: string
  readonly home: string
  readonly imports: readonly { readonly path: string; readonly isTypeOnly: boolean }[]
  readonly isNodeImporter: boolean
}

let files: File[] = []

beforeAll(async () => {
  const { output } = await cruise(['src'], { tsPreCompilationDeps: 'specify', exclude: { path: '^(dist|build)/' } })
  files = (output as ICruiseResult).modules.filter(({ source }) => source.startsWith('src/')).map(fileOf)
}, 60_000)

const fileOf = ({ source, dependencies }: IModule): File => ({
  path: source,
  home: homeOf(source),
  imports: dependencies
    .filter(({ resolved }) => resolved.startsWith('src/'))
    .map(({ resolved, preCompilationOnly, dependencyTypes }) => ({
      path: resolved,
      isTypeOnly: preCompilationOnly === true || dependencyTypes.includes('type-only'),
    })),
  isNodeImporter: dependencies.some(({ coreModule, module }) => coreModule || module.startsWith('node:')),
})

/** Violations as lines, so that a failure says which. */
const importsWhere = (isBad: (from: File, to: File['imports'][number]) => boolean): string[] =>
  files.flatMap((from) => from.imports.filter((to) => isBad(from, to)).map((to) => `${from.path} -> ${to.path}`))

describe('imports', () => {
  it('are all seen', () => {
    expect(files.length).toBeGreaterThan(60)
    expect(files.filter(({ home }) => !(home in levels)).map(({ path }) => path)).toEqual([])
    expect(importsWhere(() => true).length).toBeGreaterThan(200)
  })

  it('go to lower levels, to the own folder, or nowhere', () => {
    expect(
      importsWhere(({ home }, { path }) => {
        const target = homeOf(path)
        return target !== home && levels[target]! >= levels[home]! && !neighbours[home]?.includes(target)
      }),
    ).toEqual([])
  })

  // Types may refer to each other: a learner has a claim, a claim has a reference learner. They leave no import behind.
  it('make no cycle when the program runs', () => {
    const targets = new Map(files.map(({ path, imports }) => [path, imports.filter((to) => !to.isTypeOnly).map((to) => to.path)]))
    const state = new Map<string, 'open' | 'done'>()
    const cycles: string[] = []
    const visit = (path: string, trail: readonly string[]): void => {
      if (state.get(path) === 'done') return
      if (state.get(path) === 'open') return void cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '))
      state.set(path, 'open')
      for (const target of targets.get(path) ?? []) visit(target, [...trail, path])
      state.set(path, 'done')
    }
    for (const { path } of files) visit(path, [])
    expect(cycles).toEqual([])
  })

  it('reach the exports of the core from operations and memory alone, which load it; init is for users', () => {
    const importers = importsWhere((_, { path, isTypeOnly }) => path === 'src/core/wasm.ts' && !isTypeOnly)
    expect(importers.sort()).toEqual([
      'src/core/memory.ts -> src/core/wasm.ts', 'src/core/operations.ts -> src/core/wasm.ts', 'src/index.ts -> src/core/wasm.ts',
    ])
  })

  it('reach the registry from the command line alone, so that a program that uses one rule ships one', () => {
    const allowed = (path: string): boolean => path.startsWith('src/cli/') || path === 'src/verify/run-claims.ts'
    expect(importsWhere(({ path: from }, { path }) => path === 'src/learners/registry.ts' && !allowed(from))).toEqual([])
  })

  it('name no node: module below the command line', () => {
    expect(files.filter(({ home, isNodeImporter }) => isNodeImporter && home !== 'cli').map(({ path }) => path)).toEqual([])
  })
})

describe('the same bits on every engine', () => {
  /** Every engine computes these alike; others, such as Math.exp and the operator **, differ in the last place. */
  const exact = 'abs min max floor ceil trunc round sign sqrt fround imul'.split(' ')
  const forbidden = new Set(['Date', 'performance', 'Intl', 'crypto'])

  /** What a file uses that may differ between engines or runs, with its line. */
  function suspicious(path: string): string[] {
    const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
    const found: string[] = []
    const visit = (node: ts.Node): void => {
      const report = (): void => {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart())
        found.push(`${path}:${line + 1}: ${node.getText()}`)
      }
      if (ts.isIdentifier(node) && node.text === 'Math' && !isExact(node.parent)) report()
      if (ts.isIdentifier(node) && forbidden.has(node.text) && !ts.isPropertySignature(node.parent)) report()
      if (ts.isBinaryExpression(node) && isPower(node) && !isConstant(node)) report()
      ts.forEachChild(node, visit)
    }
    visit(source)
    return found
  }
  const isExact = (parent: ts.Node): boolean => ts.isPropertyAccessExpression(parent) && exact.includes(parent.name.text)
  const isPower = ({ operatorToken: { kind } }: ts.BinaryExpression): boolean =>
    kind === ts.SyntaxKind.AsteriskAsteriskToken || kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken
  /** A power of two, exact everywhere. */
  const isConstant = ({ left, right }: ts.BinaryExpression): boolean => left.getText() === '2' && ts.isNumericLiteral(right)

  it('nothing from the core to the learners uses arithmetic, clocks or chance of the host', () => {
    const numeric = files.filter(({ home }) => levels[home]! <= levels.learners!)
    expect(numeric.flatMap(({ path }) => suspicious(path))).toEqual([])
  })

  it('one file above them has a clock', () => {
    const above = files.filter(({ home }) => ['training', 'io', 'verify'].includes(home))
    const withClock = above.filter(({ path }) => suspicious(path).some((line) => /: (Date|performance|Math\.random)$/.test(line)))
    expect(withClock.map(({ path }) => path)).toEqual(['src/training/host.ts'])
  })
})

describe('the house', () => {
  it('has no file of more than 320 lines', () => {
    const lines = (path: string): number => readFileSync(path, 'utf8').split('\n').length - 1
    expect(files.filter(({ path }) => lines(path) > 320).map(({ path }) => path)).toEqual([])
  })

  it('depends on nothing', () => {
    const { dependencies, peerDependencies, optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect({ ...dependencies, ...peerDependencies, ...optionalDependencies }).toEqual({})
  })

  it('has a core that imports nothing', () => {
    expect(WebAssembly.Module.imports(new WebAssembly.Module(readFileSync('dist/core.wasm')))).toEqual([])
  })
})
