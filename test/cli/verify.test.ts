// `ngrad verify RULE`: of the library, with options, and from outside.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../support/scratch.js'
import { ngrad } from './run.js'

describe('ngrad verify RULE', () => {
  const folder = scratchFolder()
  const rules = pathToFileURL('dist/learners/rules.js').href
  const write = (name: string, factor: string): string => {
    const path = join(folder, name)
    writeFileSync(
      path,
      `import { backwardRule, defineRule } from '${rules}'
      export default defineRule('backprop', { gain: { kind: 'number', above: 0, default: 1 } }, ({ gain }) => ({
        feedback: 'vector',
        claims: [{ kind: 'exact', of: 'the gradient of the loss', reference: 'backprop' }],
        attach: (site) => {
          const rule = backwardRule(site, site.network.layers.map(({ parameters }) => parameters.weight))
          return { ...rule, estimate: () => {
            const loss = rule.estimate()
            for (const { weight } of site.direction) site.ops.combine(${factor}, weight, 0, weight)
            return loss
          } }
        },
      }))\n`,
    )
    return path
  }
  const measure = async (...words: string[]) => {
    const { code, stdout, stderr } = await ngrad(['verify', ...words, '--cases', '2', '--json'])
    return { code, stderr, claims: (JSON.parse(stdout) as { claims: { claim: string; variant: string; passed: boolean }[] }).claims }
  }

  it('measures a rule from outside, and holds it to what every rule must do, under a name of the library’s too', async () => {
    const { code, claims, stderr } = await measure(write('sound.mjs', '1'))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(claims.map(({ claim }) => claim)).toEqual([
      'exact: the gradient of the loss',
      'equal bits of equal seeds',
      'noise where it says so',
      'a direction changes nothing',
      'what it keeps is told',
      'batches of any size',
      'the loss is that of its own predictions',
      'all memory is given back',
    ])
  })

  it('measures the form that its options say, and fails where its claim does', async () => {
    const path = write('gain.mjs', 'gain')
    const { code, claims } = await measure(path, '--gain', '2')
    expect(code).toBe(1)
    expect(claims.filter(({ passed }) => !passed)).toMatchObject([
      { claim: 'exact: the gradient of the loss', variant: 'backprop({"gain":2})' },
    ])
  })

  it('takes a rule, a model, and options of the library’s', async () => {
    const [form, model] = await Promise.all([measure('equilibriumPropagation', '--nudging', 'positive'), measure('rbm')])
    expect(form.code).toBe(0)
    expect(form.claims[0].variant).toBe('equilibriumPropagation({"nudging":"positive"})')
    expect(model.code).toBe(0)
    expect(model.claims.length).toBeGreaterThan(0)
  })

  it('refuses both', async () => {
    const { code, stderr } = await ngrad(['verify', 'backprop', '--rules', 'backprop'])
    expect(code).toBe(2)
    expect(stderr).toContain('either RULE or --rules')
  })
})
