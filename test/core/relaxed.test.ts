// The build with relaxed SIMD, chosen in a process of its own: a core is chosen once.
import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { canRelax } from '../support/relaxed.js'

const root = new URL('../../', import.meta.url)

const run = (flags: string[], program: string): string =>
  execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', program], { cwd: root, encoding: 'utf8' })

const program = `
  import { dense, init, sequential } from 'ngrad'
  import { relaxed } from 'ngrad/relaxed'
  const description = sequential(40, [dense(70, 'tanh'), dense(3)])
  const x = Array.from({ length: 5 * 40 }, (_, i) => Math.sin(i))
  let network
  try {
    if (process.env.SIMD) init(relaxed())
    network = description.build()
    console.log(JSON.stringify({ simd: network.simd, h: [...network.predict(x)] }))
  } catch ({ code, message }) {
    console.log(JSON.stringify({ code, message }))
  }
`

const portable = () => JSON.parse(run([], program))
const relaxed = (flags: string[]) => JSON.parse(run(flags, `process.env.SIMD = 'relaxed'\n${program}`))

it('computes the same to rounding, and says which build it is', () => {
  const { simd, h } = relaxed(canRelax ? [] : ['--experimental-wasm-relaxed-simd'])
  const reference = portable()
  expect(simd).toBe('relaxed')
  expect(reference.simd).toBe('portable')
  expect(h).toHaveLength(15)
  h.forEach((value: number, i: number) => expect(value).toBeCloseTo(reference.h[i], 5))
})

it.skipIf(canRelax)('is refused where the host lacks relaxed SIMD', () => {
  const { code, message } = relaxed([])
  expect(code).toBe('UNSUPPORTED')
  expect(message).toContain('expected a host with relaxed WebAssembly SIMD')
})
