// checkRule: sound rules pass, and each way to break the contract of a rule is found, where it is broken.
import { describe, expect, it, test } from 'vitest'
import { Region } from '../../src/core/memory.js'
import { backprop, checkRule, dense, type Learner, reinforce, sequential, squaredError } from '../../src/index.js'
import { backwardRule, type Claim, defineRule, type Rule, type TargetSite } from '../../src/learners/rules.js'
import { variants } from '../support/rules.js'

const exact: Claim = { kind: 'exact', of: 'the gradient of the loss', reference: 'backprop' }

/** Backprop, but for what is said. */
const broken = (change: (site: TargetSite, rule: Rule) => Partial<Rule>, traits: Partial<Learner> = {}): Learner =>
  defineRule('broken', {}, () => ({
    feedback: 'vector',
    claims: [exact],
    ...traits,
    attach: (site) => {
      const rule = backwardRule(
        site,
        site.network.layers.map(({ parameters }) => parameters.weight),
      )
      return { ...rule, ...change(site, rule) }
    },
  }))()

const failuresOf = (learner: Learner): string[] =>
  checkRule(learner, { cases: 3 })
    .checks.filter(({ passed }) => !passed)
    .map(({ check }) => check)

describe('checkRule', () => {
  it('finds nothing in a sound rule, and says what it looked at', () => {
    const { passed, checks } = checkRule(
      broken(() => ({})),
      { cases: 3 },
    )
    expect(passed).toBe(true)
    expect(checks.map(({ check }) => check)).toEqual([
      'equal bits of equal seeds',
      'noise where it says so',
      'a direction changes nothing',
      'what it keeps is told',
      'batches of any size',
      'the loss is that of its own predictions',
      'all memory is given back',
      'claim: exact: the gradient of the loss',
    ])
  })

  it.each(variants)('finds nothing in $label', ({ learner }) => {
    expect(failuresOf(learner)).toEqual([])
  })

  const scaled =
    (site: TargetSite, factor: () => number, rule: Rule): Rule['estimate'] =>
    () => {
      const loss = rule.estimate()
      for (const { weight } of site.direction) site.ops.combine(factor(), weight, 0, weight)
      return loss
    }
  let calls = 0
  const regions: Region[] = []

  test.each<[string, Learner, string[]]>([
    ['the wrong sign', broken((site, rule) => ({ estimate: scaled(site, () => -1, rule) })), ['claim: exact: the gradient of the loss']],
    [
      'a count of its own',
      broken((site, rule) => {
        let count = 1
        return { estimate: scaled(site, () => count++, rule) }
      }),
      ['a direction changes nothing', 'what it keeps is told', 'batches of any size', 'claim: exact: the gradient of the loss'],
    ],
    [
      'something that all trainings share',
      broken((site, rule) => ({ estimate: scaled(site, () => ++calls, rule) })),
      [
        'equal bits of equal seeds',
        'a direction changes nothing',
        'what it keeps is told',
        'batches of any size',
        'claim: exact: the gradient of the loss',
      ],
    ],
    ['noise unsaid', broken((site) => (site.random('noise'), {})), ['noise where it says so']],
    ['noise said and not drawn', broken(() => ({}), { noise: 'step' }), ['noise where it says so']],
    [
      'the loss of something else',
      broken((_, rule) => ({ estimate: () => 2 * rule.estimate()! })),
      ['the loss is that of its own predictions'],
    ],
    [
      'memory that it keeps',
      broken(() => {
        const region = new Region('kept')
        regions.push(region)
        region.matrix('f64', 1, 1)
        return {}
      }),
      ['all memory is given back'],
    ],
    [
      'memory taken in a step',
      broken((site, rule) => ({
        estimate: () => {
          site.region.matrix('f64', 1, 1)
          return rule.estimate()
        },
      })),
      ['all memory is given back'],
    ],
  ])('finds %s', (_, learner, expected) => {
    expect(failuresOf(learner)).toEqual(expected)
    for (const region of regions.splice(0)) region.dispose()
  })

  it('says what was found, and the seeds in which it was', () => {
    const { checks } = checkRule(
      broken(() => {
        throw new Error('mine')
      }),
      { cases: 2, seed: 7 },
    )
    expect(checks[0]).toEqual({ check: 'equal bits of equal seeds', passed: false, found: 'mine', failedSeeds: [7, 8] })
  })

  it('takes settings of the caller’s, and disposes of their networks', () => {
    const network = sequential(2, [dense(1)]).build({ dtype: 'f64' })
    const setting = { network, loss: squaredError(), batch: { x: [1, 2], y: [3], size: 1 }, seed: 4 }
    expect(
      checkRule(backprop(), { cases: 1, setting: () => ({ ...setting, network: sequential(2, [dense(1)]).build({ dtype: 'f64' }) }) })
        .passed,
    ).toBe(true)
    network.dispose()
    expect(checkRule(backprop(), { cases: 1, setting: () => setting }).checks[0].found).toContain('disposed')
  })

  test.each([
    [undefined, {}, 'TYPE'],
    [{ attach: () => {} }, {}, 'TYPE'],
    [backprop(), { cases: 0 }, 'RANGE'],
    [backprop(), { setting: 3 }, 'TYPE'],
    [backprop(), { case: 3 }, 'RANGE'],
    [reinforce(), {}, 'UNSUPPORTED'],
  ])('refuses %o with %o', (learner, options, code) => {
    expect(() => checkRule(learner as never, options as never)).toThrow(expect.objectContaining({ name: 'NgradError', code }))
  })
})
