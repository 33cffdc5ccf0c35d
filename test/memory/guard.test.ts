// The guarded core: that it sees what is written where nobody was handed anything, and what scripts/guard.mjs does with it.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { doors, once } from '../../scripts/guard/doors.mjs'
import { publicCallables } from '../support/public-api.js'

/** A guarded core of its own, and what its memory holds. */
function load() {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync('build/core-guarded.wasm')))
  const { memory, ...kernels } = exports as unknown as { memory: WebAssembly.Memory } & Record<string, (...numbers: number[]) => number>
  return { kernels, bytes: () => new Uint8Array(memory.buffer) }
}

describe('a guard', () => {
  it.each([1, 4, 8, 12, 60, 63, 64, 65, 1000])('is on both sides of a block of %i bytes, however many it is rounded to', (size) => {
    const { kernels, bytes } = load()
    const blocks = Array.from({ length: 3 }, () => kernels.allocate(size))
    expect(kernels.touchedGuard()).toBe(0)
    for (const block of blocks) {
      expect(
        bytes()
          .subarray(block, block + size)
          .every((byte) => byte === 0),
      ).toBe(true)
      bytes().fill(0x11, block, block + size)
      for (const at of [block - 64, block - 1, block + size, block + size + 63]) {
        const kept = bytes()[at]
        expect(kernels.touchedGuard()).toBe(0)
        bytes()[at] = kept ^ 1
        expect(kernels.touchedGuard()).toBe(at)
        bytes()[at] = kept
      }
    }
  })

  it('is all that is left of a block that was given back, whatever order they come and go in', () => {
    const { kernels, bytes } = load()
    const blocks = Array.from({ length: 9 }, (_, i) => kernels.allocate(100 * i + 4))
    for (const i of [1, 3, 2, 8, 6, 7]) {
      kernels.free(blocks[i])
      expect(kernels.touchedGuard()).toBe(0)
    }
    bytes()[blocks[2] + 5] ^= 1
    expect(kernels.touchedGuard()).toBe(blocks[2] + 5)
    bytes()[blocks[2] + 5] ^= 1
    blocks[1] = kernels.allocate(50)
    blocks[7] = kernels.allocate(700)
    expect(kernels.touchedGuard()).toBe(0)
    for (const i of [0, 1, 4, 5, 7]) kernels.free(blocks[i])
    expect([kernels.touchedGuard(), kernels.bytesInUse()]).toEqual([0, 0])
  })

  it('is where address 0 is, and around the static scratch, which random numbers fill to its ends', () => {
    const { kernels, bytes } = load()
    const numbers = kernels.allocate(1 << 16)
    for (const offset of [0, 1, 5]) kernels.normal_f32(1, 2, 3, 4, offset, numbers, (1 << 14) - 1)
    kernels.permutation(1, 2, 3, numbers, 1000)
    expect(kernels.touchedGuard()).toBe(0)
    bytes()[8] = 0
    expect(kernels.touchedGuard()).toBe(8)
  })

  it('reads as a signalling NaN in every double, and as NaN in every float', () => {
    const { kernels, bytes } = load()
    const block = kernels.allocate(64)
    const after = bytes().slice(block + 64, block + 128).buffer
    expect([...new Float64Array(after)].every(Number.isNaN)).toBe(true)
    expect([...new Float32Array(after)].every(Number.isNaN)).toBe(true)
    expect(new Uint32Array(after)[1] & 0x0008_0000).toBe(0) // quiet ones have this bit
  })
})

describe('npm run guard', () => {
  /** Interfaces that the library calls, and what starts where no core runs. */
  const notDoors =
    /^(Fit\.\w+|Learner\.attach|(\w*Row|Classifier)\.make|Admissible\.accepts|Environment\.(reset|step)|Gathering\.\w+|LossDefinition\.\w+|OwnActivation\.\w+|CheckRuleOptions\.setting|Metric\.begin|LayerDescription\.(connect|shapes)|PoolingDescription\.before|Threads\.dismiss)$/

  it('knows every public function', () => {
    expect([...Object.keys(doors), ...Object.keys(once)].filter((name) => !name.endsWith(' of a model')).sort()).toEqual(
      publicCallables().filter((name) => !notDoors.test(name)),
    )
  })

  it('finds nothing, and the same from anywhere', () => {
    const run = (...options: string[]) =>
      JSON.parse(execFileSync(process.execPath, ['scripts/guard.mjs', '--json', ...options], { encoding: 'utf8' })) as {
        total: number
        scenes: number
        problems: unknown[]
      }
    const all = run('--from', '40', '--scenes', '60')
    expect(all.problems).toEqual([])
    const parts = [run('--from', '40', '--scenes', '25'), run('--from', '65', '--scenes', '35')]
    expect(parts.reduce((sum, { total }) => sum + total, 0)).toBe(all.total + 1) // digests, once in each
  }, 120_000)
})
