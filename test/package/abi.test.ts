// docs/abi.md, against what core.wasm exports.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { exportsOfCore, page } from '../../scripts/abi.mjs'
import { activations } from '../../src/layers/activation.js'

const core = new WebAssembly.Instance(new WebAssembly.Module(readFileSync('build/core.wasm'))).exports
const text = readFileSync('docs/abi.md', 'utf8')

describe('docs/abi.md', () => {
  it('lists the exports as the sources have them (else: node scripts/abi.mjs)', () => {
    expect(text).toBe(page())
  })

  it('leaves out none, invents none, and counts their parameters', () => {
    const listed = Object.fromEntries(
      exportsOfCore().flatMap(({ names, parameters }) => names.map((name: string) => [name, parameters.length])),
    )
    const { memory, ...functions } = core
    expect(memory).toBeInstanceOf(WebAssembly.Memory)
    expect(listed).toEqual(Object.fromEntries(Object.entries(functions).map(([name, f]) => [name, (f as () => void).length])))
  })

  it('numbers the activations as the library does', () => {
    const codes = /`code` is ([^;]*);/.exec(text)![1].replaceAll(/\s+/g, ' ')
    expect(codes).toBe(activations.map((name, i) => `${i} ${name}`).join(', '))
  })

  it('is right about alignment and failure', () => {
    const { allocate, free, bytesInUse } = core as Record<string, (...numbers: number[]) => number>
    const before = bytesInUse()
    const pointer = allocate(1) >>> 0
    expect(pointer % 64).toBe(0)
    expect(bytesInUse() - before).toBe(128)
    free(pointer)
    expect(allocate(0xffff0001)).toBe(0) // without asking the host
    expect(bytesInUse()).toBe(before)
  })
})
