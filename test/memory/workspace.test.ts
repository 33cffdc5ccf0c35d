// Where not even the workspace of the products can be had: a host whose memory is full from the start.
import { expect, it } from 'vitest'
import { operations } from '../../src/core/operations.js'
import { compile, run, webAssembly } from '../../src/core/wasm.js'
import { source } from '../../src/core/wasm-inline.js'

it('is OUT_OF_MEMORY, and not the scratch at address 0', () => {
  const { exports } = new (webAssembly().Instance)(compile('test', 'SIMD', source() as Uint8Array))
  const { memory, ...kernels } = exports as { memory: never } & Record<string, (...operands: number[]) => number>
  let full = true
  run('test', { memory, kernels: { ...kernels, allocate: (bytes) => (full ? 0 : kernels.allocate(bytes)) } })
  expect(() => operations('f32')).toThrow(expect.objectContaining({ code: 'OUT_OF_MEMORY' }))
  full = false
  expect(operations('f32').workspace).toBeGreaterThan(0)
})
