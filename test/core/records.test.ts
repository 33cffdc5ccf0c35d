// The fields of records as the compiler of the core places them, against src/core/records.ts, by which the host writes them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { records } from '../../scripts/core-records.mjs'
import * as written from '../../src/core/records.js'

it('are where the compiler has them, all of them', () => {
  const folder = mkdtempSync('build/records-')
  try {
    const places = Object.entries(records as Record<string, string[]>).flatMap(([file, names]) => {
      // Beside the classes, in a copy: not all of them are exported.
      const source = readFileSync(`assembly/${file}`, 'utf8').replace(
        /from '(\.\.?\/[^']*)'/g,
        (_, path: string) => `from '${join('../../assembly', file, '..', path)}'`,
      )
      const queries = names.flatMap((name) => {
        const [, body] = new RegExp(`class ${name} \\{\\n([^]*?)\\n\\}`).exec(source)!
        const fields = [...body.matchAll(/^ {2}(\w+): (\w+)$/gm)].map(([, field, type]) => ({ field, type }))
        return [
          { key: `${name}.bytes`, code: `offsetof<${name}>()`, size: 1 },
          ...fields.map(({ field, type }) => ({
            key: `${name}.${field}`,
            code: `offsetof<${name}>('${field}')`,
            size: type === 'f64' ? 8 : 4,
          })),
        ]
      })
      const path = join(folder, `${names.join('')}.ts`)
      writeFileSync(path, source + queries.map(({ code }, i) => `\nexport function q${i}(): i32 { return i32(${code}) }`).join(''))
      const out = join(folder, `${names.join('')}.wasm`)
      execFileSync(process.execPath, [
        'node_modules/assemblyscript/bin/asc.js',
        path,
        '--outFile',
        out,
        '--config',
        'none',
        '--runtime',
        'stub',
        '--enable',
        'simd',
        '--use',
        'abort=',
        '--noAssert',
        '--disableWarning',
        '112',
      ])
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(out)))
      return queries.map(({ key, size }, i) => [key, (exports[`q${i}`] as () => number)() / size] as const)
    })
    const record = (name: string): Record<string, number> =>
      (written as Record<string, Record<string, number>>)[`${name[0].toLowerCase()}${name.slice(1)}Record`]
    const all = Object.values(records as Record<string, string[]>).flatMap((names) =>
      names.flatMap((name) => Object.entries(record(name)).map(([field, at]) => [`${name}.${field}`, at])),
    )
    expect(Object.fromEntries(places)).toEqual(Object.fromEntries(all))
    expect(places.length).toBeGreaterThan(50)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
