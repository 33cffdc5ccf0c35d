// Colours, where a terminal wants them.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { markdownTable, textTable } from '../../src/cli/table.js'
import { paint } from '../../src/cli/terminal.js'

afterEach(() => vi.unstubAllEnvs())

describe('paint', () => {
  it('colours what goes to a terminal, and nothing else', () => {
    vi.stubEnv('NO_COLOR', '')
    vi.stubEnv('TERM', 'xterm')
    expect(paint('red', 'x', { isTTY: true })).toBe('\x1b[31mx\x1b[39m')
    expect(paint('red', 'x', { isTTY: false })).toBe('x')
  })

  it.each([['NO_COLOR', '1'], ['TERM', 'dumb']])('heeds %s=%s', (name, value) => {
    vi.stubEnv(name, value)
    expect(paint('red', 'x', { isTTY: true })).toBe('x')
  })
})

describe('tables', () => {
  const columns = [
    { title: 'name', text: ([name]: [string, number]) => name },
    { title: 'n', align: 'right' as const, text: ([, n]: [string, number]) => String(n) },
  ]
  const rows: [string, number][] = [['a|b', 5], ['long name', 1000]]

  it('align their columns', () => {
    expect(textTable(columns, rows)).toBe('name          n\na|b           5\nlong name  1000')
  })

  it('are Markdown, with bars escaped', () => {
    expect(markdownTable(columns, rows)).toBe('| name | n |\n| --- | ---: |\n| a\\|b | 5 |\n| long name | 1000 |')
  })
})
