// bench/vs names the BLAS of numpy and torch, and refuses the reference one, beside which anything looks fast.
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../support/scratch.js'

const python = ['python3', '/usr/bin/python3'].find((path) => spawnSync(path, ['--version']).status === 0)

describe.runIf(python)('the BLAS of a Python', () => {
  const folder = scratchFolder()
  it.each([
    ['/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0', true, /^the reference BLAS \(\/usr\/lib.*libblas\.so\.3\.11\.0\)/],
    ['/opt/intel/libmkl_rt.so.2', false, /^libmkl_rt\.so\.2$/],
    ['/usr/lib/blis/libblis.so.4', false, /^libblis\.so\.4$/],
    ['/usr/lib/libc.so.6', false, /^its own products$/],
  ])('of which %s is loaded', (path, reference, said) => {
    const maps = join(folder, 'maps')
    writeFileSync(
      maps,
      `7f00-7f01 r-xp 0 08:01 42 ${path.replace('/usr/lib', '/nowhere/usr/lib')}\n7f01-7f02 rw-p 0 00:00 0\n7f02-7f03 r-xp 0 08:01 43 /bin/true\n`,
    )
    const code = 'import json, sys, blas; print(json.dumps(blas.loaded(sys.argv[1])))'
    const found = JSON.parse(execFileSync(python!, ['-c', code, maps], { cwd: 'bench/vs/python', encoding: 'utf8' })) as [string, boolean]
    expect(found[1]).toBe(reference)
    expect(found[0].replace('/nowhere', '')).toMatch(said)
  })
})
