// What commands print for other programs is what docs/output.md says: each field, each column, and none beside.
import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { csvText } from '../../src/cli/results.js'
import { ngrad } from './run.js'

/** Words that keep a command short. */
const short: Readonly<Record<string, readonly string[]>> = {
  'ngrad verify': ['--rules', 'backprop', '--cases', '1'],
  'ngrad train': ['equilibriumPropagation', '--epochs', '1', '--hidden', '4'],
  'ngrad digest': ['backprop'],
  'ngrad bench': ['--rules', 'backprop'],
  'ngrad spectrum': ['--rules', 'backprop,equilibriumPropagation', '--epochs', '1', '--seeds', '1', '--hidden', '4', '--no-html'],
}

interface Section {
  readonly command: string
  readonly columns: readonly string[]
  readonly fields: ReadonlySet<string>
}

const codesIn = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code)

const sections: Section[] = readFileSync('docs/output.md', 'utf8')
  .split('\n## ')
  .slice(1)
  .map((section) => {
    const [command, ...lines] = section.split('\n')
    const list = lines.filter((line) => line.startsWith('- ')).map((line) => line.split(':')[0])
    return { command, columns: codesIn(lines.find((line) => line.startsWith('CSV:'))!), fields: new Set(list.flatMap(codesIn)) }
  })

/** The fields of a document: of a list `[]`, those of its elements; what is under a name that is not fixed is none of them. */
function fieldsOf(value: unknown, path: string, known: ReadonlySet<string>, found: Set<string> = new Set()): Set<string> {
  if (known.has(`${path}.*`)) return found.add(`${path}.*`)
  if (Array.isArray(value) && value.some((element) => typeof element === 'object' && element !== null)) {
    found.add(`${path}[]`)
    for (const element of value) fieldsOf(element, `${path}[]`, known, found)
  } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    if (path !== '' && !path.endsWith('[]')) found.add(path)
    for (const [name, field] of Object.entries(value)) fieldsOf(field, path === '' ? name : `${path}.${name}`, known, found)
  } else found.add(path)
  return found
}

describe.each(sections)('$command', ({ command, columns, fields }) => {
  const words = [...command.split(' ').slice(1), ...(short[command] ?? [])]

  it('prints the document that is described', async () => {
    const { code, stdout, stderr } = await ngrad([...words, '--json'])
    expect({ code, stderr: stderr.replaceAll(/^.*test error.*\n/gm, '') }).toEqual({ code: 0, stderr: '' })
    expect([...fieldsOf(JSON.parse(stdout), '', fields)].sort()).toEqual([...fields].sort())
  })

  it('prints the table that is described', async () => {
    const { code, stdout } = await ngrad([...words, '--csv'])
    expect(code).toBe(0)
    const [titles, ...lines] = stdout.trimEnd().split('\n')
    expect(titles.split(',')).toEqual(columns)
    expect(lines.length).toBeGreaterThan(0)
  })

  it('refuses both', async () => {
    const { code, stdout, stderr } = await ngrad([...words, '--csv', '--json'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('either --json or --csv')
  })
})

test('cells are quoted where they must be, and are empty where there is nothing', () => {
  expect(csvText([{ a: 'x,y', b: 'say "no"', c: [1, NaN, 2], d: null, e: true }])).toBe('a,b,c,d,e\n"x,y","say ""no""",1; ; 2,,true')
  expect(csvText([{ a: 'two\nlines' }, {}])).toBe('a\n"two\nlines"\n')
  expect(csvText([])).toBe('')
})
