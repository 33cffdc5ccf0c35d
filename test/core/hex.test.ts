import { expect, it } from 'vitest'
import { decodeHex } from '../../src/core/hex.js'

it('decodes every byte', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
  expect(decodeHex(Buffer.from(bytes).toString('hex'))).toEqual(bytes)
  expect(decodeHex('')).toEqual(new Uint8Array(0))
})
