// Writes the list of exports in docs/abi.md from assembly/: names and types from index.ts, what each does from the comments
// of the file that defines it. `node scripts/abi.mjs` after a change of the exports; test/package/abi.test.ts holds the two together.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { records, recordsOf } from './core-records.mjs'

const root = new URL('..', import.meta.url)
const read = (path) => readFileSync(new URL(path, root), 'utf8')
const begin = '<!-- exports: node scripts/abi.mjs -->\n'
const end = '<!-- /exports -->'
const recordsHead = `## The records

Kernels that do a whole phase take the address of a record, little-endian, each field at a multiple of its size: addresses are i32. A
comment is of the fields from its own on, up to the next. What the fields mean is in the heads of their files, above.
`

/** What a host sees of a type: all of AssemblyScript's integers of 32 bits, addresses among them, are i32. */
const hostType = (type) => ({ f32: 'f32', f64: 'f64', T: 'T', void: '' })[type] ?? 'i32'
const parametersOf = (list) =>
  list
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
    .map((one) => one.split(':').map((part) => part.trim()))
    .map(([name, type]) => `${name}: ${hostType(type)}`)

/** The exports by the file that defines them: [{ file, names, parameters, result, does }]. */
export function exportsOfCore() {
  const index = read('assembly/index.ts')
  const files = new Map() // which file a name comes from
  for (const [, names, file] of index.matchAll(/^(?:import|export) \{([^}]*)\} from '\.\/([^']*)'/gm))
    for (const name of names.split(',')) files.set(name.trim(), file)
  const plain = [...index.matchAll(/^export \{([^}]*)\} from '\.\/([^']*)'/gm)].flatMap(([, names]) =>
    names.split(',').map((name) => name.trim()),
  )
  const typed = [...index.matchAll(/^export function (\w+)_f32\(([^)]*)\): (\w+)/gm)].map(([, name]) => name)
  return [...new Set([...typed, ...plain])].map((name) => {
    const file = definingFile(files.get(name), name)
    const source = read(`assembly/${file}.ts`)
    const found = new RegExp(
      `((?:/\\*\\*(?:(?!\\*/)[^])*\\*/\\n)?)(?:// @ts-ignore[^\\n]*\\n|@\\w+\\n)*export function ${name}(?:<T>)?\\(([^)]*)\\): (\\w+)`,
    ).exec(source)
    if (found === null) throw new Error(`no ${name} in ${file}`)
    const [, comment, parameters, result] = found
    const does = comment
      .replace(/^\/\*\*|\*\/\n$/g, '')
      .replace(/\n \*/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
    const names = typed.includes(name) ? [`${name}_f32`, `${name}_f64`] : [name]
    return { file, names, parameters: parametersOf(parameters), result: hostType(result), does }
  })
}

/** A name may have been imported to be exported again. */
function definingFile(file, name) {
  const through = new RegExp(`^(?:import|export) \\{[^}]*\\b${name}\\b[^}]*\\} from '\\./([^']*)'`, 'm').exec(read(`assembly/${file}.ts`))
  return through ? definingFile(file.replace(/[^/]*$/, through[1]), name) : file
}

/** The comment that a file begins with. */
function headOf(file) {
  const lines = read(`assembly/${file}.ts`).split('\n')
  const length = lines.findIndex((line) => !line.startsWith('//'))
  return lines
    .slice(0, length)
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join('\n')
}

export function exportsAsMarkdown() {
  const all = exportsOfCore()
  return [...new Set(all.map(({ file }) => file))]
    .sort()
    .map((file) => {
      const head = headOf(file)
      const rows = all
        .filter((one) => one.file === file)
        .map(({ names, parameters, result, does }) => {
          const name = names.length > 1 ? names[0].replace(/_f32$/, '_T') : names[0]
          return `- \`${name}(${parameters.join(', ')})${result && `: ${result}`}\`${does && `  \n  ${does.replaceAll('<', '\\<').replaceAll('|', '\\|').replaceAll('*', '\\*')}`}`
        })
      return `### ${file}\n\n${head && `\`\`\`text\n${head}\n\`\`\`\n\n`}${rows.join('\n')}\n`
    })
    .join('\n')
}

const escaped = (text) => text.replaceAll('<', '\\<').replaceAll('|', '\\|').replaceAll('*', '\\*')

/** A table for each record: where its fields are, and what their comments say. */
export function recordsAsMarkdown() {
  return Object.keys(records)
    .flatMap(recordsOf)
    .map(({ name, file, bytes, fields }) =>
      [
        `### ${name}, of ${file.replace('.ts', '')}: ${bytes} bytes\n`,
        '| byte | field | type | |',
        '| ---: | --- | --- | --- |',
        ...fields.map(
          ({ name: field, type, offset, means }) => `| ${offset} | ${field} | ${type === 'usize' ? 'address' : type} | ${escaped(means)} |`,
        ),
        '',
      ].join('\n'),
    )
    .join('\n')
}

/** docs/abi.md with the lists as they should be. */
export function page() {
  const text = existsSync(new URL('docs/abi.md', root)) ? read('docs/abi.md') : `${begin}${end}\n`
  return text.slice(0, text.indexOf(begin) + begin.length) + `\n${exportsAsMarkdown()}\n${recordsHead}\n${recordsAsMarkdown()}\n${end}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(new URL('docs/abi.md', root), page())
