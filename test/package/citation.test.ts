import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('CITATION.cff is of the version and licence of the package', () => {
  const { version, license } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, string>
  const citation = readFileSync('CITATION.cff', 'utf8')
  const word = (key: string): string | undefined => new RegExp(`^${key}: (.*)$`, 'm').exec(citation)?.[1]
  expect({ version: word('version'), license: word('license') }).toEqual({ version, license })
})
