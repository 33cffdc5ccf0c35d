// Colours, where a terminal wants them.
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { growingTable, markdownTable, textTable } from '../../src/cli/table.js'
import { escapeLine, escapeText, jsonText } from '../../src/cli/printable.js'
import { paint } from '../../src/cli/terminal.js'

afterEach(() => vi.unstubAllEnvs())

describe('paint', () => {
  it('colours what goes to a terminal, and nothing else', () => {
    vi.stubEnv('NO_COLOR', '')
    vi.stubEnv('TERM', 'xterm')
    expect(paint('red', 'x', { isTTY: true })).toBe('\x1b[31mx\x1b[39m')
    expect(paint('red', 'x', { isTTY: false })).toBe('x')
  })

  it.each([
    ['NO_COLOR', '1'],
    ['TERM', 'dumb'],
  ])('heeds %s=%s', (name, value) => {
    vi.stubEnv(name, value)
    expect(paint('red', 'x', { isTTY: true })).toBe('x')
  })
})

describe('tables', () => {
  const columns = [
    { title: 'name', text: ([name]: [string, number]) => name },
    { title: 'n', align: 'right' as const, text: ([, n]: [string, number]) => String(n) },
  ]
  const rows: [string, number][] = [
    ['a|b', 5],
    ['long name', 1000],
  ]

  it('align their columns', () => {
    expect(textTable(columns, rows)).toBe('name          n\na|b           5\nlong name  1000')
  })

  it('are as wide as the terminal at most, breaking no word before they must', () => {
    const wide = [
      { title: 'rule', text: ([name]: [string, string]) => name },
      { title: 'claim', text: ([, claim]: [string, string]) => claim },
    ]
    const claims: [string, string][] = [['contrastiveHebbian', 'the gradient of the loss, as gamma goes to 0']]
    const lines = (most: number): string[] => textTable(wide, claims, most).split('\n')
    expect(lines(64)).toHaveLength(2)
    expect(lines(63)).toEqual([
      'rule                claim',
      'contrastiveHebbian  the gradient of the loss, as gamma goes to',
      '                    0',
    ])
    for (let most = 14; most < 70; most++) {
      expect(Math.max(...lines(most).map((line) => line.length))).toBeLessThanOrEqual(most)
      if (most > 28) expect(lines(most)[1]).toMatch(/^contrastiveHebbian  /)
    }
  })

  it('that grow keep firm columns as long as others can give way', () => {
    const growing = [
      { title: 'rule', width: 10, firm: true as const, text: (row: string) => row },
      { title: 'claim', width: 30, text: () => 'one two three four' },
    ]
    const { titles, lines } = growingTable(growing, 22)
    expect(titles).toBe('rule        claim')
    expect(lines('0123456789').split('\n')).toEqual(['0123456789  one two', '            three four'])
  })

  it('are Markdown, with bars escaped', () => {
    expect(markdownTable(columns, rows)).toBe('| name | n |\n| --- | ---: |\n| a\\|b | 5 |\n| long name | 1000 |')
  })
})

describe('text of strangers', () => {
  const strange = fc.string({
    unit: fc.oneof(
      fc.constantFrom('\x1b[31m', '\x1b[2J', '\x07', '\r', '\x7f', '\x9b', '\u202e', '\u2066', '\u2028', '\ud800'),
      fc.string({ maxLength: 2 }),
    ),
  })

  it('is printed without controls, whatever it is', () => {
    fc.assert(
      fc.property(strange, (text) => {
        expect(escapeLine(text)).not.toMatch(/[\p{Cc}\p{Cs}\u202e\u2066\u2028]/u)
        expect(escapeText(text).replaceAll('\x1b[31m', '')).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\p{Cs}\u202e\u2066\u2028]/u)
      }),
      { seed: 1 },
    )
    expect(escapeLine('a\x1b[31mb\n\x9b\u202e')).toBe(String.raw`a\x1b[31mb\n\x9b\u202e`)
    expect(escapeText('a\x1b[31mb\n\x1b[2J')).toBe('a\x1b[31mb\n\\x1b[2J')
    expect(escapeLine('naïve 日本 😀')).toBe('naïve 日本 😀')
  })

  it('is the same in JSON', () => {
    fc.assert(
      fc.property(strange, (text) => {
        const json = jsonText({ text })
        expect(json).not.toMatch(/[\x7f-\x9f\u202e\u2066\u2028]/)
        expect(JSON.parse(json)).toEqual({ text })
      }),
      { seed: 1 },
    )
  })
})
