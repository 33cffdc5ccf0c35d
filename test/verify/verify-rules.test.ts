// The runner of claims: random settings, false claims found out, and limits that do not exist told from those that do.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { printJson } from '../../src/cli/terminal.js'
import { verify } from '../../src/cli/verify.js'
import { backprop } from '../../src/learners/gradient/backprop.js'
import { equilibriumPropagation } from '../../src/learners/contrastive/equilibrium-propagation.js'
import { feedbackAlignment } from '../../src/learners/feedback/feedback-alignment.js'
import { predictiveCoding } from '../../src/learners/predictive/predictive-coding.js'
import { type Classifier, classifiers, models, registry } from '../../src/learners/registry.js'
import { toRounding } from '../../src/dynamics/relaxation.js'
import { squaredError } from '../../src/losses/squared-error.js'
import { relativeError } from '../../src/verify/distance.js'
import { directionOf } from '../../src/verify/convergence.js'
import { measureNegativeClaim, negativeClaims } from '../../src/verify/claims/negative.js'
import { describeSetting, randomSetting } from '../../src/verify/random-setting.js'
import { nudgedContrast } from '../../src/verify/oracles/plain-network.js'
import { farFrom, verifyProperty } from '../../src/verify/claims/property.js'
import { claimsOf, properties, verifyRules } from '../../src/verify/verify-rules.js'

vi.mock('../../src/cli/parallel.js', () => ({
  processors: 1,
  // In this thread: what is measured is the liar's claims.
  async *inParallel(_worker: URL, pieces: readonly { claim: number; cases: number; seed: number }[]) {
    for (const [i, { claim, cases, seed }] of pieces.entries()) yield [i, await Promise.resolve(claimsOf(liar)[claim](cases, seed))]
  },
}))
vi.mock('../../src/cli/terminal.js', async (original) => ({ ...(await original<object>()), printJson: vi.fn() }))

/** A rule that says of itself what is true of another. */
const liar: Classifier = {
  ...classifiers[0],
  name: 'liar',
  variants: [{ label: 'liar', options: {}, learner: { ...feedbackAlignment(), claims: backprop().claims } }],
}

describe('randomSetting', () => {
  it('is a function of its seed, and within its bounds', () => {
    for (let seed = 0; seed < 50; seed++) {
      const [a, b] = [randomSetting(seed), randomSetting(seed)]
      const { network, loss, batch } = a
      expect(describeSetting(a)).toBe(describeSetting(b))
      expect(network.parameters.map((parameter) => parameter.read())).toEqual(b.network.parameters.map((parameter) => parameter.read()))
      expect(batch).toEqual(b.batch)
      const widths = [network.inputs, ...network.layers.map(({ outputs }) => outputs)]
      expect(widths.length).toBeGreaterThanOrEqual(3)
      expect(widths.length).toBeLessThanOrEqual(5)
      for (const width of [...widths]) expect(width >= 3 && width <= 8).toBe(true)
      expect(batch.size >= 3 && batch.size <= 7).toBe(true)
      for (let i = 0; i < batch.y.length; i++) expect(loss.targets.accepts(batch.y[i])).toBe(true)
      a.network.dispose()
      b.network.dispose()
    }
  })

  it('takes what it is told to take', () => {
    const { network } = randomSetting(3, { activations: ['relu'], outputActivation: 'sigmoid' })
    const activations = network.layers.map(({ activation }) => activation)
    expect(activations.at(-1)).toBe('sigmoid')
    expect(new Set(activations.slice(0, -1))).toEqual(new Set(['relu']))
    network.dispose()
  })
})

describe('verifyRules', () => {
  it('finds a false claim out, and says where', () => {
    const [claim] = [...verifyRules({ rules: [liar], cases: 3, seed: 7 })]
    expect(claim).toMatchObject({ rule: 'liar', kind: 'exact', passed: false, cases: 3, failedSeeds: [7, 8, 9] })
    expect(claim.worst).toBeGreaterThan(0.1)
  })

  it('has what is measured again by its seed', () => {
    const rules = registry.filter(({ name }) => name === 'contrastiveHebbian')
    const options = { rules, cases: 2, seed: 11 }
    expect([...verifyRules(options)]).toEqual([...verifyRules(options)])
  })
})

describe('properties', () => {
  it.each(properties)('$rule: $claim', (property) => {
    expect(verifyProperty(property, 12, 300)).toMatchObject({ passed: true, cases: 12, failedSeeds: [], kind: property.kind })
  })

  it('say in which cases they fail, and show the worst of these', () => {
    const property = { ...farFrom(2), rule: 'none', claim: 'even', conditions: '', measure: ({ seed }: { seed: number }) => -(seed % 3) }
    expect(verifyProperty(property, 6, 3)).toMatchObject({ passed: false, failedSeeds: [3, 4, 6, 7], measured: 'error 0.0' })
  })

  it('come with the rules and models that they are about; of what each claims, every kind is measured', () => {
    const found = new Set<string>()
    for (const row of [...registry, ...models]) {
      const measured = [...verifyRules({ rules: [row], cases: 1 })]
      for (const { rule } of measured) found.add(rule)
      const claimed = row.kind === 'model' ? row.claims : row.variants.flatMap(({ learner }) => learner.claims)
      // Why a rule is no gradient of anything is said, not measured.
      const kinds = claimed.filter(({ kind, of }) => !(kind === 'not' && of.startsWith('a gradient'))).map(({ kind }) => kind)
      expect(
        measured.map(({ kind }) => kind),
        row.name,
      ).toEqual(expect.arrayContaining(kinds))
    }
    expect(registry.filter(({ name }) => !found.has(name))).toEqual([])
    expect(properties.filter(({ rule }) => !found.has(rule))).toEqual([])
  }, 300_000)
})

describe('networks in plain arithmetic', () => {
  it('nudged inside their outputs have the estimate of equilibrium propagation', () => {
    const setting = randomSetting(5, { outputActivation: 'sigmoid', losses: [squaredError()] })
    const rule = equilibriumPropagation({ ...toRounding, beta: 0.1 })
    expect(relativeError(directionOf(rule, setting), nudgedContrast(setting, 0.1, 'inside'))).toBeLessThan(1e-12)
    expect(relativeError(directionOf(rule, setting), nudgedContrast(setting, 0.1, 'outside'))).toBeGreaterThan(0.1)
    setting.network.dispose()
  })
})

describe('ngrad verify', () => {
  afterEach(() => vi.restoreAllMocks())

  it('gives exit code 1 where a claim fails', async () => {
    expect(await verify.run({ rules: [liar], cases: 2, seed: 0, threads: 1, json: true }, '')).toBe(1)
    expect(printJson).toHaveBeenCalledWith(expect.objectContaining({ passed: false, claims: [expect.objectContaining({ passed: false })] }))
  })
})

describe('negative claims', () => {
  it.each(negativeClaims)('$rule: $claim', (claim) => {
    for (let seed = 100; seed < 110; seed++) {
      const setting = randomSetting(seed, claim.conditions)
      expect(measureNegativeClaim(claim, setting)).toMatchObject({ passed: true, claim: claim.claim })
      setting.network.dispose()
    }
  })

  it('fail where there is a limit', () => {
    const setting = randomSetting(0)
    const reference = directionOf(backprop(), setting)
    const measurement = measureNegativeClaim(
      {
        rule: 'predictiveCoding',
        claim: 'no limit(precision)',
        conditions: {},
        errorAt: (precision) =>
          relativeError(directionOf(predictiveCoding({ precision, steps: 20_000, rate: 0.2, tolerance: 1e-15 }), setting), reference),
      },
      setting,
    )
    expect(measurement.passed).toBe(false)
    expect(measurement.slope).toBeCloseTo(1, 1)
    setting.network.dispose()
  })
})
