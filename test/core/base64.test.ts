import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBase64 } from '../../src/core/base64.js'

test('decodes what Buffer encodes, padded or not', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const text = Buffer.from(bytes).toString('base64')
      expect(decodeBase64(text)).toEqual(bytes)
      expect(decodeBase64(text.replace(/=+$/, ''))).toEqual(bytes)
    }),
  )
})
