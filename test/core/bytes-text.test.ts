import { expect, it } from 'vitest'
import { encodeText } from '../../scripts/bytes-text.mjs'
import { decodeText } from '../../src/core/bytes-text.js'

const decoded = (bytes: Uint8Array): Uint8Array => {
  const { common, text } = encodeText(bytes)
  expect(text).toMatch(/^[ !#%-;=-[\]-_a-~&]*$/) // nothing that a quote, a template or a page would end or change
  return decodeText(common, text)
}

it('decodes every byte, common or rare', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
  expect(decoded(bytes)).toEqual(bytes)
  const skewed = Uint8Array.from({ length: 5000 }, (_, i) => (i * i * i) % 251)
  expect(decoded(skewed)).toEqual(skewed)
  expect(decoded(new Uint8Array(0))).toEqual(new Uint8Array(0))
})
